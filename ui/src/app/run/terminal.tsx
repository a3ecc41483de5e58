import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../parts/button';
import { CopyButton } from '../parts/copy-button';
import { useStore } from '../state/store';
import { shared } from './runner';
import { runner } from './state';

export function Terminal() {
  const node = useRef<HTMLDivElement>(null);
  useEffect(() => runner.screen.attach(node.current as HTMLDivElement), []);
  return (
    <section class="card flex min-h-80 grow flex-col overflow-hidden" aria-label="Terminal">
      <div class="flex items-center justify-between gap-2 border-b border-line px-3 py-1">
        <h2 class="heading">Terminal</h2>
        <span class="flex items-center gap-1">
          <CopyButton class="button button-bare" text={() => runner.screen.text}>
            Copy
          </CopyButton>
          <Button look="bare" onClick={() => runner.screen.clear()}>
            Clear
          </Button>
        </span>
      </div>
      <div
        ref={node}
        class="terminal h-0 min-h-56 grow overflow-y-auto px-3 py-2"
        role="log"
        aria-live="off"
        aria-label="Output of the program"
        tabIndex={0}
      />
      {shared ? (
        <InputLine />
      ) : (
        <p class="border-t border-line px-3 py-2 text-sm text-soft">
          Nothing can be typed here while the program runs, since this page is not cross-origin isolated. Give the input
          at the start, or open the page by the address that `wasmrun run` prints.
        </p>
      )}
    </section>
  );
}

function InputLine() {
  const open = useStore(runner.inputOpen);
  const status = useStore(runner.status);
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const waiting = status.phase === 'waiting';
  useEffect(() => {
    // Whoever has just started the program goes on by typing.
    const { activeElement } = document;
    if (waiting && (activeElement === document.body || activeElement?.matches('[type=submit]'))) field.current?.focus();
  }, [waiting]);

  const send = () => {
    if (!open) return;
    runner.send(text);
    setText('');
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === 'd' && event.ctrlKey && text === '') {
      event.preventDefault();
      runner.endInput();
    }
  };
  return (
    <div class="flex items-end gap-2 border-t border-line p-2">
      <textarea
        ref={field}
        class="field code grow resize-none"
        rows={Math.min(8, text.split('\n').length)}
        value={text}
        spellcheck={false}
        autocomplete="off"
        disabled={!open}
        aria-label="Standard input"
        placeholder={open ? (waiting ? 'Waits for input' : 'Input; Enter sends') : 'Takes no input now'}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={key}
      />
      <Button disabled={!open} onClick={send}>
        Send
      </Button>
      <Button disabled={!open} onClick={() => runner.endInput()} title="Ctrl-D">
        End of input
      </Button>
    </div>
  );
}
