/** The table of open files. */
import { fail } from './errno';
import { ALL, FOLDER, STREAM } from './rights';
import type { FileNode, FolderNode, Node } from './tree';

export interface StreamDescriptor {
  kind: 'stream';
  stream: 0 | 1 | 2;
  flags: number;
  rights: number;
  inheriting: number;
}

export interface FileDescriptor {
  kind: 'file';
  node: FileNode;
  position: number;
  flags: number;
  rights: number;
  inheriting: number;
}

export interface FolderDescriptor {
  kind: 'folder';
  node: FolderNode;
  /** The name that a program finds it by, if it was open from the start. */
  preopened: string | null;
  /** The folder as it was when its listing began. */
  listing: { name: string; node: Node }[] | null;
  flags: number;
  rights: number;
  inheriting: number;
}

export type Descriptor = StreamDescriptor | FileDescriptor | FolderDescriptor;

const MOST = 65_536;

export class Descriptors {
  readonly #open = new Map<number, Descriptor>();

  constructor(root: FolderNode) {
    for (const stream of [0, 1, 2] as const) {
      this.#open.set(stream, { kind: 'stream', stream, flags: 0, rights: STREAM, inheriting: 0 });
    }
    this.#open.set(3, {
      kind: 'folder',
      node: root,
      preopened: '/',
      listing: null,
      flags: 0,
      rights: FOLDER,
      inheriting: ALL,
    });
  }

  get(fd: number): Descriptor {
    return this.#open.get(fd >>> 0) ?? fail('badf');
  }

  file(fd: number, right: number): FileDescriptor {
    const found = this.get(fd);
    if (found.kind === 'folder') fail('isdir');
    if (found.kind === 'stream') fail('spipe');
    if (!(found.rights & right)) fail('notcapable');
    return found;
  }

  folder(fd: number): FolderDescriptor {
    const found = this.get(fd);
    return found.kind === 'folder' ? found : fail('notdir');
  }

  add(descriptor: Descriptor): number {
    // The lowest free number, as programs expect of a system.
    for (let fd = 0; fd < MOST; fd++) {
      if (this.#open.has(fd)) continue;
      this.#open.set(fd, descriptor);
      return fd;
    }
    return fail('mfile');
  }

  close(fd: number): void {
    this.get(fd);
    this.#open.delete(fd >>> 0);
  }

  move(from: number, to: number): void {
    const moved = this.get(from);
    this.get(to);
    this.#open.delete(from >>> 0);
    this.#open.set(to >>> 0, moved);
  }
}
