/** What a module gives, and what it wants. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { CoreModule } from '../../wire/inspect';
import { Filter } from '../parts/filter';
import { Section } from '../parts/section';
import { More, MOST } from '../parts/more';
import { parseSignature, showSignature } from '../play/signature';

interface Item {
  key: string;
  name: string;
  kind: string;
  type: string | null;
}

export function ExportList({ document }: { document: CoreModule }) {
  const items = document.exports.map(({ name, kind, type }, at) => ({ key: `${at}`, name, kind, type }));
  return <ItemList title="Exports" items={items} empty="The module exports nothing." />;
}

export function ImportList({ document }: { document: CoreModule }) {
  const items = document.imports.map(({ module, name, kind, type }, at) => ({
    key: `${at}`,
    name: `${module}.${name}`,
    kind,
    type,
  }));
  return (
    <ItemList title="Imports" items={items} empty="The module imports nothing: it runs anywhere.">
      {document.host.map(({ id, title, provider, items: wanted }) => (
        <p key={id + title} class="border-t border-line px-4 py-2 text-sm">
          <span class="font-medium">{title.replaceAll('`', '')}</span>{' '}
          <span class="text-soft">
            ({wanted.length}): {provider.replaceAll('`', '')}
          </span>
        </p>
      ))}
    </ItemList>
  );
}

function typeText({ kind, type }: Item): string {
  const signature = kind === 'func' && type ? parseSignature(type) : undefined;
  if (signature) return showSignature(signature);
  return type?.replace(`${kind} `, '') ?? 'a type that cannot be read';
}

interface Props {
  title: string;
  items: Item[];
  empty: string;
  children?: ComponentChildren;
}

function ItemList({ title, items, empty, children }: Props) {
  const [filter, setFilter] = useState('');
  const wanted = filter.toLowerCase();
  const shown = items.filter((item) => `${item.name} ${item.kind} ${item.type}`.toLowerCase().includes(wanted));
  return (
    <Section title={title} aside={items.length ? String(items.length) : undefined} flush>
      {!items.length && <p class="p-4 text-soft">{empty}</p>}
      {items.length > 6 && <Filter what={title.toLowerCase()} value={filter} set={setFilter} />}
      {items.length > 0 && (
        <ul class="max-h-96 divide-y divide-line overflow-y-auto" tabIndex={0}>
          {shown.slice(0, MOST).map((item) => (
            <li key={item.key} class="flex items-baseline gap-3 px-4 py-1">
              <span class="code min-w-0 grow">
                {item.name} <span class="text-soft">{typeText(item)}</span>
              </span>
              <span class="text-xs text-soft">{item.kind}</span>
            </li>
          ))}
          <More shown={shown.length} />
        </ul>
      )}
      {children}
    </Section>
  );
}
