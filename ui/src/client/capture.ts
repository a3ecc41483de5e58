/** Sends what the page logs, and its uncaught errors, to the terminal of `wasmrun run`. */
import type { Level, PageMessage } from '../wire/messages';
import { errorText, format, formatAll } from './format';

const LEVELS: Level[] = ['debug', 'log', 'info', 'warn', 'error'];

export function capture(push: (message: PageMessage) => void): void {
  // Formatting runs the page's getters, which may log in turn.
  let busy = false;
  const once = (make: () => PageMessage) => {
    if (busy) return;
    busy = true;
    try {
      push(make());
    } finally {
      busy = false;
    }
  };

  for (const level of LEVELS) {
    const original = console[level];
    console[level] = (...values: unknown[]) => {
      original.apply(console, values);
      once(() => ({ type: 'console', level, text: values.length ? formatAll(values) : '' }));
    };
  }

  addEventListener('error', (event) => {
    // Resources that fail to load come here too, without a message, if listened to while capturing.
    if (!event.message) return;
    once(() => {
      const { error, message, filename, lineno, colno } = event;
      return {
        type: 'error',
        message,
        stack: error instanceof Error ? errorText(error) : `${filename}:${lineno}:${colno}`,
      };
    });
  });

  addEventListener('unhandledrejection', (event) => {
    once(() => {
      const reason: unknown = event.reason;
      const message = `unhandled rejection: ${reason instanceof Error ? reason : format(reason)}`;
      return { type: 'error', message, stack: reason instanceof Error ? errorText(reason) : '' };
    });
  });
}
