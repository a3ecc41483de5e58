/** What a program gets beside its arguments. */
import { count } from '../parts/sizes';
import { useStore } from '../state/store';
import { readVariables } from './environment';
import { shared } from './runner';
import { envText, inputEnds, inputText } from './state';

export function Environment() {
  const text = useStore(envText);
  const read = readVariables(text);
  const set = 'lines' in read ? read.lines.length : 0;
  return (
    <details class="fold">
      <summary>Environment{set ? ` (${set})` : ''}</summary>
      <label class="mt-1 block text-xs text-soft">
        One NAME=value a line
        <textarea
          class="field code mt-0.5"
          rows={4}
          value={text}
          spellcheck={false}
          aria-invalid={'error' in read}
          onInput={(event) => envText.set(event.currentTarget.value)}
        />
      </label>
      {'error' in read && <p class="text-sm text-bad">{read.error}</p>}
    </details>
  );
}

export function InputAtStart() {
  const text = useStore(inputText);
  const ends = useStore(inputEnds);
  return (
    <details class="fold">
      <summary>Input at the start{text ? ` (${count(text.length, 'character')})` : ''}</summary>
      <label class="mt-1 block text-xs text-soft">
        Given to standard input in each run
        <textarea
          class="field code mt-0.5"
          rows={4}
          value={text}
          spellcheck={false}
          onInput={(event) => inputText.set(event.currentTarget.value)}
        />
      </label>
      {shared && (
        <label class="mt-1 flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            class="accent-accent"
            checked={ends}
            onChange={(event) => inputEnds.set(event.currentTarget.checked)}
          />
          and there it ends
        </label>
      )}
    </details>
  );
}
