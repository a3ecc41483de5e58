/** The WebSocket to the server, which comes back by itself. */
import type { PageMessage, ServerMessage } from '../wire/messages';

const SHORTEST = 250;
const LONGEST = 4000;

export interface Handlers {
  message(message: ServerMessage): void;
  opened?(): void;
  /** Called for each loss, also for each attempt that fails. */
  lost?(): void;
}

/** How long to wait before the attempt after `failed` ones that failed. */
export function delay(failed: number): number {
  return Math.min(LONGEST, SHORTEST * 2 ** failed);
}

/** Gives a function that sends, and that says whether it could. */
export function connect(url: string, handlers: Handlers): (message: PageMessage) => boolean {
  let socket: WebSocket;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failed = 0;

  function open(): void {
    clearTimeout(timer);
    timer = undefined;
    socket = new WebSocket(url);
    socket.onopen = () => {
      failed = 0;
      handlers.opened?.();
    };
    socket.onmessage = ({ data }) => handlers.message(JSON.parse(data));
    socket.onclose = () => {
      timer = setTimeout(open, delay(failed++));
      handlers.lost?.();
    };
  }

  function now(): void {
    if (timer && !document.hidden) open();
  }
  document.addEventListener('visibilitychange', now);
  // A page that comes out of the back-forward cache has lost its socket.
  addEventListener('pageshow', now);
  open();

  return (message) => {
    if (socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  };
}

export function socketUrl(token: string): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}/__wasmrun/ws?token=${encodeURIComponent(token)}`;
}
