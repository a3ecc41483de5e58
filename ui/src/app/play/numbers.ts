/** Numbers as people type them, and results as they want to read them. */

export type NumberType = 'i32' | 'i64' | 'f32' | 'f64';
export type Parsed = { value: number | bigint } | { error: string };

export function isNumberType(type: string): type is NumberType {
  return type === 'i32' || type === 'i64' || type === 'f32' || type === 'f64';
}

export function parse(text: string, type: NumberType): Parsed {
  const cleaned = text.trim().replaceAll('_', '');
  if (cleaned === '') return { error: 'a number is missing' };
  return type === 'i32' || type === 'i64' ? parseInteger(cleaned, type) : parseFloating(cleaned, type);
}

function parseInteger(text: string, type: 'i32' | 'i64'): Parsed {
  const match = /^([+-]?)(\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)n?$/i.exec(text);
  if (!match) return { error: `\`${text}\` is not a whole number; write it like -5 or 0x1f` };
  const magnitude = BigInt(match[2] as string);
  const value = match[1] === '-' ? -magnitude : magnitude;
  const bits = type === 'i32' ? 32 : 64;
  const size = 1n << BigInt(bits);
  if (value >= size || value < -size / 2n) return { error: `\`${text}\` does not fit in ${bits} bits` };
  const wrapped = BigInt.asIntN(bits, value);
  return { value: type === 'i32' ? Number(wrapped) : wrapped };
}

function parseFloating(text: string, type: 'f32' | 'f64'): Parsed {
  const value = floating(text);
  if (value === undefined) return { error: `\`${text}\` is not a number; write it like 1.5, 1e-3, 0x10, nan or -inf` };
  return { value: type === 'f32' ? Math.fround(value) : value };
}

function floating(text: string): number | undefined {
  const lower = text.toLowerCase();
  const sign = lower.startsWith('-') ? -1 : 1;
  const rest = lower.replace(/^[+-]/, '');
  if (rest === 'nan') return NaN;
  if (rest === 'inf' || rest === 'infinity') return sign * Infinity;
  if (/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(rest)) return sign * Number(rest);
  const hex = /^0x([\da-f]+)(?:\.([\da-f]*))?(?:p([+-]?\d+))?$/.exec(rest);
  if (!hex) return undefined;
  const fraction = hex[2] ?? '';
  const digits = Number(BigInt(`0x${hex[1]}${fraction}`));
  return sign * digits * 2 ** (Number(hex[3] ?? 0) - 4 * fraction.length);
}

/** How a value is shown: the usual way first, then the others. */
export function show(value: number | bigint, type: string): { main: string; others: string[] } {
  if (type === 'i32' || type === 'i64') {
    const bits = type === 'i32' ? 32 : 64;
    const signed = BigInt.asIntN(bits, BigInt(value));
    const unsigned = BigInt.asUintN(bits, signed);
    const hex = `0x${unsigned.toString(16)}`;
    return { main: String(signed), others: signed < 0n ? [`${unsigned} unsigned`, hex] : [hex] };
  }
  const number = Number(value);
  return { main: type === 'f32' ? shortest(number) : plain(number), others: [`bits ${bitsOf(number, type)}`] };
}

function plain(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The fewest digits that give the same number of 32 bits again. */
function shortest(value: number): string {
  if (!Number.isFinite(value) || value === 0) return plain(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return plain(value);
}

function bitsOf(value: number, type: string): string {
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'f32') {
    view.setFloat32(0, value);
    return `0x${view.getUint32(0).toString(16).padStart(8, '0')}`;
  }
  view.setFloat64(0, value);
  return `0x${view.getBigUint64(0).toString(16).padStart(16, '0')}`;
}

/** An address in a memory: decimal or hexadecimal. */
export function parseAddress(text: string): number | undefined {
  const cleaned = text.trim().replaceAll('_', '');
  if (!/^(\d+|0x[\da-f]+)$/i.test(cleaned)) return undefined;
  const value = Number(cleaned);
  return Number.isSafeInteger(value) ? value : undefined;
}
