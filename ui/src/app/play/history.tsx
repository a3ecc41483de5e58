import { Button } from '../parts/button';
import { Section } from '../parts/section';
import { trapText } from '../parts/stack';
import { useStore } from '../state/store';
import { OutcomeText } from './outcome';
import { past } from './state';

export function HistoryList() {
  const calls = useStore(past);
  if (!calls.length) return null;
  const clear = (
    <Button look="bare" onClick={() => past.set([])}>
      Clear
    </Button>
  );
  return (
    <Section title="Calls" aside={clear} flush>
      <ol class="max-h-80 divide-y divide-line overflow-y-auto" tabIndex={0}>
        {calls.map((one) => (
          <li key={one.id} class="flex flex-col px-4 py-1.5">
            <span class="code">
              {one.name}({one.args.join(', ')})
            </span>
            {one.outcome?.trouble ? (
              <span class="text-sm text-bad">{trapText(one.outcome.trouble.message)}</span>
            ) : (
              <OutcomeText past={one} />
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
