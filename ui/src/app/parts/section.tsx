import type { ComponentChildren } from 'preact';

interface Props {
  title: string;
  /** What stands at the end of the title's line. */
  aside?: ComponentChildren;
  children: ComponentChildren;
  /** Tables reach to the edges. */
  flush?: boolean;
}

export function Section({ title, aside, children, flush = false }: Props) {
  return (
    <section class="card min-w-0">
      <header class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2">
        <h2 class="heading">{title}</h2>
        {aside && <div class="text-sm text-soft">{aside}</div>}
      </header>
      <div class={flush ? 'overflow-x-auto' : 'p-4'}>{children}</div>
    </section>
  );
}
