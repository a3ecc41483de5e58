/** The frames of WebAssembly in a stack that a browser wrote. */

export interface Frame {
  name: string;
  index: number | null;
  offset: string | null;
}

// Chromium: `    at name (http://host/app.wasm:wasm-function[12]:0x1a2b)`.
// Firefox: `name@http://host/app.wasm:wasm-function[12]:0x1a2b`. Safari: `name@wasm-function[12]`, `<?>.wasm-function[12]@...`.
const PLACE = /wasm-function\[([^\]]+)\](?::(0x[\da-f]+))?/i;

export function frames(stack: string): Frame[] {
  const found: Frame[] = [];
  for (const line of stack.split('\n')) {
    const place = PLACE.exec(line);
    if (!place) continue;
    const named = /^\s*at (?:async )?(.+?) \(/.exec(line) ?? /^\s*([^@]+)@/.exec(line);
    const index = /^\d+$/.test(place[1] as string) ? Number(place[1]) : null;
    const given = named?.[1]?.trim();
    const useful = given && !given.includes('wasm-function[') && !/^\d+$/.test(given);
    const name = useful ? readable(given) : index === null ? String(place[1]) : `function ${index}`;
    found.push({ name, index, offset: place[2] ?? null });
  }
  return found;
}

const SIGNS: Record<string, string> = { LT: '<', GT: '>', RF: '&', BP: '*', LP: '(', RP: ')', C: ',' };

/** Names that Rust wrote in the older way, as they were in the source. */
export function readable(symbol: string): string {
  const mangled = /\b_ZN(.+)17h[\da-f]{16}E/.exec(symbol)?.[1];
  // Chromium puts the module's own name first, if it has one.
  if (!mangled) return symbol.replace(/^.*\.wasm\./, '');
  const parts: string[] = [];
  for (let rest = mangled; rest;) {
    const length = parseInt(rest, 10);
    if (!(length > 0)) return symbol;
    const from = String(length).length;
    parts.push(rest.slice(from, from + length));
    rest = rest.slice(from + length);
  }
  return parts
    .join('::')
    .replace(/\$u([\da-f]+)\$/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replace(/\$([A-Z]+)\$/g, (whole, name: string) => SIGNS[name] ?? whole)
    .replaceAll('..', '::')
    .replace(/(^|::)_(?=\W)/g, '$1');
}

/** A trap's message without the name of the class that browsers put first. */
export function trapText(message: string): string {
  return message.replace(/^(RuntimeError|Error): /, '');
}
