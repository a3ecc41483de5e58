import { useEffect, useState } from 'preact/hooks';
import { Button } from '../parts/button';
import { Filter } from '../parts/filter';
import { Missing } from '../parts/missing';
import { More, MOST } from '../parts/more';
import { useObstacle } from '../parts/no-module';
import { Section } from '../parts/section';
import { TroubleBox } from '../parts/trouble';
import { build, info } from '../state/server';
import { useStore } from '../state/store';
import { FunctionRow } from './function-row';
import { exportedFunctions } from './functions';
import { GlobalList } from './globals';
import { HistoryList } from './history';
import { MemoryView } from './memory';
import { reloadIfNew, restart, session } from './state';

export function PlayView() {
  const known = useStore(build);
  const obstacle = useObstacle();
  const phase = useStore(session.phase);
  const absent = useStore(session.absent);
  const output = useStore(session.output);
  useEffect(() => reloadIfNew(), [known]);

  if (obstacle) return obstacle;
  if (phase.kind === 'unusable') {
    return (
      <div class="flex flex-col gap-3">
        <TroubleBox title="The module could not be instantiated" trouble={phase.trouble} />
        <p>
          <Button onClick={restart}>Try again</Button>
        </p>
      </div>
    );
  }
  return (
    <div class="flex flex-col gap-3">
      <Missing absent={absent} />
      <div class="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <Functions />
        <div class="flex min-w-0 flex-col gap-3">
          <MemoryView />
          <GlobalList />
          {output && (
            <Section title="Output">
              <pre class="terminal max-h-60 overflow-auto">{output}</pre>
            </Section>
          )}
          <HistoryList />
        </div>
      </div>
    </div>
  );
}

function Functions() {
  const document = useStore(info);
  const phase = useStore(session.phase);
  const [filter, setFilter] = useState('');
  if (document?.kind !== 'module') return null;
  const all = exportedFunctions(document);
  if (!all.length) {
    return (
      <Section title="Functions">
        <p class="text-soft">
          The module exports no functions. Export one in the source; what is exported can be called here.
        </p>
      </Section>
    );
  }
  const shown = all.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  return (
    <Section
      title="Functions"
      flush
      aside={
        <Button
          look="bare"
          onClick={restart}
          disabled={phase.kind === 'loading'}
          title="Start anew with a fresh instance"
        >
          Reset
        </Button>
      }
    >
      {all.length > 6 && <Filter what={`${all.length} functions`} value={filter} set={setFilter} />}
      <ul class="divide-y divide-line">
        {shown.slice(0, MOST).map((one) => (
          <FunctionRow key={one.name} callable={one} />
        ))}
        <More shown={shown.length} />
      </ul>
    </Section>
  );
}
