/** The server's event stream. */
import type { ServerEvent } from '../../wire/api';

export function followEvents(take: (event: ServerEvent) => void): { reopen(): void } {
  let source = open();

  function open(): EventSource {
    const made = new EventSource('/__wasmrun/api/events');
    made.onmessage = ({ data }) => take(JSON.parse(data) as ServerEvent);
    return made;
  }

  return {
    /** A browser gives up for good after some errors. */
    reopen(): void {
      if (source.readyState !== EventSource.CLOSED) return;
      source = open();
    },
  };
}
