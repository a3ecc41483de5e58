import type { ComponentChildren } from 'preact';

/** Names and what they stand for. */
export function Facts({ children }: { children: ComponentChildren }) {
  return <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-sm">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt class="text-soft">{name}</dt>
      <dd class="wrap-anywhere">{children}</dd>
    </>
  );
}
