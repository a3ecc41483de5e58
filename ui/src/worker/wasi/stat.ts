/** How files are described to the program, and their times set. */
import type { Context } from './context';
import { fail, FileType } from './errno';
import { FolderNode, type Node, now } from './tree';

export function typeOf(node: Node): number {
  return node instanceof FolderNode ? FileType.directory : FileType.regular;
}

/** Writes a `filestat`. The older version has a link count of 32 bits. */
export function writeStat({ memory, old }: Context, at: number, node: Node | null): void {
  memory.zero(at, old ? 56 : 64);
  if (!node) {
    memory.setU8(at + 16, FileType.character);
    return;
  }
  memory.setU64(at, 1n);
  memory.setU64(at + 8, node.ino);
  memory.setU8(at + 16, typeOf(node));
  const links = node.links;
  if (old) memory.setU32(at + 20, links);
  else memory.setU64(at + 24, BigInt(links));
  const rest = at + (old ? 24 : 32);
  memory.setU64(rest, node instanceof FolderNode ? 0n : BigInt(node.size));
  memory.setU64(rest + 8, node.accessed);
  memory.setU64(rest + 16, node.modified);
  memory.setU64(rest + 24, node.changed);
}

const ACCESSED = 1;
const ACCESSED_NOW = 2;
const MODIFIED = 4;
const MODIFIED_NOW = 8;

export function setTimes(node: Node, accessed: bigint, modified: bigint, flags: number): void {
  const both = (one: number, other: number) => (flags & one) !== 0 && (flags & other) !== 0;
  if (both(ACCESSED, ACCESSED_NOW) || both(MODIFIED, MODIFIED_NOW)) fail('inval');
  const current = now();
  if (flags & ACCESSED) node.accessed = BigInt.asUintN(64, accessed);
  if (flags & ACCESSED_NOW) node.accessed = current;
  if (flags & MODIFIED) node.modified = BigInt.asUintN(64, modified);
  if (flags & MODIFIED_NOW) node.modified = current;
  node.changed = current;
}
