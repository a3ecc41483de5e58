/** Calls on open files. */
import type { Calls, Context } from './context';
import type { FileDescriptor } from './descriptors';
import { fail, FileType } from './errno';
import { Right } from './rights';
import { setTimes, typeOf, writeStat } from './stat';

const APPEND = 1;

export function files(context: Context): Calls {
  const { memory, table, streams } = context;

  function readAt(file: FileDescriptor, at: number, iovs: number, count: number): number {
    let total = 0;
    for (const buffer of memory.buffers(iovs, count)) {
      const part = file.node.read(at + total, buffer.length);
      buffer.set(part);
      total += part.length;
      if (part.length < buffer.length) break;
    }
    return total;
  }

  function writeAt(file: FileDescriptor, at: number, iovs: number, count: number): number {
    let total = 0;
    for (const buffer of memory.buffers(iovs, count)) {
      file.node.write(at + total, buffer);
      total += buffer.length;
    }
    return total;
  }

  function readStream(iovs: number, count: number): number {
    let total = 0;
    for (const buffer of memory.buffers(iovs, count)) {
      // Only the first read may wait; what is there is given at once.
      if (!buffer.length || (total && !streams.ready())) continue;
      const part = streams.read(buffer.length);
      buffer.set(part);
      total += part.length;
      if (part.length < buffer.length) break;
    }
    return total;
  }

  return {
    fd_read(fd: number, iovs: number, count: number, result: number): void {
      const found = table.get(fd);
      if (found.kind === 'folder') fail('isdir');
      if (!(found.rights & Right.read)) fail('notcapable');
      if (found.kind === 'stream') {
        if (found.stream !== 0) fail('badf');
        memory.setU32(result, readStream(iovs, count));
        return;
      }
      const length = readAt(found, found.position, iovs, count);
      found.position += length;
      memory.setU32(result, length);
    },

    fd_write(fd: number, iovs: number, count: number, result: number): void {
      const found = table.get(fd);
      if (found.kind === 'folder') fail('isdir');
      if (!(found.rights & Right.write)) fail('notcapable');
      if (found.kind === 'stream') {
        if (found.stream === 0) fail('badf');
        let total = 0;
        for (const buffer of memory.buffers(iovs, count)) {
          streams.write(found.stream, buffer);
          total += buffer.length;
        }
        memory.setU32(result, total);
        return;
      }
      if (found.flags & APPEND) found.position = found.node.size;
      const length = writeAt(found, found.position, iovs, count);
      found.position += length;
      memory.setU32(result, length);
    },

    fd_pread(fd: number, iovs: number, count: number, offset: bigint, result: number): void {
      memory.setU32(result, readAt(table.file(fd, Right.read), position(offset), iovs, count));
    },
    fd_pwrite(fd: number, iovs: number, count: number, offset: bigint, result: number): void {
      memory.setU32(result, writeAt(table.file(fd, Right.write), position(offset), iovs, count));
    },

    fd_seek(fd: number, offset: bigint, whence: number, result: number): void {
      const file = table.file(fd, Right.seek | Right.tell);
      // The older version counts from the position first.
      const from = (context.old ? ['current', 'end', 'start'] : ['start', 'current', 'end'])[whence] ?? fail('inval');
      const base = from === 'start' ? 0 : from === 'current' ? file.position : file.node.size;
      const target = base + Number(offset);
      if (target < 0 || !Number.isSafeInteger(target)) fail('inval');
      file.position = target;
      memory.setU64(result, BigInt(target));
    },
    fd_tell(fd: number, result: number): void {
      memory.setU64(result, BigInt(table.file(fd, Right.tell | Right.seek).position));
    },

    fd_close: (fd: number) => table.close(fd),
    fd_renumber: (from: number, to: number) => table.move(from, to),

    fd_fdstat_get(fd: number, result: number): void {
      const found = table.get(fd);
      memory.zero(result, 24);
      memory.setU8(result, found.kind === 'stream' ? FileType.character : typeOf(found.node));
      memory.setU16(result + 2, found.flags);
      memory.setU64(result + 8, BigInt(found.rights));
      memory.setU64(result + 16, BigInt(found.inheriting));
    },
    fd_fdstat_set_flags(fd: number, flags: number): void {
      table.get(fd).flags = flags & 0x1f;
    },
    fd_fdstat_set_rights(fd: number, rights: bigint, inheriting: bigint): void {
      const found = table.get(fd);
      const [base, passed] = [BigInt(found.rights), BigInt(found.inheriting)];
      // Rights can be given up, never gained.
      if ((rights & ~base) !== 0n || (inheriting & ~passed) !== 0n) fail('notcapable');
      found.rights = Number(rights);
      found.inheriting = Number(inheriting);
    },

    fd_filestat_get(fd: number, result: number): void {
      const found = table.get(fd);
      writeStat(context, result, found.kind === 'stream' ? null : found.node);
    },
    fd_filestat_set_size(fd: number, size: bigint): void {
      table.file(fd, Right.statSetSize).node.resize(position(size));
    },
    fd_filestat_set_times(fd: number, accessed: bigint, modified: bigint, flags: number): void {
      const found = table.get(fd);
      if (found.kind === 'stream') fail('inval');
      setTimes(found.node, accessed, modified, flags);
    },

    fd_allocate(fd: number, offset: bigint, length: bigint): void {
      const file = table.file(fd, Right.allocate);
      if (length === 0n) fail('inval');
      file.node.reach(position(offset) + position(length));
      file.node.written = true;
    },
    // Nothing here is slow or can be lost, so that there is nothing to do.
    fd_advise: (fd: number) => void table.get(fd),
    fd_sync: (fd: number) => void table.get(fd),
    fd_datasync: (fd: number) => void table.get(fd),
  };
}

function position(value: bigint): number {
  const number = Number(BigInt.asUintN(64, value));
  return Number.isSafeInteger(number) ? number : fail('inval');
}
