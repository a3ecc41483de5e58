/** Arguments as one would type them in a shell: words, quotes and backslashes, and nothing else. */

export type Split = { words: string[] } | { error: string };

export function split(text: string): Split {
  const words: string[] = [];
  let word = '';
  let inside = false;
  let quote = '';
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    const next = characters[at + 1];
    if (quote === "'") {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '\\') {
      if (next === undefined) return { error: 'a backslash ends the arguments; write \\\\ for the character itself' };
      // Between double quotes a backslash is itself before most characters.
      if (quote === '"' && !'"\\$`\n'.includes(next)) word += character;
      word += next;
      inside = true;
      at++;
    } else if (quote) {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      inside = true;
    } else if (/\s/.test(character)) {
      if (inside) words.push(word);
      word = '';
      inside = false;
    } else {
      word += character;
      inside = true;
    }
  }
  if (quote) return { error: `the quote ${quote} is not closed; add another one` };
  if (inside) words.push(word);
  return { words };
}

/** A word as `split` would read it back. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
