import type { Absent } from '../../channel/messages';
import type { HostGroup } from '../../wire/inspect';
import { info } from '../state/server';
import { useStore } from '../state/store';

interface Group {
  provider: string;
  names: string[];
}

/** Imports that nobody gives here, by who usually does. */
export function byProvider(absent: Absent[], host: HostGroup[]): Group[] {
  const groups = new Map<string, string[]>();
  for (const { module, name } of absent) {
    const known = host.find(({ items }) => items.some((item) => item.module === module && item.name === name));
    const provider = known?.provider ?? 'whoever instantiates the module gives these';
    groups.set(provider, [...(groups.get(provider) ?? []), `${module}.${name}`]);
  }
  return [...groups].map(([provider, names]) => ({ provider, names }));
}

export function Missing({ absent }: { absent: Absent[] }) {
  const document = useStore(info);
  if (!absent.length) return null;
  const functions = absent.filter(({ kind }) => kind === 'function').length;
  return (
    <details class="fold rounded-md border border-line px-3 py-2">
      <summary>
        {absent.length === 1 ? 'One import is' : `${absent.length} imports are`} not given here
        {functions ? '; the module traps when it calls such a function' : ''}
      </summary>
      {byProvider(absent, document?.host ?? []).map(({ provider, names }) => (
        <div key={provider} class="mt-2 text-sm">
          <p class="text-soft">{provider}:</p>
          <p class="code">{names.join(', ')}</p>
        </div>
      ))}
    </details>
  );
}
