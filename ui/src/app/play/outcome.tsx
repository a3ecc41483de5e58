import type { Value } from '../../channel/messages';
import { duration } from '../parts/sizes';
import { TroubleBox } from '../parts/trouble';
import { show } from './numbers';
import type { Past } from './state';

export function OutcomeText({ past: { outcome, results } }: { past: Past }) {
  if (!outcome) return <span class="text-sm text-soft">stopped; the module was started anew</span>;
  const time = <span class="text-xs text-soft">{duration(outcome.seconds)}</span>;
  if (outcome.trouble) return <TroubleBox title="Trap" trouble={outcome.trouble} />;
  if (outcome.exit !== null)
    return (
      <span class="text-sm">
        the program ended with code {outcome.exit} {time}
      </span>
    );
  const values = outcome.values ?? [];
  return (
    <span class="flex flex-wrap items-baseline gap-x-3 text-sm">
      {values.length ? (
        values.map((value, at) => <ValueText key={at} value={value} type={results[at] ?? ''} />)
      ) : (
        <span>no result</span>
      )}
      {time}
    </span>
  );
}

export function ValueText({ value, type }: { value: Value; type: string }) {
  if (typeof value === 'object') return <span>{value.other}</span>;
  const { main, others } = show(value, type || (typeof value === 'bigint' ? 'i64' : 'f64'));
  return (
    <span class="code">
      <strong class="font-semibold">{main}</strong> <span class="text-soft">{others.join(', ')}</span>
    </span>
  );
}
