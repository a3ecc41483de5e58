/** Folders that are open from the start, and what is in a folder. */
import type { Calls, Context } from './context';
import { fail } from './errno';
import { typeOf } from './stat';
import type { FolderDescriptor } from './descriptors';

const encoder = new TextEncoder();
const ENTRY = 24;

export function listing({ memory, table }: Context): Calls {
  function preopened(fd: number): string {
    const found = table.get(fd);
    return found.kind === 'folder' && found.preopened !== null ? found.preopened : fail('badf');
  }

  return {
    fd_prestat_get(fd: number, result: number): void {
      const name = encoder.encode(preopened(fd));
      memory.setU32(result, 0);
      memory.setU32(result + 4, name.length);
    },
    fd_prestat_dir_name(fd: number, pointer: number, length: number): void {
      const name = encoder.encode(preopened(fd));
      if (length >>> 0 < name.length) fail('nametoolong');
      memory.set(pointer, name);
    },

    fd_readdir(fd: number, pointer: number, length: number, cookie: bigint, result: number): void {
      const folder = table.folder(fd);
      const entries = (cookie !== 0n && folder.listing) || (folder.listing = list(folder));
      const target = memory.bytes(pointer, length);
      let at = 0;
      const from = Number(BigInt.asUintN(53, cookie));
      for (let next = from; next < entries.length && at < target.length; next++) {
        const entry = entries[next] as (typeof entries)[0];
        const name = encoder.encode(entry.name);
        const bytes = new Uint8Array(ENTRY + name.length);
        const view = new DataView(bytes.buffer);
        view.setBigUint64(0, BigInt(next + 1), true);
        view.setBigUint64(8, entry.node.ino, true);
        view.setUint32(16, name.length, true);
        view.setUint8(20, typeOf(entry.node));
        bytes.set(name, ENTRY);
        // An entry that is cut off tells the program to ask again from it.
        const part = bytes.subarray(0, target.length - at);
        target.set(part, at);
        at += part.length;
      }
      memory.setU32(result, at);
    },
  };
}

function list({ node }: FolderDescriptor): NonNullable<FolderDescriptor['listing']> {
  const inside = [...node.entries].map(([name, inner]) => ({ name, node: inner }));
  return [{ name: '.', node }, { name: '..', node: node.parent ?? node }, ...inside];
}
