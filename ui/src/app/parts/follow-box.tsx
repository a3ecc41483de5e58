import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  label: string;
  class: string;
  children: ComponentChildren;
}

/** A box that stays at its end while it grows, unless one has scrolled up to read. */
export function FollowBox({ label, class: style, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  });
  return (
    <div
      ref={box}
      class={`overflow-y-auto font-mono text-sm ${style}`}
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget: at }) => (follows.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24)}
    >
      {children}
    </div>
  );
}
