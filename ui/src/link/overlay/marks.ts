/** Small marks in a corner, which wait before they show. */
import { element } from './element';

const TEXTS = { lost: 'wasmrun has stopped; waiting for it', building: 'building' };

export function makeMarks(attach: () => void) {
  const node = element('div', { id: 'mark', role: 'status', hidden: '' });
  const on = { lost: false, building: false };
  const timers: { [name in keyof typeof on]?: ReturnType<typeof setTimeout> } = {};

  function set(name: keyof typeof on, shown: boolean): void {
    on[name] = shown;
    const now = on.lost ? TEXTS.lost : on.building ? TEXTS.building : '';
    node.hidden = !now;
    node.textContent = now;
    if (now) attach();
  }

  return {
    node,
    mark(name: keyof typeof on, shown: boolean, after: number): void {
      // Each attempt to connect that fails calls again, and must not push the mark away.
      if (shown && after && timers[name]) return;
      clearTimeout(timers[name]);
      timers[name] = shown ? setTimeout(() => set(name, true), after) : undefined;
      if (!shown) set(name, false);
    },
  };
}
