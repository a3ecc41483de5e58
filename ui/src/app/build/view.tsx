import { useState } from 'preact/hooks';
import type { Build } from '../../wire/api';
import { Fact, Facts } from '../parts/facts';
import { Button } from '../parts/button';
import { Fault } from '../parts/notice';
import { Section } from '../parts/section';
import { bytes, duration } from '../parts/sizes';
import { Table } from '../parts/table';
import type { Problem } from '../state/api';
import { build, rebuild } from '../state/server';
import { useStore } from '../state/store';
import { DiagnosticList } from './diagnostics';
import { FailureBox } from './failure';
import { History } from './history';
import { Log } from './log';

export function BuildView() {
  const known = useStore(build);
  if (!known) return null;
  return (
    <div class="grid items-start gap-3 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div class="flex min-w-0 flex-col gap-3">
        {known.state === 'failed' && known.failure && <FailureBox failure={known.failure} />}
        <DiagnosticList known={known} />
        <Log />
      </div>
      <div class="flex min-w-0 flex-col gap-3">
        <Summary known={known} />
        <Outputs known={known} />
        <History entries={known.history} />
      </div>
    </div>
  );
}

function Summary({ known }: { known: Build }) {
  const { project } = known;
  return (
    <Section title={`Build ${known.number}`} aside={<RebuildButton busy={known.state === 'building'} />}>
      <Facts>
        <Fact name="State">
          {known.state}
          {known.cached && known.state === 'ok' && ', from the cache'}
        </Fact>
        {known.reason && <Fact name="Why">{known.reason}</Fact>}
        {known.seconds !== null && <Fact name="Took">{duration(known.seconds)}</Fact>}
        <Fact name="Project">
          <span class="code">{project.root}</span>
        </Fact>
        {project.language && (
          <Fact name="Language">
            {project.language}
            {project.why && <span class="text-soft"> (by {project.why})</span>}
          </Fact>
        )}
        {project.plugin && (
          <Fact name="Built by">
            {project.plugin.name} {project.plugin.version}
          </Fact>
        )}
      </Facts>
    </Section>
  );
}

function RebuildButton({ busy }: { busy: boolean }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  return (
    <span class="flex flex-wrap items-center gap-2">
      {problem && (
        <Fault>
          {problem.message}
          {problem.help && `; ${problem.help}`}
        </Fault>
      )}
      <Button icon="again" disabled={busy} onClick={async () => setProblem(await rebuild())}>
        Rebuild
      </Button>
    </span>
  );
}

function Outputs({ known }: { known: Build }) {
  if (!known.outputs.length) return null;
  const rows = known.outputs.map(({ path, url, kind, size }) => ({
    key: path,
    cells: [
      url ? (
        <a class="code link" href={url}>
          {path}
        </a>
      ) : (
        <span class="code">{path}</span>
      ),
      kind,
      bytes(size),
    ],
  }));
  return (
    <Section title="Outputs" flush>
      <Table rows={rows} numbers={[2]} />
    </Section>
  );
}
