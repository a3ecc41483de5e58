import { useState } from 'preact/hooks';
import { Button } from '../parts/button';
import { Fault } from '../parts/notice';
import { useStore } from '../state/store';
import type { Callable } from './functions';
import { OutcomeText } from './outcome';
import { showSignature } from './signature';
import { call, past, session, setTyped, stop, textsOf, typed } from './state';

export function FunctionRow({ callable }: { callable: Callable }) {
  const { name, signature, obstacle } = callable;
  useStore(typed);
  const history = useStore(past);
  const phase = useStore(session.phase);
  const calling = useStore(session.calling);
  const [faults, setFaults] = useState<(string | null)[] | null>(null);
  const texts = textsOf(callable);
  const latest = history.find((one) => one.name === name);
  const running = calling === name;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!calling && phase.kind === 'ready') setFaults(await call(callable));
  };
  return (
    <li class="px-4 py-3">
      <form class="flex flex-col gap-2" onSubmit={submit} aria-label={name}>
        <p class="code">
          <strong class="font-semibold">{name}</strong>
          <span class="text-soft">{showSignature(signature)}</span>
        </p>
        {obstacle ? (
          <p class="text-sm text-soft">Not callable from here: {obstacle}.</p>
        ) : (
          <div class="flex flex-wrap items-end gap-2">
            {signature.params.map((type, at) => (
              <label key={at} class="basis-28 text-xs text-soft">
                {`${at}: ${type}`}
                <input
                  class="field code mt-0.5"
                  value={texts[at]}
                  spellcheck={false}
                  autocomplete="off"
                  aria-invalid={!!faults?.[at]}
                  onInput={(event) => setTyped(name, at, event.currentTarget.value)}
                />
              </label>
            ))}
            {running ? (
              <Button onClick={stop} title="Ends the call and starts anew; what was in memory is lost">
                Stop
              </Button>
            ) : (
              <Button submit disabled={!!calling || phase.kind !== 'ready'}>
                Call
              </Button>
            )}
          </div>
        )}
        {faults?.map((fault, at) => fault && <Fault key={at}>{`${at}: ${fault}`}</Fault>)}
        <div role="status" class="empty:hidden">
          {running ? (
            <span class="pulse text-sm text-soft">running</span>
          ) : (
            latest && !faults && <OutcomeText past={latest} />
          )}
        </div>
      </form>
    </li>
  );
}
