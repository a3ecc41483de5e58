/** A program's side of WASI, for the tests: calls by name, with values in a memory of its own. */
import type { GivenFile } from '../src/channel/messages';
import type { Streams } from '../src/worker/wasi/context';
import { harvest, makeWasi, plant } from '../src/worker/wasi/wasi';

const PATH = 1024;
const IOVS = 4096;
const DATA = 8192;
export const RESULT = 512;

export interface Program {
  /** The errno of a call. */
  call(name: string, ...values: (number | bigint)[]): number;
  /** As `call`, with a path after the first values. */
  path(name: string, before: (number | bigint)[], path: string, ...after: (number | bigint)[]): number;
  open(path: string, options?: { oflags?: number; rights?: bigint; flags?: number; folder?: number }): number;
  write(fd: number, text: string): number;
  read(fd: number, length: number): string;
  put(at: number, text: string): number;
  view(): DataView;
  text(at: number, length: number): string;
  files(): GivenFile[];
}

export const ALL_RIGHTS = (1n << 30n) - 1n;

export const quiet: Streams = { read: () => new Uint8Array(), ready: () => true, write: () => {}, sleep: () => {} };

export function program(
  given: { files?: GivenFile[]; args?: string[]; env?: string[]; streams?: Streams; old?: boolean } = {},
): Program {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const root = plant(given.files ?? []);
  const functions = makeWasi({
    args: given.args ?? [],
    env: given.env ?? [],
    streams: given.streams ?? quiet,
    root,
    memory: () => memory,
  })[given.old ? 'wasi_unstable' : 'wasi_snapshot_preview1'];
  const view = () => new DataView(memory.buffer);
  const call = (name: string, ...values: (number | bigint)[]) => functions?.[name]?.(...values) ?? -1;
  const put = (at: number, text: string) => {
    const bytes = new TextEncoder().encode(text);
    new Uint8Array(memory.buffer, at).set(bytes);
    return bytes.length;
  };
  const iovs = (length: number) => {
    view().setUint32(IOVS, DATA, true);
    view().setUint32(IOVS + 4, length, true);
  };
  const text = (at: number, length: number) => new TextDecoder().decode(new Uint8Array(memory.buffer, at, length));
  return {
    call,
    path: (name, before, path, ...after) => call(name, ...before, PATH, put(PATH, path), ...after),
    open(path, { oflags = 0, rights = ALL_RIGHTS, flags = 0, folder = 3 } = {}) {
      const errno = call('path_open', folder, 1, PATH, put(PATH, path), oflags, rights, ALL_RIGHTS, flags, RESULT);
      return errno ? -errno : view().getUint32(RESULT, true);
    },
    write(fd, written) {
      iovs(put(DATA, written));
      const errno = call('fd_write', fd, IOVS, 1, RESULT);
      return errno ? -errno : view().getUint32(RESULT, true);
    },
    read(fd, length) {
      iovs(length);
      const errno = call('fd_read', fd, IOVS, 1, RESULT);
      return errno ? `errno ${errno}` : text(DATA, view().getUint32(RESULT, true));
    },
    put,
    view,
    text,
    files: () => harvest(root),
  };
}
