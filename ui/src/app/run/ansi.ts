/** Reads the output of a program: colours are kept, other escape sequences dropped. */

export interface Style {
  /** Whose words these are, if not the program's own output. */
  tone?: 'errors' | 'note' | 'input';
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  strike?: boolean;
  inverse?: boolean;
  /** 0 to 15 of the palette, or a colour as CSS writes it. */
  foreground?: number | string;
  background?: number | string;
}

export type Token = { type: 'text'; text: string; style: Style } | { type: 'newline' | 'return' | 'back' | 'clear' };

type Mode = 'text' | 'escape' | 'charset' | 'csi' | 'string' | 'string-escape';

/** Longer ones are not sequences, but bytes of something else. */
const LONGEST = 256;

export class AnsiReader {
  #style: Style;
  #mode: Mode = 'text';
  #sequence = '';

  constructor(private readonly base: Style = {}) {
    this.#style = base;
  }

  /** Sequences may be cut anywhere between two calls. */
  read(text: string): Token[] {
    const tokens: Token[] = [];
    let from = 0;
    const flush = (to: number) => {
      if (to > from) tokens.push({ type: 'text', text: text.slice(from, to), style: this.#style });
    };
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#mode !== 'text') {
        this.#inside(text[at] as string, code, tokens);
        from = at + 1;
        continue;
      }
      if ((code >= 0x20 && code < 0x7f) || code === 0x09 || code > 0x9f) continue;
      flush(at);
      from = at + 1;
      if (code === 0x0a) tokens.push({ type: 'newline' });
      else if (code === 0x0d) tokens.push({ type: 'return' });
      else if (code === 0x08) tokens.push({ type: 'back' });
      else if (code === 0x1b) this.#mode = 'escape';
      else if (code === 0x9b) this.#begin();
    }
    if (this.#mode === 'text') flush(text.length);
    return tokens;
  }

  #begin(): void {
    this.#mode = 'csi';
    this.#sequence = '';
  }

  #inside(character: string, code: number, tokens: Token[]): void {
    switch (this.#mode) {
      case 'escape':
        if (character === '[') this.#begin();
        else if (']PX^_'.includes(character)) this.#mode = 'string';
        else this.#mode = '()*+#% '.includes(character) ? 'charset' : 'text';
        break;
      case 'csi':
        if (code >= 0x40 && code <= 0x7e) {
          this.#mode = 'text';
          this.#finish(character, tokens);
        } else {
          this.#sequence += character;
          if (this.#sequence.length > LONGEST) this.#mode = 'text';
        }
        break;
      case 'string':
        if (code === 0x07) this.#mode = 'text';
        else if (code === 0x1b) this.#mode = 'string-escape';
        break;
      default:
        this.#mode = 'text';
    }
  }

  #finish(final: string, tokens: Token[]): void {
    if (final === 'm') this.#style = restyle(this.#style, this.#sequence, this.base);
    // Progress bars erase their line before they write it again.
    else if (final === 'K' && this.#sequence === '2') tokens.push({ type: 'clear' });
  }
}

export function restyle(style: Style, sequence: string, base: Style = {}): Style {
  if (/[^\d;:]/.test(sequence)) return style;
  const numbers = sequence.split(/[;:]/).map((part) => (part === '' ? 0 : Number(part)));
  let next: Style = { ...style };
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    if (number === 0) next = { ...base };
    else if (number === 38 || number === 48) {
      const [colour, used] = extended(numbers.slice(at + 1));
      at += used;
      if (colour !== undefined) next[number === 38 ? 'foreground' : 'background'] = colour;
    } else next = { ...next, ...simple(number) };
  }
  return next;
}

const ATTRIBUTES: Record<number, Style> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { foreground: undefined },
  49: { background: undefined },
};

function simple(number: number): Style {
  if (number >= 30 && number <= 37) return { foreground: number - 30 };
  if (number >= 40 && number <= 47) return { background: number - 40 };
  if (number >= 90 && number <= 97) return { foreground: number - 82 };
  if (number >= 100 && number <= 107) return { background: number - 92 };
  return ATTRIBUTES[number] ?? {};
}

/** What follows 38 or 48: a colour, and how many numbers it took. */
function extended([kind, first, second, third]: number[]): [number | string | undefined, number] {
  const level = (value: number | undefined) => Math.max(0, Math.min(255, value ?? 0));
  if (kind === 2) return [`rgb(${level(first)} ${level(second)} ${level(third)})`, 4];
  if (kind !== 5) return [undefined, 0];
  const index = level(first);
  if (index < 16) return [index, 2];
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [`rgb(${grey} ${grey} ${grey})`, 2];
  }
  const step = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return [`rgb(${step(Math.floor(cube / 36))} ${step(Math.floor(cube / 6) % 6)} ${step(cube % 6)})`, 2];
}
