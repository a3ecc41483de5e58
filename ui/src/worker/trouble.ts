import type { Trouble } from '../channel/messages';

/** What was thrown, in a form that can be sent. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Error) return { message: `${error.name}: ${error.message}`, stack: error.stack ?? '' };
  const Exception = (WebAssembly as unknown as { Exception?: new () => object }).Exception;
  if (Exception && error instanceof Exception) {
    return { message: 'an exception was thrown and not caught', stack: (error as { stack?: string }).stack ?? '' };
  }
  return { message: `${error} was thrown`, stack: '' };
}
