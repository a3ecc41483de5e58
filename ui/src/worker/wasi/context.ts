import type { Descriptors } from './descriptors';
import type { ProgramMemory } from './memory';

/** Where standard output goes and standard input comes from. */
export interface Streams {
  /** Waits until there is something; nothing is the end. */
  read(most: number): Uint8Array;
  /** Whether `read` would answer at once. */
  ready(): boolean;
  write(stream: 1 | 2, bytes: Uint8Array): void;
  /** Sleeps, at most until there is input if `input` is set. */
  sleep(milliseconds: number, input: boolean): void;
}

export interface Context {
  memory: ProgramMemory;
  table: Descriptors;
  streams: Streams;
  args: string[];
  env: string[];
  /** `wasi_unstable`, some of whose layouts and numbers differ. */
  old: boolean;
}

/** A call fails by throwing. Values of 64 bits come as `bigint`. */
export type Calls = Record<string, (...values: any[]) => void>;
