/** Runs a command from beginning to end. */
import type { Report, Request } from '../channel/messages';
import { load, type Loaded } from './load';
import { makeStreams } from './streams';
import { troubleOf } from './trouble';
import { Exit, Stopped } from './wasi/errno';
import { harvest, plant } from './wasi/wasi';

export async function run(request: Extract<Request, { type: 'run' }>, post: (report: Report) => void): Promise<void> {
  const root = plant(request.files);
  const streams = makeStreams(request.channel, request.typed, post);
  let loaded: Loaded;
  try {
    loaded = await load(request, root, streams, post);
  } catch (error) {
    return post({ type: 'unusable', trouble: troubleOf(error) });
  }
  post({ type: 'started', absent: loaded.absent });

  const begun = performance.now();
  const end = () => {
    streams.flush?.();
    return { seconds: (performance.now() - begun) / 1000, files: harvest(root) };
  };
  try {
    const { exports } = await loaded.start();
    const entry = exports['_start'] ?? exports['main'];
    if (typeof entry !== 'function') {
      return post({
        type: 'unusable',
        trouble: { message: 'the module exports no `_start`, so that nothing can be run', stack: '' },
      });
    }
    // A `main` of C takes the count of arguments and their place.
    const code: unknown = exports['_start'] ? entry() : entry(0, 0);
    post({ type: 'exit', code: typeof code === 'number' ? code : 0, ...end() });
  } catch (error) {
    if (error instanceof Exit) post({ type: 'exit', code: error.code, ...end() });
    else if (error instanceof Stopped) post({ type: 'stopped', ...end() });
    else if (error instanceof WebAssembly.LinkError) post({ type: 'unusable', trouble: troubleOf(error) });
    else post({ type: 'trap', trouble: troubleOf(error), ...end() });
  }
}
