/** Formats what a page logs as a terminal would show it. */

const DEPTH = 4;
const ENTRIES = 50;
const LENGTH = 10_000;

/** All arguments of one call, with the `%s` of the first one filled in. */
export function formatAll([first, ...rest]: unknown[]): string {
  const head = typeof first === 'string' && rest.length ? fill(first, rest) : format(first);
  const text = [head, ...rest.map((value) => format(value))].join(' ');
  return text.length > LENGTH ? `${text.slice(0, LENGTH)}... ${text.length - LENGTH} more characters` : text;
}

function fill(pattern: string, rest: unknown[]): string {
  return pattern.replace(/%([sdifoOjc%])/g, (whole, kind: string) => {
    if (kind === '%') return kind;
    if (!rest.length) return whole;
    const value = rest.shift();
    if (kind === 'c') return '';
    return 'dif'.includes(kind) ? String(Number(value)) : format(value);
  });
}

export function format(value: unknown, depth = 0, above: unknown[] = []): string {
  if (typeof value === 'string') return depth ? JSON.stringify(value) : value;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[function ${value.name}]`;
  if (typeof value !== 'object' || !value) return Object.is(value, -0) ? '-0' : String(value);
  if (above.includes(value)) return '[circular]';
  try {
    return formatObject(value, depth, [...above, value]);
  } catch {
    // Getters and proxies may throw.
    return '[unreadable]';
  }
}

function formatObject(value: object, depth: number, above: unknown[]): string {
  if (value instanceof Error) return errorText(value);
  if (value instanceof Date || value instanceof RegExp) return String(value);
  if (typeof Element !== 'undefined' && value instanceof Element) return elementText(value);
  const inner = (one: unknown) => format(one, depth + 1, above);
  const name = value.constructor?.name ?? '';
  const label = /^(Object|Array|)$/.test(name) ? '' : `${name} `;
  if (value instanceof ArrayBuffer) return `${label}(${value.byteLength} bytes)`;
  const list = Array.isArray(value) || ArrayBuffer.isView(value);
  if (depth >= DEPTH) return list ? '[...]' : '{...}';
  if (value instanceof Map)
    return label + wrap('{ ', value, value.size, ([key, one]) => `${inner(key)} => ${inner(one)}`, ' }');
  if (value instanceof Set) return label + wrap('{ ', value, value.size, inner, ' }');
  if (list) return label + wrap('[', value as unknown as unknown[], (value as unknown[]).length, inner, ']');
  const keys = Object.keys(value);
  const field = (key: string) =>
    `${/^[\w$]+$/.test(key) ? key : JSON.stringify(key)}: ${inner((value as Record<string, unknown>)[key])}`;
  return label + wrap('{ ', keys, keys.length, field, ' }');
}

function wrap<T>(open: string, items: Iterable<T>, count: number, show: (item: T) => string, close: string): string {
  const shown: string[] = [];
  for (const item of items) {
    if (shown.length === ENTRIES) {
      shown.push(`... ${count - ENTRIES} more`);
      break;
    }
    shown.push(show(item));
  }
  return shown[0] === undefined ? open.trim() + close.trim() : open + shown.join(', ') + close;
}

/** Some engines begin the stack with the message, others do not. */
export function errorText(error: Error): string {
  const head = String(error);
  const stack = error.stack ?? '';
  const text = stack.includes(head) ? stack : `${head}\n${stack}`.trimEnd();
  return error.cause === undefined ? text : `${text}\ncaused by: ${format(error.cause, 1)}`;
}

function elementText({ localName, id, classList }: Element): string {
  return `<${[localName + (id && `#${id}`), ...classList].join('.')}>`;
}
