/** Gives a program its input, as fast as there is room. */
import type { PageEnd } from '../../channel/channel';

const AGAIN = 20;

export class InputQueue {
  #waiting: Uint8Array[] = [];
  #ended = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly channel: Pick<PageEnd, 'type' | 'endInput'>) {}

  /** There is still something that the program has not been given. */
  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  send(bytes: Uint8Array): void {
    if (bytes.length) this.#waiting.push(bytes);
    this.#pump();
  }

  end(): void {
    this.#ended = true;
    this.#pump();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #pump(): void {
    clearTimeout(this.#timer);
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const taken = this.channel.type(next);
      if (taken === next.length) {
        this.#waiting.shift();
        continue;
      }
      this.#waiting[0] = next.subarray(taken);
      this.#timer = setTimeout(() => this.#pump(), AGAIN);
      return;
    }
    if (this.#ended) this.channel.endInput();
  }
}
