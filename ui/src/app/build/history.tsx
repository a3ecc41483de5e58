import type { HistoryEntry } from '../../wire/api';
import { Section } from '../parts/section';
import { bytes, duration } from '../parts/sizes';
import { Table } from '../parts/table';

export function History({ entries }: { entries: HistoryEntry[] }) {
  if (!entries.length) return null;
  const rows = [...entries].reverse().map(({ number, state, reason, seconds, size, at }) => ({
    key: number,
    title: new Date(at).toLocaleString(),
    cells: [
      <span class="whitespace-nowrap">
        {number} <span class={state === 'ok' ? 'text-good' : 'text-bad'}>{state}</span>
      </span>,
      reason,
      duration(seconds),
      size === null ? '' : bytes(size),
    ],
  }));
  return (
    <Section title="Builds so far" flush>
      <Table heads={['Build', 'Why', 'Took', 'Size']} rows={rows} numbers={[2, 3]} />
    </Section>
  );
}
