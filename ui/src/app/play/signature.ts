/** Types of functions, as module-info writes them: `func (param i32 i64) (result i32)`. */

export interface Signature {
  params: string[];
  results: string[];
}

export function parseSignature(type: string): Signature | undefined {
  if (!/^func\b/.test(type)) return undefined;
  const signature: Signature = { params: [], results: [] };
  for (const group of groups(type.slice(4))) {
    const [head, ...types] = words(group);
    if (head === 'param') signature.params.push(...types);
    else if (head === 'result') signature.results.push(...types);
    else return undefined;
  }
  return signature;
}

/** What stands between the outer parentheses. */
function groups(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(' && depth++ === 0) from = at + 1;
    if (text[at] === ')' && --depth === 0) found.push(text.slice(from, at));
  }
  return found;
}

/** Words, where one may be in parentheses itself, as `(ref null 0)` is. */
function words(text: string): string[] {
  return text.match(/\((?:[^()]|\([^()]*\))*\)|[^\s()]+/g) ?? [];
}

export function showSignature({ params, results }: Signature): string {
  const result = results.length === 1 ? results[0] : `(${results.join(', ')})`;
  return `(${params.join(', ')})${results.length ? ` -> ${result}` : ''}`;
}
