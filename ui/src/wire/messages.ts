/** The messages of the WebSocket, in both directions. */
import type { Failure } from './diagnostics';

export type State = 'ok' | 'building' | 'failed';

export interface Hello {
  type: 'hello';
  session: string;
  build: number;
  state: State;
  failure: Failure | null;
}

export interface ModuleUpdate {
  type: 'module';
  build: number;
  modules: { url: string; sha256: string }[];
  scripts: boolean;
}

export type ServerMessage =
  | Hello
  | { type: 'building'; build: number; files: string[] }
  | { type: 'failed'; build: number; failure: Failure }
  | ModuleUpdate
  | { type: 'css'; urls: string[] }
  | { type: 'reload' }
  | { type: 'stopping' };

export type Level = 'debug' | 'log' | 'info' | 'warn' | 'error';

export type PageMessage =
  { type: 'console'; level: Level; text: string } | { type: 'error'; message: string; stack: string };
