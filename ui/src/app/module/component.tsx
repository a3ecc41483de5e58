/** Components: interfaces in place of functions, and modules inside. */
import type { Component, ComponentItem, ModuleInfo } from '../../wire/inspect';
import { Section } from '../parts/section';
import { bytes } from '../parts/sizes';
import { Table } from '../parts/table';

export function ComponentParts({ document }: { document: Extract<ModuleInfo, Component> }) {
  const inside = [...document.modules, ...document.components];
  return (
    <div class="grid items-start gap-3 lg:grid-cols-2">
      <Items title="Exports" items={document.exports} empty="The component exports nothing." />
      <Items title="Imports" items={document.imports} empty="The component imports nothing." />
      {inside.length > 0 && (
        <Section title="Inside" flush>
          <Table
            rows={inside.map(({ offset, kind, role, size }) => ({
              key: offset,
              cells: [`${kind}${role ? `, ${role.kind.replace('_', ' ')}` : ''}`, bytes(size)],
            }))}
            numbers={[1]}
          />
        </Section>
      )}
    </div>
  );
}

function Items({ title, items, empty }: { title: string; items: ComponentItem[]; empty: string }) {
  return (
    <Section title={title} aside={items.length ? String(items.length) : undefined} flush>
      {!items.length && <p class="p-4 text-soft">{empty}</p>}
      <ul class="max-h-96 divide-y divide-line overflow-y-auto" tabIndex={0}>
        {items.map(({ name, kind, functions }) => (
          <li key={name} class="px-4 py-1.5">
            <span class="flex items-baseline gap-3">
              <span class="code min-w-0 grow">{name}</span>
              <span class="text-xs text-soft">{kind}</span>
            </span>
            {functions?.map((one) => (
              <span key={one.name} class="code block pl-4 text-soft">
                {one.name}: {one.type}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Section>
  );
}
