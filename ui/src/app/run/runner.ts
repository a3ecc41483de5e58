/** Runs the program in a worker and keeps what the view shows of it. */
import { CHANNEL_SIZE, PageEnd } from '../../channel/channel';
import type { Absent, GivenFile, ImportType, Report, Trouble } from '../../channel/messages';
import { duration } from '../parts/sizes';
import { trapText } from '../parts/stack';
import { Store } from '../state/store';
import { InputQueue } from './input';
import { Screen } from './screen';

export interface Order {
  url: string;
  types: ImportType[];
  args: string[];
  env: string[];
  /** Input to give at the start; nothing when all of it is typed. */
  input: string | null;
  endInput: boolean;
}

export type Status =
  | { phase: 'idle' | 'loading' | 'running' | 'waiting' }
  | { phase: 'exit'; code: number; seconds: number }
  | { phase: 'trap'; trouble: Trouble; seconds: number }
  | { phase: 'stopped' }
  | { phase: 'unusable'; trouble: Trouble };

const EVERY = 16;
const AT_ONCE = 256 << 10;
/** A program that does not look at its streams has to be ended from outside. */
const PATIENCE = 250;

export const shared = typeof SharedArrayBuffer !== 'undefined' && crossOriginIsolated;

export class Runner {
  readonly screen = new Screen();
  readonly status = new Store<Status>({ phase: 'idle' });
  readonly files = new Store<GivenFile[]>([]);
  readonly absent = new Store<Absent[]>([]);
  readonly inputOpen = new Store(false);
  #worker: Worker | undefined;
  #channel: PageEnd | undefined;
  #input: InputQueue | undefined;
  #last = 0;
  #draining = false;

  get active(): boolean {
    return this.#worker !== undefined;
  }

  start(order: Order): void {
    this.#end();
    this.status.set({ phase: 'loading' });
    const worker = new Worker('/__wasmrun/worker.js', { name: 'program' });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Report>) => this.#worker === worker && this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.#worker === worker)
        this.#finish({
          phase: 'unusable',
          trouble: { message: event.message || 'the worker did not start', stack: '' },
        });
    };
    const { url, types, args, env } = order;
    const files = this.files.value;
    const typed = new TextEncoder().encode(order.input ?? '');
    const buffer = shared ? new SharedArrayBuffer(CHANNEL_SIZE) : null;
    this.#channel = buffer ? new PageEnd(buffer) : undefined;
    this.#input = this.#channel && new InputQueue(this.#channel);
    this.#input?.send(typed);
    this.inputOpen.set(shared);
    if (order.input !== null && order.endInput) this.endInput();
    worker.postMessage({ type: 'run', url, types, args, env, files, channel: buffer, typed });
  }

  send(text: string): void {
    this.screen.line(text, 'input');
    this.#input?.send(new TextEncoder().encode(`${text}\n`));
    if (this.status.value.phase === 'waiting') this.status.set({ phase: 'running' });
  }

  endInput(): void {
    this.#input?.end();
    this.inputOpen.set(false);
  }

  stop(): void {
    const worker = this.#worker;
    const channel = this.#channel;
    if (!worker) return;
    channel?.stop();
    setTimeout(
      () => {
        if (this.#worker !== worker) return;
        this.#drain();
        this.screen.line('stopped; what it wrote to files in this run is lost', 'note');
        this.#finish({ phase: 'stopped' });
      },
      channel ? PATIENCE : 0,
    );
  }

  #take(report: Report): void {
    switch (report.type) {
      case 'pending':
        this.#drainSoon();
        break;
      case 'output':
        this.screen.output(report);
        break;
      case 'note':
        this.screen.line(report.text, 'note');
        break;
      case 'started':
        this.absent.set(report.absent);
        if (this.status.value.phase === 'loading') this.status.set({ phase: 'running' });
        break;
      case 'waiting':
        this.#drain();
        // It may have been answered while the message was under way.
        if (this.inputOpen.value && !this.#input?.busy) this.status.set({ phase: 'waiting' });
        break;
      case 'exit':
        this.#done(report.files, `exited with code ${report.code} after ${duration(report.seconds)}`);
        this.#finish({ phase: 'exit', code: report.code, seconds: report.seconds });
        break;
      case 'trap':
        this.#done(report.files, `trapped: ${trapText(report.trouble.message)}`);
        this.#finish({ phase: 'trap', trouble: report.trouble, seconds: report.seconds });
        break;
      case 'stopped':
        this.#done(report.files, `stopped after ${duration(report.seconds)}`);
        this.#finish({ phase: 'stopped' });
        break;
      case 'unusable':
        this.#finish({ phase: 'unusable', trouble: report.trouble });
        break;
    }
  }

  #done(files: GivenFile[], text: string): void {
    this.#drain();
    this.files.set(files.sort((a, b) => (a.path < b.path ? -1 : 1)));
    this.screen.line(text, 'note');
  }

  /** Takes the output now and then, so that a program that prints without end leaves the page some time. */
  #drainSoon(): void {
    if (this.#draining) return;
    this.#draining = true;
    setTimeout(
      () => {
        this.#draining = false;
        this.#last = performance.now();
        for (const piece of this.#channel?.drain(AT_ONCE) ?? []) this.screen.output(piece);
        if (this.#channel?.pending) this.#drainSoon();
      },
      Math.max(0, this.#last + EVERY - performance.now()),
    );
  }

  #drain(): void {
    for (const piece of this.#channel?.drain() ?? []) this.screen.output(piece);
  }

  #finish(status: Status): void {
    this.#end();
    this.status.set(status);
  }

  #end(): void {
    this.#worker?.terminate();
    this.#input?.close();
    this.#worker = this.#channel = this.#input = undefined;
    this.inputOpen.set(false);
  }
}
