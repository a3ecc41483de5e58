import type { Trouble } from '../../channel/messages';
import { frames, trapText } from './stack';

/** A trap with the functions that led to it. */
export function TroubleBox({ title, trouble }: { title: string; trouble: Trouble }) {
  const found = frames(trouble.stack);
  return (
    <div class="rounded-md bg-bad-tint px-3 py-2 text-sm" role="alert">
      <p>
        <strong class="font-semibold">{title}: </strong>
        {trapText(trouble.message)}
      </p>
      {found.length > 0 && (
        <ol class="code mt-1 max-h-60 overflow-y-auto">
          {found.map((frame, at) => (
            <li key={at}>
              at {frame.name}
              <span class="opacity-80">{frame.offset && `, offset ${frame.offset}`}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
