/** The standard streams of a program, in two ways: shared with the page, or by messages alone. */
import { ProgramEnd, OUTPUT, type Piece, type Stream } from '../channel/channel';
import type { Report } from '../channel/messages';
import type { Streams } from './wasi/context';
import { Stopped } from './wasi/errno';

type Post = (report: Report) => void;

/** Output that the page has not taken yet stays in the channel; when that is full the program waits. */
export class SharedStreams implements Streams {
  #told = false;

  constructor(
    private readonly channel: ProgramEnd,
    private readonly post: Post,
  ) {}

  ready(): boolean {
    return this.channel.waiting > 0 || this.channel.ended;
  }

  read(most: number): Uint8Array {
    while (!this.ready()) {
      if (!this.#told) this.post({ type: 'waiting' });
      this.#told = true;
      this.sleep(Infinity, true);
    }
    this.#told = false;
    return this.channel.read(most);
  }

  write(stream: Stream, bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const taken = this.channel.write(stream, bytes.subarray(at));
      at += taken;
      if (this.channel.announce()) this.post({ type: 'pending' });
      if (taken === 0) this.sleep(1000, false);
      else this.#check();
    }
  }

  sleep(milliseconds: number, input: boolean): void {
    this.channel.sleep(milliseconds, () => this.channel.stopped || (input && this.ready()));
    this.#check();
  }

  #check(): void {
    if (this.channel.stopped) throw new Stopped();
  }
}

const EVERY = 16;
const LARGEST = 64 << 10;
/** Messages pile up while the page is busy, and nothing can hold the program back. */
const MOST = 16 * OUTPUT;

/** Without shared memory: input is what was typed before the start. */
export class PostedStreams implements Streams {
  #waiting: Piece[] = [];
  #size = 0;
  #total = 0;
  #last = -Infinity;

  constructor(
    private input: Uint8Array,
    private readonly post: Post,
  ) {}

  ready(): boolean {
    return true;
  }

  read(most: number): Uint8Array {
    this.flush();
    const part = this.input.subarray(0, most);
    this.input = this.input.subarray(part.length);
    return part;
  }

  write(stream: Stream, bytes: Uint8Array): void {
    if (this.#total > MOST) return;
    this.#total += bytes.length;
    this.#waiting.push({ stream, bytes: new Uint8Array(bytes) });
    this.#size += bytes.length;
    if (this.#size >= LARGEST || performance.now() - this.#last >= EVERY) this.flush();
    if (this.#total > MOST) {
      this.post({
        type: 'note',
        text: 'the rest of the output is not shown: without cross-origin isolation it cannot be held back',
      });
    }
  }

  /** There is nothing to wake the worker, so that it has to look at the clock. */
  sleep(milliseconds: number): void {
    this.flush();
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  }

  flush(): void {
    for (const piece of this.#waiting) this.post({ type: 'output', ...piece });
    this.#waiting = [];
    this.#size = 0;
    this.#last = performance.now();
  }
}

export function makeStreams(
  buffer: SharedArrayBuffer | null,
  typed: Uint8Array | null,
  post: Post,
): Streams & { flush?(): void } {
  if (!buffer) return new PostedStreams(typed ?? new Uint8Array(), post);
  const channel = new ProgramEnd(buffer);
  return new SharedStreams(channel, post);
}
