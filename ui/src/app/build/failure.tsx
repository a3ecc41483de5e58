import { failureText } from '../../link/diagnostics';
import type { Failure } from '../../wire/diagnostics';
import { CopyButton } from '../parts/copy-button';

export function FailureBox({ failure }: { failure: Failure }) {
  return (
    <section class="rounded-lg bg-bad-tint px-4 py-3" aria-label="Failure">
      <div class="flex flex-wrap items-start justify-between gap-2">
        <p class="font-semibold wrap-anywhere">{failure.message}</p>
        <CopyButton text={() => failureText(failure)}>Copy all</CopyButton>
      </div>
      {failure.causes.map((cause, at) => (
        <p key={at} class="text-sm wrap-anywhere">
          {cause}
        </p>
      ))}
      {failure.help && (
        <p class="mt-1 text-sm wrap-anywhere">
          <strong class="font-semibold">help: </strong>
          {failure.help}
        </p>
      )}
      {failure.log.length > 0 && (
        <details class="fold mt-2" open={!failure.diagnostics.length}>
          <summary>What the tools printed</summary>
          <pre class="code mt-1 max-h-80 overflow-auto">{failure.log.join('\n')}</pre>
        </details>
      )}
    </section>
  );
}
