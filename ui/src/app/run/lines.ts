/** Puts tokens together to lines: those that are complete, and the one that is being written. */
import type { Style, Token } from './ansi';

export interface Run {
  text: string;
  style: Style;
}

export class LineWriter {
  /** Complete lines, each with its newline, until somebody takes them. */
  #done: Run[] = [];
  current: Run[] = [];
  /** The cursor is at the beginning: what comes next is written over the line. */
  #over = false;

  write(tokens: Token[]): void {
    for (const token of tokens) {
      switch (token.type) {
        case 'text':
          if (this.#over) this.current = [];
          this.#over = false;
          append(this.current, token.text, token.style);
          break;
        case 'newline':
          this.#over = false;
          for (const run of this.current) append(this.#done, run.text, run.style);
          append(this.#done, '\n', this.current.at(-1)?.style ?? this.#done.at(-1)?.style ?? {});
          this.current = [];
          break;
        case 'return':
          this.#over = true;
          break;
        case 'clear':
          this.current = [];
          break;
        case 'back':
          this.#back();
          break;
      }
    }
  }

  take(): Run[] {
    const taken = this.#done;
    this.#done = [];
    return taken;
  }

  #back(): void {
    const last = this.current.at(-1);
    if (!last) return;
    last.text = Array.from(last.text).slice(0, -1).join('');
    if (!last.text) this.current.pop();
  }
}

/** Text in the same style becomes one run, so that the page has few nodes to draw. */
function append(runs: Run[], text: string, style: Style): void {
  const last = runs.at(-1);
  if (last && (last.style === style || text === '\n')) last.text += text;
  else runs.push({ text, style });
}
