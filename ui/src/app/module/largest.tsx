import type { CoreModule } from '../../wire/inspect';
import { Section } from '../parts/section';
import { bytes, percent } from '../parts/sizes';
import { Table } from '../parts/table';

export function LargestFunctions({ document }: { document: CoreModule }) {
  const { largest, code_size: whole } = document.functions;
  if (!largest.length) return null;
  const rows = largest.map(({ index, name, symbol, offset, size }) => ({
    key: index,
    title: `function ${index} at offset ${offset}${symbol ? `, ${symbol}` : ''}`,
    cells: [<span class="code">{name ?? `function ${index}`}</span>, bytes(size), percent(size, whole)],
  }));
  return (
    <Section title="Largest functions" flush>
      <Table heads={['Function', 'Size', 'Of the code']} rows={rows} numbers={[1, 2]} />
    </Section>
  );
}
