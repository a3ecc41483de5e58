/** Lets through what a connection can bear, and says what it held back. */
import type { PageMessage } from '../wire/messages';

export const PER_SECOND = 100;
export const WAITING = 200;

const realClock = {
  now: () => performance.now(),
  after: (milliseconds: number, run: () => void): unknown => setTimeout(run, milliseconds),
};

/** `send` is false while there is no connection. */
export function makeBatcher(send: (message: PageMessage) => boolean, clock = realClock) {
  const waiting: PageMessage[] = [];
  let begun = -Infinity;
  let sent = 0;
  let dropped = 0;
  let timed = false;

  function pass(message: PageMessage): boolean {
    const now = clock.now();
    if (now - begun >= 1000) {
      begun = now;
      sent = 0;
    }
    if (sent >= PER_SECOND || !send(message)) return false;
    sent++;
    return true;
  }

  function later(): void {
    if (timed) return;
    timed = true;
    clock.after(Math.max(50, begun + 1000 - clock.now()), () => {
      timed = false;
      flush();
    });
  }

  /** Also called when a connection is there again. */
  function flush(): void {
    while (waiting[0] && pass(waiting[0])) waiting.shift();
    if (
      dropped &&
      !waiting[0] &&
      pass({ type: 'console', level: 'warn', text: `${dropped} more messages were dropped` })
    ) {
      dropped = 0;
    }
    if (waiting[0] || dropped) later();
  }

  return {
    flush,
    push(message: PageMessage): void {
      if (!waiting[0] && pass(message)) return;
      // The first messages tell more than those that follow in a flood.
      if (sent >= PER_SECOND || waiting.length >= WAITING) dropped++;
      else waiting.push(message);
      later();
    },
  };
}
