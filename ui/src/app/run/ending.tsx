/** How a run goes, and how it ended. */
import { Icon, type IconName } from '../parts/icon';
import { Missing } from '../parts/missing';
import { duration } from '../parts/sizes';
import { TroubleBox } from '../parts/trouble';
import { useStore } from '../state/store';
import type { Status } from './runner';
import { runner } from './state';

function describe(status: Status): [IconName | null, string, string] {
  switch (status.phase) {
    case 'idle':
      return [null, '', 'text-soft'];
    case 'loading':
      return ['building', 'loading', 'text-soft'];
    case 'running':
      return ['run', 'running', 'text-good'];
    case 'waiting':
      return ['building', 'waits for input', 'text-warn'];
    case 'exit':
      return [
        status.code ? 'failed' : 'ok',
        `exit code ${status.code}, ${duration(status.seconds)}`,
        status.code ? 'text-bad' : 'text-good',
      ];
    case 'trap':
      return ['failed', `trap after ${duration(status.seconds)}`, 'text-bad'];
    case 'stopped':
      return ['stop', 'stopped', 'text-soft'];
    case 'unusable':
      return ['failed', 'could not start', 'text-bad'];
  }
}

export function StatusLine() {
  const [icon, text, tone] = describe(useStore(runner.status));
  return (
    <span class={`inline-flex min-h-8 items-center gap-1.5 text-sm font-medium ${tone}`} role="status">
      {icon && <Icon name={icon} />}
      {text}
    </span>
  );
}

export function Ending() {
  const status = useStore(runner.status);
  const absent = useStore(runner.absent);
  return (
    <>
      {status.phase === 'trap' && <TroubleBox title="The program trapped" trouble={status.trouble} />}
      {status.phase === 'unusable' && <TroubleBox title="The program could not start" trouble={status.trouble} />}
      <Missing absent={absent} />
    </>
  );
}
