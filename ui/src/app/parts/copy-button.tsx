import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { copy } from '../../link/clipboard';

interface Props {
  text: () => string;
  children: ComponentChildren;
  class?: string;
  label?: string;
}

/** Copies on a click, and says so for a moment. */
export function CopyButton({ text, children, class: style = 'button', label }: Props) {
  const [said, setSaid] = useState('');
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const click = async () => {
    setSaid((await copy(text())) ? 'copied' : 'the browser did not allow copying');
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setSaid(''), 1600);
  };
  return (
    <span class="inline-flex flex-wrap items-center gap-2">
      <button type="button" class={style} onClick={click} aria-label={label}>
        {children}
      </button>
      <span role="status" class="text-xs text-soft">
        {said}
      </span>
    </span>
  );
}
