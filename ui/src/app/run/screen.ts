/** Writes a program's output into the page, in pieces that the browser can leave out while they are not seen. */
import { AnsiReader, type Style } from './ansi';
import { LineWriter, type Run } from './lines';
import type { Piece } from '../../channel/channel';

const CHUNK = 16_000;
const MOST = 5_000_000;

interface Chunk {
  node: HTMLElement;
  size: number;
}

export class Screen {
  readonly #root = document.createElement('div');
  readonly #current = span('');
  #scroller: HTMLElement | undefined;
  readonly #lines = new LineWriter();
  #readers!: { 1: AnsiReader; 2: AnsiReader };
  #decoders!: { 1: TextDecoder; 2: TextDecoder };
  #chunks: Chunk[] = [];
  #total = 0;
  #dropped = false;
  #scheduled = false;
  /** Whoever has scrolled up wants to read. */
  #follows = true;

  constructor() {
    this.clear();
  }

  /** What it is shown in, and scrolls. */
  attach(scroller: HTMLElement): void {
    this.#scroller = scroller;
    scroller.append(this.#root);
    let last = 0;
    scroller.onscroll = () => {
      // More text moves the end away without any scrolling; only going up is a wish.
      if (scroller.scrollTop < last - 1) this.#follows = false;
      if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 24) this.#follows = true;
      last = scroller.scrollTop;
    };
    // The pane becomes lower when more is typed under it.
    new ResizeObserver(() => this.#toEnd()).observe(scroller);
  }

  #toEnd(): void {
    if (this.#follows && this.#scroller) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  output({ stream, bytes }: Piece): void {
    const text = this.#decoders[stream].decode(bytes, { stream: true });
    this.#lines.write(this.#readers[stream].read(text));
    this.#schedule();
  }

  /** A line of ours, or of what was typed. */
  line(text: string, tone: 'note' | 'input'): void {
    if (tone === 'note' && this.#lines.current.length) this.#lines.write([{ type: 'newline' }]);
    for (const part of text.split('\n')) {
      this.#lines.write([{ type: 'text', text: part, style: { tone } }, { type: 'newline' }]);
    }
    this.#schedule();
  }

  clear(): void {
    this.#lines.take();
    this.#lines.current = [];
    this.#readers = { 1: new AnsiReader(), 2: new AnsiReader({ tone: 'errors' }) };
    this.#decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
    this.#current.replaceChildren();
    this.#root.replaceChildren(this.#current);
    this.#chunks = [];
    this.#total = 0;
    this.#dropped = false;
    this.#follows = true;
  }

  get text(): string {
    this.#flush();
    return this.#root.textContent ?? '';
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const run = () => {
      this.#scheduled = false;
      this.#flush();
    };
    // Pages that are not seen get no frames.
    if (document.hidden) setTimeout(run, 100);
    else requestAnimationFrame(run);
  }

  #flush(): void {
    for (const run of this.#lines.take()) this.#append(run);
    this.#current.replaceChildren(...this.#lines.current.map(draw));
    this.#trim();
    this.#toEnd();
  }

  #append({ text, style }: Run): void {
    for (let from = 0; from < text.length;) {
      const to = cutAt(text, from, CHUNK);
      let chunk = this.#chunks.at(-1);
      if (!chunk || chunk.size > CHUNK) {
        // What is at the end is always drawn, so that its height is known.
        this.#chunks.at(-2)?.node.classList.add('chunk');
        chunk = { node: document.createElement('div'), size: 0 };
        this.#chunks.push(chunk);
        this.#root.insertBefore(chunk.node, this.#current);
      }
      chunk.node.append(draw({ text: text.slice(from, to), style }));
      chunk.size += to - from;
      this.#total += to - from;
      from = to;
    }
  }

  #trim(): void {
    while (this.#total > MOST && this.#chunks.length > 1) {
      const oldest = this.#chunks.shift() as Chunk;
      this.#total -= oldest.size;
      oldest.node.remove();
      if (this.#dropped) continue;
      this.#dropped = true;
      this.#root.prepend(span('the oldest output has been dropped\n', { tone: 'note' }));
    }
  }
}

/** Where a piece ends: after a line if there is one near, so that lines stay whole. */
function cutAt(text: string, from: number, most: number): number {
  if (text.length - from <= most) return text.length;
  const newline = text.lastIndexOf('\n', from + most);
  return newline > from ? newline + 1 : from + most;
}

function draw({ text, style }: Run): Node {
  const { tone, ...rest } = style;
  return tone || Object.values(rest).some(Boolean) || rest.foreground === 0
    ? span(text, style)
    : document.createTextNode(text);
}

function span(text: string, style: Style = {}): HTMLElement {
  const made = document.createElement('span');
  made.textContent = text;
  if (style.tone) made.className = style.tone;
  const colour = (value: number | string | undefined) =>
    typeof value === 'number' ? `var(--t${value})` : (value ?? '');
  let [front, back] = [colour(style.foreground), colour(style.background)];
  if (style.inverse) [front, back] = [back || 'var(--color-paper)', front || 'var(--color-ink)'];
  if (front) made.style.color = front;
  if (back) made.style.backgroundColor = back;
  if (style.bold) made.style.fontWeight = '700';
  if (style.dim) made.style.opacity = '0.75';
  if (style.italic) made.style.fontStyle = 'italic';
  const lines = [style.underline && 'underline', style.strike && 'line-through'].filter(Boolean).join(' ');
  if (lines) made.style.textDecoration = lines;
  return made;
}
