import { FollowBox } from '../parts/follow-box';
import { Section } from '../parts/section';
import { build } from '../state/server';
import { liveLog } from '../state/log';
import { useStore } from '../state/store';

const TONES: Record<string, string> = {
  error: 'text-bad',
  warn: 'text-warn',
  warning: 'text-warn',
  debug: 'text-soft',
  task: 'text-accent',
};

export function Log() {
  const known = useStore(build);
  const live = useStore(liveLog);
  const lines = live ?? known?.log ?? [];
  return (
    <Section title="Log" flush>
      <FollowBox label="Log of the build" class="max-h-96 px-4 py-2">
        {lines.map(({ level, message }, at) => (
          <p key={at} class={`wrap-anywhere whitespace-pre-wrap ${TONES[level] ?? ''}`}>
            {message}
          </p>
        ))}
        {!lines.length && (
          <p class="font-sans text-soft">{live ? 'The build has begun.' : 'The tools printed nothing.'}</p>
        )}
      </FollowBox>
    </Section>
  );
}
