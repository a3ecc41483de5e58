/** Files and folders in memory. */
import { fail } from './errno';

let lastInode = 1n;

class Inode {
  readonly ino = ++lastInode;
  links = 1;
  accessed: bigint;
  modified: bigint;
  changed: bigint;

  constructor() {
    this.accessed = this.modified = this.changed = now();
  }

  touch(): void {
    this.modified = this.changed = now();
  }
}

export function now(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n;
}

/** More than this is more than a tab can hold beside the rest. */
const LARGEST = 1 << 30;

export class FileNode extends Inode {
  size: number;
  /** The program made or changed it. */
  written = false;

  constructor(private data: Uint8Array<ArrayBuffer> = new Uint8Array()) {
    super();
    this.size = data.length;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.data.subarray(0, this.size);
  }

  read(at: number, length: number): Uint8Array {
    return this.data.subarray(Math.min(at, this.size), Math.min(at + length, this.size));
  }

  write(at: number, bytes: Uint8Array): void {
    if (bytes.length) this.reach(at + bytes.length);
    this.data.set(bytes, at);
    this.#changedNow();
  }

  /** Makes it at least this long. */
  reach(size: number): void {
    if (size > LARGEST) fail('fbig');
    if (size > this.data.length) {
      try {
        const larger = new Uint8Array(Math.max(size, Math.min(LARGEST, this.data.length * 2), 256));
        larger.set(this.bytes);
        this.data = larger;
      } catch {
        fail('nospc');
      }
    }
    this.size = Math.max(this.size, size);
  }

  resize(size: number): void {
    if (size > this.size) this.reach(size);
    // What is cut off must not come back when the file grows again.
    else this.data.fill(0, size, this.size);
    this.size = size;
    this.#changedNow();
  }

  #changedNow(): void {
    this.written = true;
    this.touch();
  }
}

export class FolderNode extends Inode {
  readonly entries = new Map<string, Node>();

  constructor(public parent: FolderNode | null) {
    super();
    this.links = 2;
  }

  add(name: string, node: Node): void {
    this.entries.set(name, node);
    if (node instanceof FolderNode) node.parent = this;
    this.touch();
  }

  remove(name: string): void {
    this.entries.delete(name);
    this.touch();
  }

  /** Whether `other` is this one or lies in it. */
  holds(other: FolderNode): boolean {
    for (let at: FolderNode | null = other; at; at = at.parent) if (at === this) return true;
    return false;
  }
}

export type Node = FileNode | FolderNode;

export interface Found {
  folder: FolderNode;
  /** The last part of the path; empty for `.` and the like. */
  name: string;
  node: Node | undefined;
  /** The path ends in a slash, so that only a folder will do. */
  slash: boolean;
}

/** Follows a path from a folder, and never out of it. The last part need not be there. */
export function resolve(start: FolderNode, path: string): Found {
  if (path === '') fail('noent');
  if (path.includes('\0')) fail('inval');
  if (path.startsWith('/')) fail('perm');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const slash = /\/\.?$/.test(path);
  let folder = start;
  let name = '';
  let node: Node | undefined = start;
  for (const part of parts) {
    if (part.length > 255) fail('nametoolong');
    if (!node) fail('noent');
    if (!(node instanceof FolderNode)) fail('notdir');
    if (part === '..') {
      if (node === start) fail('perm');
      folder = node = node.parent as FolderNode;
      name = '';
    } else {
      folder = node;
      name = part;
      node = folder.entries.get(part);
    }
  }
  if (slash && node instanceof FileNode) fail('notdir');
  return { folder, name, node, slash };
}
