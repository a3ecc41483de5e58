/** Fetches and instantiates a module with all that a worker can give. */
import type { Absent, LoadRequest, Report } from '../channel/messages';
import { give } from './imports';
import type { Streams } from './wasi/context';
import type { FolderNode } from './wasi/tree';
import { makeWasi } from './wasi/wasi';

/** What a runtime says when it has no room for one more. */
const NO_THREAD = -6;

export interface Loaded {
  absent: Absent[];
  /** Runs the module's start function, if it has one. */
  start(): Promise<WebAssembly.Instance>;
}

export async function load(
  request: LoadRequest & { args: string[]; env: string[] },
  root: FolderNode,
  streams: Streams,
  post: (report: Report) => void,
): Promise<Loaded> {
  const module = await compile(request.url);
  let memory: WebAssembly.Memory | undefined;
  const wasi = makeWasi({ args: request.args, env: request.env, streams, root, memory: () => memory });
  let told = false;
  const threads = {
    'thread-spawn': () => {
      if (!told) post({ type: 'note', text: 'the program asked for a thread; threads are not available here' });
      told = true;
      return NO_THREAD;
    },
  };
  const given = give(module, { ...wasi, wasi: threads }, request.types);
  memory = given.memory;
  return {
    absent: given.absent,
    async start() {
      // The start function may call WASI before the exports can be reached; then only imported memory is there.
      const instance = await WebAssembly.instantiate(module, given.imports);
      const exported = instance.exports['memory'];
      if (exported instanceof WebAssembly.Memory) memory = exported;
      return instance;
    },
  };
}

async function compile(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${url}`);
  const type = response.headers.get('content-type') ?? '';
  if (/^application\/wasm\s*(;|$)/.test(type)) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}
