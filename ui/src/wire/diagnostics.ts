/** What a build says about the sources, as the server sends it. */

export type Severity = 'error' | 'warning' | 'note';

/** A line and a column, both counted from 1. */
export type Place = [line: number, column: number];

export interface Excerpt {
  line: number;
  text: string;
  /** Characters from 0; the end is exclusive. */
  from: number;
  to: number;
}

export interface Diagnostic {
  severity: Severity;
  message: string;
  file: string | null;
  span: { start: Place; end: Place } | null;
  code: string | null;
  notes: string[];
  excerpt: Excerpt | null;
}

export interface Failure {
  message: string;
  causes: string[];
  help: string | null;
  diagnostics: Diagnostic[];
  log: string[];
}
