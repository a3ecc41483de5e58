/** A queue of bytes between one that writes and one that reads, in memory that both see. */
export class Ring {
  /** Two counters, which run over and wrap: bytes read, bytes written. */
  static readonly HEADER = 8;
  readonly #counters: Int32Array;
  readonly #data: Uint8Array;
  #staged: number;

  /** The capacity has to be a power of two, so that the counters may wrap. */
  constructor(
    buffer: ArrayBufferLike,
    offset: number,
    readonly capacity: number,
  ) {
    this.#counters = new Int32Array(buffer, offset, 2);
    this.#data = new Uint8Array(buffer, offset + Ring.HEADER, capacity);
    this.#staged = Atomics.load(this.#counters, 1);
  }

  get used(): number {
    return (Atomics.load(this.#counters, 1) - Atomics.load(this.#counters, 0)) >>> 0;
  }

  get free(): number {
    return this.capacity - ((this.#staged - Atomics.load(this.#counters, 0)) >>> 0);
  }

  /** Puts bytes in without showing them yet. There has to be room. */
  stage(bytes: Uint8Array): void {
    const at = (this.#staged >>> 0) % this.capacity;
    const first = Math.min(bytes.length, this.capacity - at);
    this.#data.set(bytes.subarray(0, first), at);
    this.#data.set(bytes.subarray(first), 0);
    this.#staged = (this.#staged + bytes.length) | 0;
  }

  commit(): void {
    Atomics.store(this.#counters, 1, this.#staged);
  }

  /** Takes out up to `most` bytes. */
  read(most: number): Uint8Array<ArrayBuffer> {
    const from = Atomics.load(this.#counters, 0);
    const length = Math.min(most, this.used);
    const at = (from >>> 0) % this.capacity;
    const bytes = new Uint8Array(length);
    const first = Math.min(length, this.capacity - at);
    bytes.set(this.#data.subarray(at, at + first));
    bytes.set(this.#data.subarray(0, length - first), first);
    Atomics.store(this.#counters, 0, (from + length) | 0);
    return bytes;
  }
}
