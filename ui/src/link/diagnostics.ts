/** How diagnostics and failures read as text. */
import type { Diagnostic, Excerpt, Failure } from '../wire/diagnostics';

/** `file:line:column`, as editors and terminals understand it. */
export function place({ file, span }: Pick<Diagnostic, 'file' | 'span'>): string {
  return file ? [file, ...(span?.start ?? [])].join(':') : '';
}

export interface Marked {
  number: string;
  before: string;
  marked: string;
  after: string;
}

/** The line of an excerpt, cut where the mark begins and ends. */
export function cut(excerpt: Excerpt): Marked {
  // Columns count characters, not UTF-16 units.
  const characters = Array.from(excerpt.text);
  const from = Math.max(0, Math.min(excerpt.from, characters.length));
  const to = Math.max(from, Math.min(excerpt.to, characters.length));
  return {
    number: String(excerpt.line),
    before: characters.slice(0, from).join(''),
    marked: characters.slice(from, to).join(''),
    after: characters.slice(to).join(''),
  };
}

/** The excerpt with a line of carets under it. Tabs stay tabs, so that the carets stand right. */
export function excerptText({ line, text, from, to }: Excerpt): string {
  const before = Array.from(text).slice(0, from).join('');
  const margin = ' '.repeat(`${line}`.length);
  return `${line} | ${text}\n${margin} | ${before.replace(/[^\t]/g, ' ')}${'^'.repeat(Math.max(1, to - from))}`;
}

export function diagnosticText(diagnostic: Diagnostic): string {
  const code = diagnostic.code ? `[${diagnostic.code}]` : '';
  const lines = [`${diagnostic.severity}${code}: ${diagnostic.message}`];
  const at = place(diagnostic);
  if (at) lines.push(`  --> ${at}`);
  if (diagnostic.excerpt) lines.push(excerptText(diagnostic.excerpt));
  for (const note of diagnostic.notes) lines.push(`note: ${note}`);
  return lines.join('\n');
}

/** All of a failure, for the clipboard. */
export function failureText(failure: Failure): string {
  const head = [`error: ${failure.message}`, ...failure.causes.map((cause) => `  ${cause}`)];
  if (failure.help) head.push(`help: ${failure.help}`);
  const parts = [head.join('\n'), ...failure.diagnostics.map(diagnosticText)];
  if (failure.log.length) parts.push(failure.log.join('\n'));
  return `${parts.join('\n\n')}\n`;
}

/** `2 errors, 1 warning`, or nothing for none. */
export function countText(diagnostics: Pick<Diagnostic, 'severity'>[]): string {
  const parts: string[] = [];
  for (const severity of ['error', 'warning', 'note'] as const) {
    const count = diagnostics.filter((one) => one.severity === severity).length;
    if (count) parts.push(`${count} ${severity}${count === 1 ? '' : 's'}`);
  }
  return parts.join(', ');
}
