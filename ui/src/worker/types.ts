/** Makes memories, tables, globals and tags that fit a type as the text format writes it. */

type Made = { kind: 'memory'; value: WebAssembly.Memory } | { kind: 'other'; value: WebAssembly.ImportValue };

/** Missing for a type that a page cannot make. */
export function fitting(type: string): Made | undefined {
  const words = type.replace(/[()]/g, ' ').trim().split(/\s+/);
  switch (words[0]) {
    case 'memory':
      return {
        kind: 'memory',
        value: new WebAssembly.Memory(limits(words.slice(1)) as unknown as WebAssembly.MemoryDescriptor),
      };
    case 'table':
      return table(words.slice(1));
    case 'global':
      return global(words.slice(1));
    case 'tag':
      return tag(words.slice(1));
    default:
      return undefined;
  }
}

interface Limits {
  initial: number | bigint;
  maximum?: number | bigint;
  shared?: boolean;
  address?: 'i64';
}

export function limits(words: string[]): Limits {
  const wide = words[0] === 'i64';
  const numbers = words.filter((word) => /^\d+$/.test(word)).map((word) => (wide ? BigInt(word) : Number(word)));
  const made: Limits = { initial: numbers[0] ?? 0 };
  if (numbers[1] !== undefined) made.maximum = numbers[1];
  if (words.includes('shared')) made.shared = true;
  if (wide) made.address = 'i64';
  return made;
}

function table(words: string[]): Made | undefined {
  const element = words.at(-1);
  if (element !== 'funcref' && element !== 'externref') return undefined;
  const descriptor = { ...limits(words), element: element === 'funcref' ? 'anyfunc' : element };
  return { kind: 'other', value: new WebAssembly.Table(descriptor as unknown as WebAssembly.TableDescriptor) };
}

function global(words: string[]): Made | undefined {
  const mutable = words[0] === 'mut';
  const value = words[mutable ? 1 : 0] ?? '';
  if (words.length !== (mutable ? 2 : 1)) return undefined;
  const zero = value === 'i64' ? 0n : /^[if](32|64)$/.test(value) ? 0 : value === 'v128' ? undefined : null;
  const name = value === 'funcref' ? 'anyfunc' : value;
  try {
    return { kind: 'other', value: new WebAssembly.Global({ value: name as WebAssembly.ValueType, mutable }, zero) };
  } catch {
    return undefined;
  }
}

function tag(words: string[]): Made | undefined {
  const Tag = (WebAssembly as unknown as { Tag?: new (type: { parameters: string[] }) => WebAssembly.ImportValue }).Tag;
  return Tag && { kind: 'other', value: new Tag({ parameters: words.filter((word) => word !== 'param') }) };
}
