import { useEffect, useState } from 'preact/hooks';
import { useObstacle } from '../parts/no-module';
import { Fault } from '../parts/notice';
import { Button } from '../parts/button';
import { build } from '../state/server';
import { useStore } from '../state/store';
import { Environment, InputAtStart } from './options';
import { Ending, StatusLine } from './ending';
import { FileList } from './files';
import { takeDrop } from './given';
import { argsText, rerun, runner, start } from './state';
import { Terminal } from './terminal';

export function RunView() {
  const known = useStore(build);
  const obstacle = useObstacle();
  const [over, setOver] = useState(false);
  useEffect(() => rerun(), [known]);

  if (obstacle) return obstacle;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer) void takeDrop(event.dataTransfer);
  };
  return (
    <div
      class={`flex grow flex-col gap-3 rounded-lg ${over ? 'outline-2 outline-offset-4 outline-accent' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => event.currentTarget.contains(event.relatedTarget as Node | null) || setOver(false)}
      onDrop={drop}
    >
      <Controls />
      <div class="grid items-start gap-x-6 gap-y-2 sm:grid-cols-3">
        <InputAtStart />
        <Environment />
        <FileList />
      </div>
      <Terminal />
      <Ending />
    </div>
  );
}

function Controls() {
  const args = useStore(argsText);
  const status = useStore(runner.status);
  const [fault, setFault] = useState<string | null>(null);
  const active = ['loading', 'running', 'waiting'].includes(status.phase);
  return (
    <form
      class="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        setFault(start());
      }}
    >
      <div class="flex flex-wrap items-end gap-2">
        <label class="min-w-0 grow basis-60 text-sm text-soft">
          Arguments
          <input
            class="field code mt-0.5"
            value={args}
            placeholder={"--flag 'two words'"}
            autocomplete="off"
            spellcheck={false}
            aria-invalid={fault !== null}
            onInput={(event) => argsText.set(event.currentTarget.value)}
          />
        </label>
        <Button submit look="main" icon={active ? 'again' : 'run'}>
          {active ? 'Run again' : 'Run'}
        </Button>
        <Button icon="stop" disabled={!active} onClick={() => runner.stop()}>
          Stop
        </Button>
        <StatusLine />
      </div>
      {fault && <Fault>{fault}</Fault>}
    </form>
  );
}
