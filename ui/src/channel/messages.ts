/** What the page and the worker say to each other. */
import type { Piece } from './channel';

/** An import's type as module-info writes it, for those that are not functions. */
export interface ImportType {
  module: string;
  name: string;
  type: string;
}

export interface GivenFile {
  path: string;
  /** Null for a folder. */
  bytes: Uint8Array<ArrayBuffer> | null;
  /** The program made or changed it. */
  written: boolean;
}

export interface LoadRequest {
  url: string;
  types: ImportType[];
  /** Missing where the page is not isolated. */
  channel: SharedArrayBuffer | null;
}

export type Request =
  | ({ type: 'run'; args: string[]; env: string[]; files: GivenFile[]; typed: Uint8Array | null } & LoadRequest)
  | ({ type: 'load' } & LoadRequest)
  | { type: 'call'; id: number; name: string; args: (number | bigint)[] }
  | { type: 'peek'; id: number; memory: string; address: number; length: number };

export type Value = number | bigint | { other: string };

export interface Absent {
  module: string;
  name: string;
  kind: string;
}

export interface GlobalValue {
  name: string;
  value: Value;
}

/** Why a call or a program ended other than by returning. */
export interface Trouble {
  message: string;
  stack: string;
}

export type Report =
  /** There is output to drain. */
  | { type: 'pending' }
  | ({ type: 'output' } & Piece)
  | { type: 'waiting' }
  | { type: 'started'; absent: Absent[] }
  | { type: 'note'; text: string }
  | { type: 'exit'; code: number; seconds: number; files: GivenFile[] }
  | { type: 'trap'; trouble: Trouble; seconds: number; files: GivenFile[] }
  | { type: 'stopped'; seconds: number; files: GivenFile[] }
  | { type: 'unusable'; trouble: Trouble }
  | { type: 'loaded'; absent: Absent[]; memories: { name: string; size: number }[]; globals: GlobalValue[] }
  | {
      type: 'called';
      id: number;
      values: Value[] | null;
      trouble: Trouble | null;
      exit: number | null;
      seconds: number;
      globals: GlobalValue[];
    }
  | { type: 'peeked'; id: number; bytes: Uint8Array<ArrayBuffer>; size: number };
