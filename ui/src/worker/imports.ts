/** What a module is given, so that it starts even where something is missing. */
import type { Absent, ImportType } from '../channel/messages';
import { fitting } from './types';

export interface Given {
  imports: WebAssembly.Imports;
  /** What nobody here gives. Functions among it throw when they are called. */
  absent: Absent[];
  memory: WebAssembly.Memory | undefined;
}

type Known = Record<string, Record<string, (...values: any[]) => unknown>>;

export function give(module: WebAssembly.Module, known: Known, types: ImportType[]): Given {
  const given: Given = { imports: {}, absent: [], memory: undefined };
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const into = (given.imports[from] ??= {});
    const found = known[from]?.[name];
    if (kind === 'function' && found) {
      into[name] = found;
      continue;
    }
    given.absent.push({ module: from, name, kind });
    if (kind === 'function') {
      into[name] = () => {
        throw new Error(`${from}.${name} is not given here`);
      };
      continue;
    }
    const type = types.find((one) => one.module === from && one.name === name)?.type;
    const made = type === undefined ? undefined : fitting(type);
    if (!made) throw new Error(`the module imports the ${kind} ${from}.${name}, and a page cannot make one that fits`);
    if (made.kind === 'memory') given.memory ??= made.value;
    into[name] = made.value;
  }
  return given;
}
