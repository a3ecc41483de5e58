/** The program's memory, as calls read and write it. */
import { fail } from './errno';

const decoder = new TextDecoder('utf-8', { fatal: true });

export class ProgramMemory {
  #view = new DataView(new ArrayBuffer(0));

  constructor(private readonly get: () => WebAssembly.Memory | undefined) {}

  /** Growing leaves an old buffer behind, so that it is asked for each time. */
  #data(pointer: number, length: number): DataView {
    const buffer = this.get()?.buffer;
    if (!buffer) fail('fault');
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    if (pointer + length > this.#view.byteLength) fail('fault');
    return this.#view;
  }

  bytes(pointer: number, length: number): Uint8Array {
    pointer >>>= 0;
    length >>>= 0;
    const view = this.#data(pointer, length);
    return new Uint8Array(view.buffer, pointer, length);
  }

  text(pointer: number, length: number): string {
    try {
      // A copy, since decoders refuse memory that is shared.
      return decoder.decode(this.bytes(pointer, length).slice());
    } catch (error) {
      if (error instanceof TypeError) fail('ilseq');
      throw error;
    }
  }

  u8(pointer: number): number {
    return this.#data((pointer >>>= 0), 1).getUint8(pointer);
  }

  u16(pointer: number): number {
    return this.#data((pointer >>>= 0), 2).getUint16(pointer, true);
  }

  u32(pointer: number): number {
    return this.#data((pointer >>>= 0), 4).getUint32(pointer, true);
  }

  u64(pointer: number): bigint {
    return this.#data((pointer >>>= 0), 8).getBigUint64(pointer, true);
  }

  setU8(pointer: number, value: number): void {
    this.#data((pointer >>>= 0), 1).setUint8(pointer, value);
  }

  setU16(pointer: number, value: number): void {
    this.#data((pointer >>>= 0), 2).setUint16(pointer, value, true);
  }

  setU32(pointer: number, value: number): void {
    this.#data((pointer >>>= 0), 4).setUint32(pointer, value, true);
  }

  setU64(pointer: number, value: bigint): void {
    this.#data((pointer >>>= 0), 8).setBigUint64(pointer, value, true);
  }

  set(pointer: number, bytes: Uint8Array): void {
    this.bytes(pointer, bytes.length).set(bytes);
  }

  zero(pointer: number, length: number): void {
    this.bytes(pointer, length).fill(0);
  }

  /** The buffers of an iovec list, in order. */
  *buffers(pointer: number, count: number): Iterable<Uint8Array> {
    for (let at = 0; at < count >>> 0; at++) {
      const entry = (pointer >>> 0) + at * 8;
      yield this.bytes(this.u32(entry), this.u32(entry + 4));
    }
  }
}
