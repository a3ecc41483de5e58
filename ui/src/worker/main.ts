/** Runs modules away from the page, which stays usable and can end this at any time. */
import type { Report, Request } from '../channel/messages';
import { Player } from './play';
import { run } from './run';

// A trap is told with all that led to it, not with the last ten functions.
(Error as { stackTraceLimit?: number }).stackTraceLimit = 200;

const post = (report: Report) => (postMessage as (message: Report) => void)(report);
const player = new Player(post);

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  switch (data.type) {
    case 'run':
      void run(data, post);
      break;
    case 'load':
      void player.load(data);
      break;
    case 'call':
      player.call(data);
      break;
    case 'peek':
      player.peek(data);
      break;
  }
});
