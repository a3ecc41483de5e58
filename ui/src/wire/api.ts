/** The JSON documents below `/__wasmrun/api/`. */
import type { Diagnostic, Failure } from './diagnostics';
import type { Level, State } from './messages';

export interface Version {
  name: string;
  version: string;
  api: number;
}

export type PageKind = 'command' | 'library' | 'application' | 'module';

export interface MainModule {
  url: string;
  path: string;
  size: number;
  gzip: number | null;
  brotli: number | null;
  sha256: string;
}

export interface Output {
  kind: string;
  url: string | null;
  path: string;
  size: number;
  sha256: string;
}

export interface HistoryEntry {
  number: number;
  state: 'ok' | 'failed';
  reason: string;
  seconds: number;
  size: number | null;
  at: string;
}

export interface LogLine {
  level: string;
  message: string;
}

export interface Project {
  name: string;
  root: string;
  language: string | null;
  why: string | null;
  plugin: { name: string; version: string } | null;
}

export interface Build {
  api: number;
  session: string;
  number: number;
  state: State;
  page: PageKind;
  project: Project;
  reason: string | null;
  seconds: number | null;
  cached: boolean;
  /** After a failure still the last good one. */
  module: MainModule | null;
  outputs: Output[];
  application: string | null;
  diagnostics: Diagnostic[];
  log: LogLine[];
  failure: Failure | null;
  history: HistoryEntry[];
}

/** Lines of the event stream. There may be others; they are skipped. */
export type ServerEvent =
  | { type: 'task'; task: string; state: string }
  | { type: 'log'; level: string; message: string }
  | { type: 'diagnostic'; severity: string; message: string; file?: string | null; span?: Diagnostic['span'] }
  | { type: 'artifact'; kind: string; path: string; size: number }
  | { type: 'result'; status: 'ok' | 'error'; message?: string; seconds?: number }
  | { type: 'change'; files: string[] }
  | { type: 'console'; level: Level; text: string };
