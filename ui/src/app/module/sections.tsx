import type { CoreModule, ModuleInfo } from '../../wire/inspect';
import { Bar } from '../parts/bar';
import { Section } from '../parts/section';
import { bytes, percent } from '../parts/sizes';
import { Table } from '../parts/table';

export function Sections({ document: { sections, size: whole } }: { document: ModuleInfo }) {
  if (!sections.length) return null;
  const rows = sections.map(({ name, custom, offset, size }) => ({
    key: offset,
    title: `${size} bytes at offset ${offset}`,
    cells: [custom ?? name, bytes(size), <Share part={size} whole={whole} />],
  }));
  return (
    <Section title="Sections" flush>
      <Table heads={['Section', 'Size', 'Share']} rows={rows} numbers={[1]} />
    </Section>
  );
}

function Share({ part, whole }: { part: number; whole: number }) {
  return (
    <span class="flex min-w-24 items-center gap-2">
      <Bar part={part} whole={whole} />
      <span class="w-12 shrink-0 text-right text-xs text-soft">{percent(part, whole)}</span>
    </span>
  );
}

export function Memories({ document: { memories } }: { document: CoreModule }) {
  if (!memories.length) return null;
  const pages = (count: number, size: number) => `${count.toLocaleString('en')} (${bytes(count * size)})`;
  const rows = memories.map((one) => ({
    key: one.index,
    cells: [
      [one.index, one.imported && 'imported', one.shared && 'shared', one.memory64 && '64 bits']
        .filter((word) => word !== false)
        .join(', '),
      pages(one.initial_pages, one.page_size),
      one.maximum_pages === null ? 'no limit' : pages(one.maximum_pages, one.page_size),
    ],
  }));
  return (
    <Section title="Memories" flush>
      <Table heads={['Memory', 'Pages at the start', 'At most']} rows={rows} />
    </Section>
  );
}

export function CustomSections({ document }: { document: ModuleInfo }) {
  if (!document.custom_sections.length) return null;
  const rows = document.custom_sections.map(({ name, offset, size }) => ({
    key: offset,
    cells: [<span class="code">{name}</span>, bytes(size)],
  }));
  return (
    <Section title="Custom sections" flush>
      <Table rows={rows} numbers={[1]} />
    </Section>
  );
}
