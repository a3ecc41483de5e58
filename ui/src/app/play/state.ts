/** What the playground remembers between builds. */
import { build, info } from '../state/server';
import { Store } from '../state/store';
import { importTypes } from '../run/state';
import { isNumberType, parse } from './numbers';
import type { Callable } from './functions';
import { type Outcome, Session } from './session';

export const session = new Session();

export interface Past {
  id: number;
  name: string;
  /** As they were typed. */
  args: string[];
  results: string[];
  /** Null: stopped before it came back. */
  outcome: Outcome | null;
}

const MOST = 100;

/** What was typed, by the function's name. */
export const typed = new Store<Record<string, string[]>>({});
export const past = new Store<Past[]>([]);
let last = 0;
let loadedOf: string | undefined;

/** Loads the module when it is another than before. */
export function reloadIfNew(): void {
  const module = build.value?.module;
  if (!module || info.value?.kind !== 'module' || loadedOf === module.sha256) return;
  loadedOf = module.sha256;
  session.load(module.url, importTypes(info.value));
}

export function restart(): void {
  loadedOf = undefined;
  reloadIfNew();
}

export function setTyped(name: string, at: number, text: string): void {
  typed.update((known) => {
    const texts = [...(known[name] ?? [])];
    texts[at] = text;
    return { ...known, [name]: texts };
  });
}

export function textsOf({ name, signature }: Callable): string[] {
  return signature.params.map((_, at) => typed.value[name]?.[at] ?? '');
}

/** Says what is wrong with each argument, or calls. */
export async function call(callable: Callable): Promise<(string | null)[] | null> {
  const texts = textsOf(callable);
  const parsed = callable.signature.params.map((type, at) =>
    isNumberType(type) ? parse(texts[at] ?? '', type) : { error: 'not callable from here' },
  );
  if (parsed.some((one) => 'error' in one)) return parsed.map((one) => ('error' in one ? one.error : null));
  const args = parsed.map((one) => ('value' in one ? one.value : 0));
  const outcome = await session.call(callable.name, args);
  const made: Past = { id: ++last, name: callable.name, args: texts, results: callable.signature.results, outcome };
  past.update((known) => [made, ...known.slice(0, MOST - 1)]);
  return null;
}

export function stop(): void {
  session.end();
  restart();
}
