/** Rows of a memory, as the viewer shows them. */

export const ROW = 16;
export const ROWS = 16;
export const PAGE = ROW * ROWS;

export interface Cell {
  hex: string;
  text: string;
  changed: boolean;
}

export interface Row {
  address: string;
  cells: Cell[];
}

/** `before` are the bytes that stood at the same place. */
export function rows(address: number, bytes: Uint8Array, before: Uint8Array | null): Row[] {
  const made: Row[] = [];
  const width = address + bytes.length > 0xffff_ffff ? 12 : 8;
  for (let at = 0; at < bytes.length; at += ROW) {
    const cells = Array.from(bytes.subarray(at, at + ROW), (byte, n) => ({
      hex: byte.toString(16).padStart(2, '0'),
      text: byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
      changed: before !== null && before[at + n] !== byte,
    }));
    made.push({ address: (address + at).toString(16).padStart(width, '0'), cells });
  }
  return made;
}

/** The beginning of the row that holds an address, so that a full page fits behind it. */
export function align(address: number, size: number): number {
  const last = Math.max(0, Math.ceil(size / ROW) * ROW - PAGE);
  return Math.max(0, Math.min(Math.floor(address / ROW) * ROW, last));
}
