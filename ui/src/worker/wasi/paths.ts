/** Calls that find files by their names. */
import type { Calls, Context } from './context';
import type { FolderDescriptor } from './descriptors';
import { fail } from './errno';
import { FILE, FOLDER, Right } from './rights';
import { setTimes, writeStat } from './stat';
import { FileNode, FolderNode, type Found, resolve } from './tree';

const CREATE = 1;
const DIRECTORY = 2;
const EXCLUSIVE = 4;
const TRUNCATE = 8;

export function paths(context: Context): Calls {
  const { memory, table } = context;

  function find(fd: number, pointer: number, length: number): Found {
    return resolve(table.folder(fd).node, memory.text(pointer, length));
  }

  function create(found: Found, parent: FolderDescriptor): FileNode {
    if (found.slash) fail('isdir');
    if (!(parent.rights & Right.createFile)) fail('notcapable');
    const file = new FileNode();
    file.written = true;
    found.folder.add(found.name, file);
    return file;
  }

  return {
    path_open(
      fd: number,
      _follow: number,
      pointer: number,
      length: number,
      oflags: number,
      rights: bigint,
      inheriting: bigint,
      flags: number,
      result: number,
    ): void {
      const parent = table.folder(fd);
      const found = find(fd, pointer, length);
      const wanted = Number(rights & BigInt(parent.inheriting));
      const passed = Number(inheriting & BigInt(parent.inheriting));
      let { node } = found;
      if (node && oflags & CREATE && oflags & EXCLUSIVE) fail('exist');
      if (!node && !(oflags & CREATE)) fail('noent');
      if (oflags & DIRECTORY && !(node instanceof FolderNode)) fail(node ? 'notdir' : 'inval');
      if (node instanceof FolderNode) {
        if (oflags & TRUNCATE || (wanted & Right.write && !(oflags & DIRECTORY))) fail('isdir');
        memory.setU32(
          result,
          table.add({
            kind: 'folder',
            node,
            preopened: null,
            listing: null,
            flags,
            rights: wanted & FOLDER,
            inheriting: passed,
          }),
        );
        return;
      }
      if (oflags & TRUNCATE && !(parent.rights & Right.pathSetSize)) fail('notcapable');
      if (node && oflags & TRUNCATE) node.resize(0);
      node ??= create(found, parent);
      memory.setU32(
        result,
        table.add({ kind: 'file', node, position: 0, flags, rights: wanted & FILE, inheriting: 0 }),
      );
    },

    path_create_directory(fd: number, pointer: number, length: number): void {
      const { node, folder, name } = find(fd, pointer, length);
      if (node || !name) fail('exist');
      folder.add(name, new FolderNode(folder));
    },

    path_remove_directory(fd: number, pointer: number, length: number): void {
      const { node, folder, name } = find(fd, pointer, length);
      if (!node) fail('noent');
      if (!name) fail('inval');
      if (!(node instanceof FolderNode)) fail('notdir');
      if (node.entries.size) fail('notempty');
      folder.remove(name);
    },

    path_unlink_file(fd: number, pointer: number, length: number): void {
      const { node, folder, name } = find(fd, pointer, length);
      if (!node) fail('noent');
      if (node instanceof FolderNode) fail('isdir');
      node.links -= 1;
      folder.remove(name);
    },

    path_rename(fd: number, pointer: number, length: number, toFd: number, toPointer: number, toLength: number): void {
      const from = find(fd, pointer, length);
      const to = find(toFd, toPointer, toLength);
      if (!from.node) fail('noent');
      if (!from.name || !to.name) fail('inval');
      if (from.node === to.node) return;
      if (from.node instanceof FolderNode) {
        if (from.node.holds(to.folder)) fail('inval');
        if (to.node instanceof FileNode) fail('notdir');
        if (to.node?.entries.size) fail('notempty');
      } else {
        if (to.node instanceof FolderNode) fail('isdir');
        if (to.slash) fail('notdir');
        // A file under a new name is new to whoever looks at the list.
        from.node.written = true;
      }
      if (to.node instanceof FileNode) to.node.links -= 1;
      from.folder.remove(from.name);
      to.folder.add(to.name, from.node);
    },

    path_link(
      fd: number,
      _follow: number,
      pointer: number,
      length: number,
      toFd: number,
      toPointer: number,
      toLength: number,
    ): void {
      const from = find(fd, pointer, length);
      const to = find(toFd, toPointer, toLength);
      if (!from.node) fail('noent');
      if (from.node instanceof FolderNode) fail('perm');
      if (to.node) fail('exist');
      if (to.slash) fail('noent');
      from.node.links += 1;
      to.folder.add(to.name, from.node);
    },

    // There are no symbolic links here, so that what is asked for can never be one.
    path_symlink: () => fail('notsup'),
    path_readlink(fd: number, pointer: number, length: number): void {
      fail(find(fd, pointer, length).node ? 'inval' : 'noent');
    },

    path_filestat_get(fd: number, _follow: number, pointer: number, length: number, result: number): void {
      writeStat(context, result, find(fd, pointer, length).node ?? fail('noent'));
    },
    path_filestat_set_times(
      fd: number,
      _follow: number,
      pointer: number,
      length: number,
      accessed: bigint,
      modified: bigint,
      flags: number,
    ): void {
      setTimes(find(fd, pointer, length).node ?? fail('noent'), accessed, modified, flags);
    },
  };
}
