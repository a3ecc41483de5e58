/** Holds one instance, whose functions the page calls one by one. */
import type { GlobalValue, LoadRequest, Report, Request, Value } from '../channel/messages';
import { load } from './load';
import { makeStreams } from './streams';
import { troubleOf } from './trouble';
import type { Streams } from './wasi/context';
import { Exit } from './wasi/errno';
import { FolderNode } from './wasi/tree';

type Post = (report: Report) => void;

export class Player {
  #instance: WebAssembly.Instance | undefined;
  #streams: (Streams & { flush?(): void }) | undefined;

  constructor(private readonly post: Post) {}

  async load(request: LoadRequest): Promise<void> {
    try {
      this.#streams = makeStreams(request.channel, null, this.post);
      const loaded = await load(
        { ...request, args: ['module'], env: [] },
        new FolderNode(null),
        this.#streams,
        this.post,
      );
      this.#instance = await loaded.start();
      const initialize = this.#instance.exports['_initialize'];
      if (typeof initialize === 'function') initialize();
      this.#streams.flush?.();
      this.post({ type: 'loaded', absent: loaded.absent, memories: this.#memories(), globals: this.#globals() });
    } catch (error) {
      this.post({ type: 'unusable', trouble: troubleOf(error instanceof Exit ? `exit code ${error.code}` : error) });
    }
  }

  call({ id, name, args }: Extract<Request, { type: 'call' }>): void {
    const begun = performance.now();
    const end = () => {
      const seconds = (performance.now() - begun) / 1000;
      this.#streams?.flush?.();
      return { type: 'called', id, seconds, globals: this.#globals() } as const;
    };
    try {
      const called = this.#instance?.exports[name];
      if (typeof called !== 'function') throw new Error(`there is no function ${name}`);
      const result: unknown = called(...args);
      const values = result === undefined ? [] : Array.isArray(result) ? result : [result];
      this.post({ ...end(), values: values.map(sendable), trouble: null, exit: null });
    } catch (error) {
      if (error instanceof Exit) this.post({ ...end(), values: null, trouble: null, exit: error.code });
      else this.post({ ...end(), values: null, trouble: troubleOf(error), exit: null });
    }
  }

  peek({ id, memory, address, length }: Extract<Request, { type: 'peek' }>): void {
    const found = this.#instance?.exports[memory];
    const size = found instanceof WebAssembly.Memory ? found.buffer.byteLength : 0;
    const from = Math.min(address, size);
    const bytes = new Uint8Array(Math.min(length, size - from));
    if (found instanceof WebAssembly.Memory) bytes.set(new Uint8Array(found.buffer, from, bytes.length));
    this.post({ type: 'peeked', id, bytes, size });
  }

  #memories(): { name: string; size: number }[] {
    return this.#exported(WebAssembly.Memory).map(([name, memory]) => ({ name, size: memory.buffer.byteLength }));
  }

  #globals(): GlobalValue[] {
    return this.#exported(WebAssembly.Global).map(([name, global]) => ({ name, value: valueOf(global) }));
  }

  #exported<T>(kind: new (...values: any[]) => T): [string, T][] {
    const exports = Object.entries(this.#instance?.exports ?? {});
    return exports.filter((entry): entry is [string, any] => entry[1] instanceof kind);
  }
}

function valueOf(global: WebAssembly.Global): Value {
  try {
    return sendable(global.value);
  } catch {
    return { other: 'cannot be read from a page' };
  }
}

/** References cannot leave the worker. */
function sendable(value: unknown): Value {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value === null) return { other: 'null' };
  return { other: typeof value === 'function' ? `function ${value.name}` : `a reference (${typeof value})` };
}
