/** WASI preview 1 over what a browser has. */
import type { GivenFile } from '../../channel/messages';
import type { Calls, Context, Streams } from './context';
import { Descriptors } from './descriptors';
import { Errno, Exit, Stopped, WasiError } from './errno';
import { files } from './files';
import { listing } from './listing';
import { ProgramMemory } from './memory';
import { paths } from './paths';
import { poll } from './poll';
import { system } from './system';
import { FileNode, FolderNode, type Node } from './tree';

export const VERSIONS = ['wasi_snapshot_preview1', 'wasi_unstable'];

export interface Setup {
  args: string[];
  env: string[];
  streams: Streams;
  memory: () => WebAssembly.Memory | undefined;
  root: FolderNode;
}

type Functions = Record<string, (...values: any[]) => number>;

/** The functions of both versions, by the name of the module that they are imported from. */
export function makeWasi(setup: Setup): Record<string, Functions> {
  const table = new Descriptors(setup.root);
  const memory = new ProgramMemory(setup.memory);
  const made: Record<string, Functions> = {};
  for (const version of VERSIONS) {
    const context: Context = { ...setup, memory, table, old: version === 'wasi_unstable' };
    made[version] = guard({
      ...system(context),
      ...files(context),
      ...paths(context),
      ...listing(context),
      ...poll(context),
    });
  }
  return made;
}

/** Turns what is thrown into the numbers that programs expect. */
function guard(calls: Calls): Functions {
  const functions: Functions = {};
  for (const [name, call] of Object.entries(calls)) {
    functions[name] = (...values) => {
      try {
        call(...values);
        return Errno.success;
      } catch (error) {
        if (error instanceof WasiError) return error.errno;
        if (error instanceof Exit || error instanceof Stopped) throw error;
        // Something is wrong with a value that the program gave, such as a length beyond what can be.
        if (error instanceof RangeError) return Errno.inval;
        throw error;
      }
    };
  }
  return functions;
}

export function plant(files: GivenFile[]): FolderNode {
  const root = new FolderNode(null);
  for (const { path, bytes, written } of files) {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
    const name = parts.pop();
    if (name === undefined) continue;
    let folder = root;
    for (const part of parts) folder = inner(folder, part);
    if (!bytes) {
      inner(folder, name);
      continue;
    }
    const file = new FileNode(bytes);
    file.written = written;
    folder.add(name, file);
  }
  return root;
}

function inner(folder: FolderNode, name: string): FolderNode {
  const found = folder.entries.get(name);
  if (found instanceof FolderNode) return found;
  const made = new FolderNode(folder);
  folder.add(name, made);
  return made;
}

/** All files, and the folders that have none. */
export function harvest(root: FolderNode, path = ''): GivenFile[] {
  const found: GivenFile[] = [];
  for (const [name, node] of root.entries as Map<string, Node>) {
    const at = path + name;
    if (node instanceof FileNode) found.push({ path: at, bytes: node.bytes.slice(), written: node.written });
    else if (node.entries.size) found.push(...harvest(node, `${at}/`));
    else found.push({ path: at, bytes: null, written: false });
  }
  return found;
}
