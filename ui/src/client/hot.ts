/** `wasmrun.hot`: modules that are exchanged while the page goes on. */
import { changedFunction, lostExport, unpack } from './compatible';

export interface HotOptions {
  /** For `fetch`. */
  request?: RequestInit;
  /** Called after each exchange. */
  swapped?: (instance: WebAssembly.Instance) => void;
}

export interface Hot {
  /** Always the newest instance's; functions taken from here stay valid. */
  readonly exports: Record<string, any>;
  readonly instance: WebAssembly.Instance;
}

type Imports = WebAssembly.Imports | (() => WebAssembly.Imports);
type Exports = Record<string, any>;
type Swap = () => Promise<void>;

const swaps = new Map<string, Swap[]>();

export async function hot(url: string, imports?: Imports, { request, swapped }: HotOptions = {}): Promise<Hot> {
  let module = await compile();
  let instance = await instantiate(module);
  initialize(instance);
  const path = key(url);
  swaps.set(path, [...(swaps.get(path) ?? []), swap]);
  return {
    exports: lasting(() => instance.exports),
    get instance() {
      return instance;
    },
  };

  async function compile(): Promise<WebAssembly.Module> {
    const response = await fetch(url, { cache: 'no-cache', ...request });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return WebAssembly.compile(await response.arrayBuffer());
  }

  function instantiate(from: WebAssembly.Module): Promise<WebAssembly.Instance> {
    return WebAssembly.instantiate(from, typeof imports === 'function' ? imports() : imports);
  }

  /** Throws when the new module cannot take the place of the old one. */
  async function swap(): Promise<void> {
    const { exports } = WebAssembly.Module;
    const newModule = await compile();
    refuse(lostExport(exports(module), exports(newModule)));
    const fresh = await instantiate(newModule);
    refuse(changedFunction(instance.exports, fresh.exports));
    initialize(fresh);
    hand(instance.exports, fresh.exports);
    module = newModule;
    instance = fresh;
    swapped?.(fresh);
  }
}

function refuse(name: string | undefined): void {
  if (name !== undefined) throw new Error(`the export ${name} is no longer what it was`);
}

/** An object whose members are those of whatever `now` gives. */
function lasting(now: () => Exports): Exports {
  const wrappers: Record<string, Function> = {};
  const member = (name: string) => {
    const found = now()[name];
    if (typeof found !== 'function') return found;
    // `_initialize` has run already; a second time is a trap in most C libraries.
    const call = (...values: unknown[]) => (name === '_initialize' ? undefined : now()[name](...values));
    return (wrappers[name] ??= Object.defineProperty(call, 'length', { value: found.length }));
  };
  return new Proxy({} as Exports, {
    // Names that are symbols are never exported, and find nothing.
    get: (_, name) => member(name as string),
    has: (_, name) => name in now(),
    ownKeys: () => Reflect.ownKeys(now()),
    getOwnPropertyDescriptor: (_, name) =>
      name in now() ? { value: member(name as string), enumerable: true, configurable: true } : undefined,
  });
}

function initialize({ exports }: WebAssembly.Instance): void {
  (exports as Exports)['_initialize']?.();
}

/** Hands the state of the old instance to the new one, when both can. */
function hand(old: Exports, fresh: Exports): void {
  if (!old['wasmrun_save'] || !fresh['wasmrun_alloc'] || !fresh['wasmrun_restore']) return;
  const [from, length] = unpack(old['wasmrun_save']());
  const state = new Uint8Array(old['memory'].buffer, from, length);
  const to = fresh['wasmrun_alloc'](length) >>> 0;
  new Uint8Array(fresh['memory'].buffer, to, length).set(state);
  fresh['wasmrun_restore'](to, length);
}

function key(url: string): string {
  return new URL(url, location.href).pathname;
}

/** Exchanges the modules at `urls`; false when one of them is not there by `hot`. */
export async function swapAll(urls: string[]): Promise<boolean> {
  const changed = urls.map((url) => swaps.get(key(url)));
  if (changed.includes(undefined)) return false;
  for (const swap of changed.flat()) await swap?.();
  return true;
}
