/** What the page and the worker share while a program runs: its output, its input, and a bell. */
import { Ring } from './ring';

const CONTROL = 64;
/** How much output may wait for the page; then the program waits. */
export const OUTPUT = 1 << 20;
export const INPUT = 1 << 16;
/** A stream's number, and the length of what follows. */
const FRAME = 5;

const BELL = 0;
const STOP = 1;
const ENDED = 2;
const PENDING = 3;

export const CHANNEL_SIZE = CONTROL + 2 * Ring.HEADER + OUTPUT + INPUT;

export type Stream = 1 | 2;

export interface Piece {
  stream: Stream;
  bytes: Uint8Array<ArrayBuffer>;
}

class Channel {
  protected readonly words: Int32Array;
  protected readonly output: Ring;
  protected readonly input: Ring;

  constructor(readonly buffer: ArrayBufferLike) {
    this.words = new Int32Array(buffer, 0, CONTROL / 4);
    this.output = new Ring(buffer, CONTROL, OUTPUT);
    this.input = new Ring(buffer, CONTROL + Ring.HEADER + OUTPUT, INPUT);
  }
}

/** The page's end. */
export class PageEnd extends Channel {
  /** Output that has come since the last time, not much more than `most` bytes. */
  drain(most = Infinity): Piece[] {
    Atomics.store(this.words, PENDING, 0);
    const pieces: Piece[] = [];
    for (let total = 0; total < most && this.output.used >= FRAME; total += pieces.at(-1)?.bytes.length ?? 0) {
      const head = this.output.read(FRAME);
      const length = new DataView(head.buffer).getUint32(1, true);
      pieces.push({ stream: head[0] as Stream, bytes: this.output.read(length) });
    }
    this.#ring();
    return pieces;
  }

  get pending(): boolean {
    return this.output.used > 0;
  }

  /** Gives the program input; says how many bytes there was room for. */
  type(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.input.free);
    this.input.stage(bytes.subarray(0, taken));
    this.input.commit();
    this.#ring();
    return taken;
  }

  endInput(): void {
    Atomics.store(this.words, ENDED, 1);
    this.#ring();
  }

  stop(): void {
    Atomics.store(this.words, STOP, 1);
    this.#ring();
  }

  #ring(): void {
    Atomics.add(this.words, BELL, 1);
    Atomics.notify(this.words, BELL);
  }
}

/** The worker's end. */
export class ProgramEnd extends Channel {
  get stopped(): boolean {
    return Atomics.load(this.words, STOP) !== 0;
  }

  get ended(): boolean {
    return Atomics.load(this.words, ENDED) !== 0;
  }

  get waiting(): number {
    return this.input.used;
  }

  read(most: number): Uint8Array<ArrayBuffer> {
    return this.input.read(most);
  }

  /** Gives the page output; says how many bytes there was room for. */
  write(stream: Stream, bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.output.free - FRAME);
    if (taken <= 0) return 0;
    const head = new Uint8Array(FRAME);
    head[0] = stream;
    new DataView(head.buffer).setUint32(1, taken, true);
    this.output.stage(head);
    this.output.stage(bytes.subarray(0, taken));
    this.output.commit();
    return taken;
  }

  /** True once after each time that the page has taken the output. */
  announce(): boolean {
    return Atomics.exchange(this.words, PENDING, 1) === 0;
  }

  /** Sleeps until the page does something, unless `done` says that it has. */
  sleep(milliseconds: number, done: () => boolean): void {
    const seen = Atomics.load(this.words, BELL);
    if (done()) return;
    Atomics.wait(this.words, BELL, seen, milliseconds);
  }
}
