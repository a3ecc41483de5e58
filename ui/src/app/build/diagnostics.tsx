import { countText, cut, place } from '../../link/diagnostics';
import type { Build } from '../../wire/api';
import type { Diagnostic } from '../../wire/diagnostics';
import { CopyButton } from '../parts/copy-button';
import { Section } from '../parts/section';

const TONES = { error: 'text-bad', warning: 'text-warn', note: 'text-soft' };

export function DiagnosticList({ known }: { known: Build }) {
  // A failure carries its own; a build that went well may still have warnings.
  const list =
    known.state === 'failed' && known.failure?.diagnostics.length ? known.failure.diagnostics : known.diagnostics;
  return (
    <Section title="Diagnostics" aside={countText(list)} flush>
      {list.length ? (
        <ul class="divide-y divide-line">
          {list.map((one, at) => (
            <DiagnosticItem key={at} diagnostic={one} />
          ))}
        </ul>
      ) : (
        <p class="p-4 text-soft">
          {known.state === 'failed'
            ? 'The tools told no places in the sources; the log has what they printed.'
            : 'No errors and no warnings.'}
        </p>
      )}
    </Section>
  );
}

function DiagnosticItem({ diagnostic }: { diagnostic: Diagnostic }) {
  const at = place(diagnostic);
  return (
    <li class="px-4 py-3">
      <p class="wrap-anywhere whitespace-pre-wrap">
        <strong class={`font-semibold ${TONES[diagnostic.severity]}`}>
          {diagnostic.severity}
          {diagnostic.code && `[${diagnostic.code}]`}:
        </strong>{' '}
        {diagnostic.message}
      </p>
      {at && (
        <CopyButton class="link code text-left" text={() => at} label={`Copy ${at}`}>
          {at}
        </CopyButton>
      )}
      {diagnostic.excerpt && <Excerpt excerpt={diagnostic.excerpt} />}
      {diagnostic.notes.map((note, n) => (
        <p key={n} class="mt-1 text-sm wrap-anywhere whitespace-pre-wrap text-soft">
          note: {note}
        </p>
      ))}
    </li>
  );
}

function Excerpt({ excerpt }: { excerpt: NonNullable<Diagnostic['excerpt']> }) {
  const { number, before, marked, after } = cut(excerpt);
  return (
    <pre class="mt-1.5 overflow-x-auto rounded bg-panel px-3 py-2 font-mono text-sm" tabIndex={0}>
      <span class="text-soft select-none">{number} | </span>
      {before}
      <mark class="border-b-2 border-bad bg-bad-tint text-ink">{marked || ' '}</mark>
      {after}
    </pre>
  );
}
