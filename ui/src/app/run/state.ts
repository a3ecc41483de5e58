/** What the Run view remembers between builds and visits. */
import { build, info } from '../state/server';
import { Store } from '../state/store';
import type { ModuleInfo } from '../../wire/inspect';
import type { ImportType } from '../../channel/messages';
import { type Variables, readVariables } from './environment';
import { split } from './quoting';
import { type Order, Runner } from './runner';

export const runner = new Runner();
export const argsText = new Store('');
export const envText = new Store('');
export const inputText = new Store('');
export const inputEnds = new Store(true);

/** The module that was started last. */
let startedOf: string | undefined;

/** Imports that have to be made to fit: all but functions. */
export function importTypes(document: ModuleInfo | null): ImportType[] {
  if (document?.kind !== 'module') return [];
  return document.imports.filter(({ kind }) => kind !== 'func');
}

export function order(): Order | { error: string } {
  const module = build.value?.module;
  if (!module) return { error: 'there is no module yet; mend the build first' };
  const args = split(argsText.value);
  if ('error' in args) return args;
  const env: Variables = readVariables(envText.value);
  if ('error' in env) return { error: `environment: ${env.error}` };
  const name = module.path.split('/').pop() ?? 'app.wasm';
  return {
    url: module.url,
    types: importTypes(info.value),
    args: [name, ...args.words],
    env: env.lines,
    input: inputText.value || null,
    endInput: inputEnds.value,
  };
}

export function start(): string | null {
  const made = order();
  if ('error' in made) return made.error;
  startedOf = build.value?.module?.sha256;
  runner.screen.clear();
  runner.start(made);
  return null;
}

/** A new build of what was started runs again, with the same arguments. */
export function rerun(): void {
  const known = build.value;
  const sha256 = known?.module?.sha256;
  if (known?.state !== 'ok' || startedOf === undefined || sha256 === undefined || sha256 === startedOf) return;
  const made = order();
  if ('error' in made) return;
  const was = runner.active
    ? 'build %, so that the program is stopped and runs again'
    : 'build %, so that the program runs again';
  startedOf = sha256;
  runner.screen.line(was.replace('%', String(known.number)), 'note');
  runner.start(made);
}
