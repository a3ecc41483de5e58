import { Section } from '../parts/section';
import { Table } from '../parts/table';
import { info } from '../state/server';
import { useStore } from '../state/store';
import { ValueText } from './outcome';
import { session } from './state';

export function GlobalList() {
  const globals = useStore(session.globals);
  const document = useStore(info);
  if (!globals.length) return null;
  const types = document?.kind === 'module' ? document.exports : [];
  const rows = globals.map(({ name, value }) => {
    const type = types.find((one) => one.kind === 'global' && one.name === name)?.type?.replace(/^global /, '') ?? '';
    const bare = type.replace(/^\(mut (\w+)\)$/, '$1');
    return {
      key: name,
      cells: [
        <span class="code">{name}</span>,
        <span class="code">{type}</span>,
        <ValueText value={value} type={bare} />,
      ],
    };
  });
  return (
    <Section title="Globals" flush>
      <Table heads={['Name', 'Type', 'Value']} rows={rows} />
    </Section>
  );
}
