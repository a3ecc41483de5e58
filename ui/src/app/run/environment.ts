/** Lines of `NAME=value`; empty lines and those that begin with `#` do not count. */
export type Variables = { lines: string[] } | { error: string };

export function readVariables(text: string): Variables {
  const lines: string[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const trimmed = line.replace(/\r$/, '').trimStart();
    if (!trimmed || trimmed.startsWith('#')) continue;
    if (!/^[^=]+=/.test(trimmed)) return { error: `line ${at + 1} is not NAME=value` };
    lines.push(trimmed);
  }
  return { lines };
}
