/** One instance of the module in a worker. */
import { CHANNEL_SIZE, PageEnd } from '../../channel/channel';
import type { Absent, GlobalValue, ImportType, Report, Request, Trouble, Value } from '../../channel/messages';
import { Store } from '../state/store';
import { shared } from '../run/runner';

export type Phase = { kind: 'empty' | 'loading' | 'ready' } | { kind: 'unusable'; trouble: Trouble };

export interface Outcome {
  values: Value[] | null;
  trouble: Trouble | null;
  exit: number | null;
  seconds: number;
}

const OUTPUT_MOST = 20_000;

export class Session {
  readonly phase = new Store<Phase>({ kind: 'empty' });
  readonly absent = new Store<Absent[]>([]);
  readonly memories = new Store<{ name: string; size: number }[]>([]);
  readonly globals = new Store<GlobalValue[]>([]);
  readonly output = new Store('');
  /** The call that runs now. */
  readonly calling = new Store<string | null>(null);
  /** Counts up when memory may have changed. */
  readonly moment = new Store(0);
  #worker: Worker | undefined;
  #channel: PageEnd | undefined;
  #decoder = new TextDecoder();
  readonly #waiting = new Map<number, (report: Report | null) => void>();
  #last = 0;

  load(url: string, types: ImportType[]): void {
    this.end();
    this.phase.set({ kind: 'loading' });
    this.output.set('');
    this.#decoder = new TextDecoder();
    const worker = new Worker('/__wasmrun/worker.js', { name: 'playground' });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Report>) => this.#worker === worker && this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.phase.set({
        kind: 'unusable',
        trouble: { message: event.message || 'the worker did not start', stack: '' },
      });
    };
    const buffer = shared ? new SharedArrayBuffer(CHANNEL_SIZE) : null;
    this.#channel = buffer ? new PageEnd(buffer) : undefined;
    // There is nobody who types.
    this.#channel?.endInput();
    this.#post({ type: 'load', url, types, channel: buffer });
  }

  /** Null when it was stopped before it came back. */
  async call(name: string, args: (number | bigint)[]): Promise<Outcome | null> {
    this.calling.set(name);
    const report = await this.#request((id) => ({ type: 'call', id, name, args }));
    this.calling.set(null);
    if (report?.type !== 'called') return null;
    this.#drain();
    this.globals.set(report.globals);
    this.moment.update((count) => count + 1);
    return report;
  }

  async peek(memory: string, address: number, length: number): Promise<{ bytes: Uint8Array; size: number } | null> {
    const report = await this.#request((id) => ({ type: 'peek', id, memory, address, length }));
    return report?.type === 'peeked' ? report : null;
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }

  #request(make: (id: number) => Request): Promise<Report | null> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#post(make(id));
    });
  }

  #post(request: Request): void {
    this.#worker?.postMessage(request);
  }

  #take(report: Report): void {
    switch (report.type) {
      case 'pending':
        setTimeout(() => this.#drain(), 16);
        break;
      case 'output':
        this.#print(report.bytes);
        break;
      case 'note':
        this.output.update((text) => `${text}${report.text}\n`);
        break;
      case 'loaded':
        this.#drain();
        this.absent.set(report.absent);
        this.memories.set(report.memories);
        this.globals.set(report.globals);
        this.phase.set({ kind: 'ready' });
        this.moment.update((count) => count + 1);
        break;
      case 'unusable':
        this.phase.set({ kind: 'unusable', trouble: report.trouble });
        break;
      case 'called':
      case 'peeked':
        this.#waiting.get(report.id)?.(report);
        this.#waiting.delete(report.id);
        break;
    }
  }

  #drain(): void {
    for (const { bytes } of this.#channel?.drain() ?? []) this.#print(bytes);
  }

  #print(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    this.output.update((known) => (known + text).slice(-OUTPUT_MOST));
  }
}
