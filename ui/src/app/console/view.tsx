import { useState } from 'preact/hooks';
import type { Level } from '../../wire/messages';
import { Button } from '../parts/button';
import { FollowBox } from '../parts/follow-box';
import { Section } from '../parts/section';
import { entries } from '../state/console';
import { useStore } from '../state/store';

const LEVELS: Level[] = ['debug', 'log', 'info', 'warn', 'error'];
const TONES: Record<Level, string> = { debug: 'text-soft', log: '', info: '', warn: 'text-warn', error: 'text-bad' };

export function ConsoleView() {
  const all = useStore(entries);
  const [hidden, setHidden] = useState<Set<Level>>(new Set());
  const toggle = (level: Level) => {
    const next = new Set(hidden);
    if (!next.delete(level)) next.add(level);
    setHidden(next);
  };
  const shown = all.filter(({ level }) => !hidden.has(level));
  const controls = (
    <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
      <fieldset class="flex flex-wrap gap-x-3">
        <legend class="sr-only">Levels to show</legend>
        {LEVELS.map((level) => (
          <label key={level} class="flex items-center gap-1.5">
            <input type="checkbox" class="accent-accent" checked={!hidden.has(level)} onChange={() => toggle(level)} />
            {level}
          </label>
        ))}
      </fieldset>
      <Button look="bare" disabled={!all.length} onClick={() => entries.set([])}>
        Clear
      </Button>
    </span>
  );
  return (
    <Section title="Console" aside={controls} flush>
      {shown.length ? (
        <Lines shown={shown} />
      ) : (
        <p class="p-4 text-soft">
          {all.length
            ? 'All of it is filtered out.'
            : 'Pages of the application have logged nothing since this page was opened.'}
        </p>
      )}
    </Section>
  );
}

function Lines({ shown }: { shown: typeof entries.value }) {
  return (
    <FollowBox label="What pages have logged" class="max-h-[70vh] divide-y divide-line">
      {shown.map(({ id, level, text, at, times }) => (
        <div key={id} class={`flex gap-3 px-4 py-1 ${TONES[level]}`}>
          <time class="shrink-0 text-soft">{at.toLocaleTimeString('en-GB')}</time>
          <span class="w-11 shrink-0">{level}</span>
          <span class="min-w-0 grow wrap-anywhere whitespace-pre-wrap">{text}</span>
          {times > 1 && (
            <span class="tag self-start" title={`${times} times in a row`}>
              {times}
            </span>
          )}
        </div>
      ))}
    </FollowBox>
  );
}
