import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Errno } from '../src/worker/wasi/errno';
import { program, RESULT } from './program';

const CREATE = 1;
const DIRECTORY = 2;
const EXCLUSIVE = 4;
const TRUNCATE = 8;
const bytes = (text: string) => new TextEncoder().encode(text);
const given = (path: string, text: string) => ({ path, bytes: bytes(text), written: false });

test('files that are given can be read, also in folders', () => {
  const one = program({ files: [given('a.txt', 'hello'), given('d/e/b.txt', 'inner')] });
  const fd = one.open('a.txt');
  assert.equal(fd, 4);
  assert.equal(one.read(fd, 3), 'hel');
  assert.equal(one.read(fd, 10), 'lo');
  assert.equal(one.read(fd, 10), '');
  assert.equal(one.read(one.open('d/../d/./e//b.txt'), 10), 'inner');
});

test('files that are written come back, marked', () => {
  const one = program({ files: [given('old', 'old')] });
  const fd = one.open('new', { oflags: CREATE });
  assert.equal(one.write(fd, 'hello'), 5);
  assert.equal(one.call('fd_close', fd), 0);
  assert.equal(one.call('fd_close', fd), Errno.badf);
  assert.deepEqual(
    one.files().map(({ path, written }) => [path, written]),
    [
      ['old', false],
      ['new', true],
    ],
  );
});

test('what cannot be opened', () => {
  const one = program({ files: [given('a', 'x'), given('d/b', 'x')] });
  assert.equal(one.open('nothing'), -Errno.noent);
  assert.equal(one.open('nothing/x', { oflags: CREATE }), -Errno.noent);
  assert.equal(one.open('a/x'), -Errno.notdir);
  assert.equal(one.open('a/'), -Errno.notdir);
  assert.equal(one.open('a', { oflags: CREATE | EXCLUSIVE }), -Errno.exist);
  assert.equal(one.open('a', { oflags: DIRECTORY }), -Errno.notdir);
  assert.equal(one.open('d'), -Errno.isdir);
  assert.equal(one.open(''), -Errno.noent);
  assert.equal(one.open('/a'), -Errno.perm);
  assert.equal(one.open('../a'), -Errno.perm);
  assert.equal(one.open('d/../../a'), -Errno.perm);
  assert.equal(one.open('x'.repeat(256), { oflags: CREATE }), -Errno.nametoolong);
});

test('a folder that was opened is no way out either', () => {
  const one = program({ files: [given('a', 'x'), given('d/b', 'x')] });
  const folder = one.open('d', { oflags: DIRECTORY });
  assert(folder > 3);
  assert.equal(one.read(one.open('b', { folder }), 1), 'x');
  assert.equal(one.open('../a', { folder }), -Errno.perm);
});

test('seek and tell', () => {
  const one = program({ files: [given('a', '0123456789')] });
  const fd = one.open('a');
  const at = () => Number(one.view().getBigUint64(RESULT, true));
  assert.equal(one.call('fd_seek', fd, -3n, 2, RESULT), 0);
  assert.equal(at(), 7);
  assert.equal(one.read(fd, 9), '789');
  assert.equal(one.call('fd_seek', fd, -4n, 1, RESULT), 0);
  assert.equal(one.call('fd_tell', fd, RESULT), 0);
  assert.equal(at(), 6);
  assert.equal(one.call('fd_seek', fd, -1n, 0, RESULT), Errno.inval);
  assert.equal(one.call('fd_seek', fd, 0n, 3, RESULT), Errno.inval);
  assert.equal(one.call('fd_seek', 1, 0n, 0, RESULT), Errno.spipe);
});

test('the older version numbers whence otherwise', () => {
  const one = program({ files: [given('a', '0123456789')], old: true });
  const fd = one.open('a');
  assert.equal(one.call('fd_seek', fd, 4n, 2, RESULT), 0);
  assert.equal(one.read(fd, 2), '45');
});

test('writing past the end, truncating and appending', () => {
  const one = program();
  const fd = one.open('a', { oflags: CREATE });
  one.write(fd, 'abc');
  assert.equal(one.call('fd_filestat_set_size', fd, 2n), 0);
  assert.equal(one.call('fd_filestat_set_size', fd, 4n), 0);
  one.call('fd_seek', fd, 5n, 0, RESULT);
  one.write(fd, 'z');
  const end = one.open('a', { flags: 1 });
  one.write(end, '!');
  assert.deepEqual([...(one.files()[0]?.bytes ?? [])], [...bytes('ab\0\0\0z!')]);
  one.open('a', { oflags: TRUNCATE });
  assert.equal(one.files()[0]?.bytes?.length, 0);
  assert.equal(one.call('fd_filestat_set_size', fd, 1n << 40n), Errno.fbig);
});

test('rights are kept', () => {
  const one = program({ files: [given('a', 'x')] });
  const reads = one.open('a', { rights: 2n });
  assert.equal(one.write(reads, 'y'), -Errno.notcapable);
  const writes = one.open('a', { rights: 64n });
  assert.equal(one.read(writes, 1), `errno ${Errno.notcapable}`);
  assert.equal(one.call('fd_fdstat_set_rights', reads, 64n, 0n), Errno.notcapable);
  assert.equal(one.call('fd_fdstat_set_rights', reads, 0n, 0n), 0);
  assert.equal(one.read(reads, 1), `errno ${Errno.notcapable}`);
});

test('folders are made, moved and removed', () => {
  const one = program({ files: [given('f', 'x')] });
  assert.equal(one.path('path_create_directory', [3], 'd'), 0);
  assert.equal(one.path('path_create_directory', [3], 'd'), Errno.exist);
  assert.equal(one.path('path_create_directory', [3], 'd/e/'), 0);
  assert.equal(one.path('path_remove_directory', [3], 'd'), Errno.notempty);
  assert.equal(one.path('path_remove_directory', [3], 'f'), Errno.notdir);
  assert.equal(one.path('path_unlink_file', [3], 'd'), Errno.isdir);
  const rename = (from: string, to: string) => one.path('path_rename', [3], from, 3, 2048, one.put(2048, to));
  assert.equal(rename('d', 'd/e/x'), Errno.inval);
  assert.equal(rename('f', 'd'), Errno.isdir);
  assert.equal(rename('d', 'f'), Errno.notdir);
  assert.equal(rename('f', 'd/e/g'), 0);
  assert.equal(rename('d', 'h'), 0);
  assert.equal(rename('nothing', 'x'), Errno.noent);
  assert.deepEqual(
    one.files().map(({ path }) => path),
    ['h/e/g'],
  );
  assert.equal(one.path('path_unlink_file', [3], 'h/e/g'), 0);
  assert.equal(one.path('path_remove_directory', [3], 'h/e'), 0);
  assert.equal(one.path('path_remove_directory', [3], '.'), Errno.inval);
});

test('links', () => {
  const one = program({ files: [given('a', 'x')] });
  assert.equal(one.path('path_link', [3, 0], 'a', 3, 2048, one.put(2048, 'b')), 0);
  one.write(one.open('b'), 'y');
  assert.equal(one.read(one.open('a'), 9), 'y');
  assert.equal(one.call('path_symlink', 1024, 1, 3, 2048, 1), Errno.notsup);
  assert.equal(one.path('path_readlink', [3], 'a', 0, 0, 0), Errno.inval);
});

test('stat', () => {
  const one = program({ files: [given('a', 'four')] });
  assert.equal(one.path('path_filestat_get', [3, 0], 'a', RESULT), 0);
  assert.equal(one.view().getUint8(RESULT + 16), 4);
  assert.equal(one.view().getBigUint64(RESULT + 24, true), 1n);
  assert.equal(one.view().getBigUint64(RESULT + 32, true), 4n);
  assert.equal(one.path('path_filestat_set_times', [3, 0], 'a', 5n, 7n, 1 | 4), 0);
  one.path('path_filestat_get', [3, 0], 'a', RESULT);
  assert.equal(one.view().getBigUint64(RESULT + 48, true), 7n);
  assert.equal(one.path('path_filestat_set_times', [3, 0], 'a', 5n, 7n, 1 | 2), Errno.inval);
  assert.equal(one.call('fd_filestat_get', 3, RESULT), 0);
  assert.equal(one.view().getUint8(RESULT + 16), 3);
});

test('the older version has a shorter filestat', () => {
  const one = program({ files: [given('a', 'four')], old: true });
  one.path('path_filestat_get', [3, 0], 'a', RESULT);
  assert.equal(one.view().getUint32(RESULT + 20, true), 1);
  assert.equal(one.view().getBigUint64(RESULT + 24, true), 4n);
});

test('folders are listed in pieces', () => {
  const one = program({ files: [given('alpha', ''), given('beta', ''), { path: 'c', bytes: null, written: false }] });
  const names: string[] = [];
  let cookie = 0n;
  for (let turn = 0; turn < 20; turn++) {
    // Room for one entry and a bit, so that the second is cut off.
    assert.equal(one.call('fd_readdir', 3, 20_000, 40, cookie, RESULT), 0);
    const used = one.view().getUint32(RESULT, true);
    const length = one.view().getUint32(20_000 + 16, true);
    if (used < 24 + length) break;
    cookie = one.view().getBigUint64(20_000, true);
    names.push(one.text(20_024, length));
  }
  assert.deepEqual(names, ['.', '..', 'alpha', 'beta', 'c']);
});

test('the folder / is open from the start', () => {
  const one = program();
  assert.equal(one.call('fd_prestat_get', 3, RESULT), 0);
  assert.equal(one.view().getUint32(RESULT + 4, true), 1);
  assert.equal(one.call('fd_prestat_dir_name', 3, RESULT, 1), 0);
  assert.equal(one.text(RESULT, 1), '/');
  assert.equal(one.call('fd_prestat_get', 4, RESULT), Errno.badf);
  assert.equal(one.call('fd_prestat_dir_name', 3, RESULT, 0), Errno.nametoolong);
});

test('numbers are the lowest that are free', () => {
  const one = program({ files: [given('a', '')] });
  assert.deepEqual([one.open('a'), one.open('a')], [4, 5]);
  one.call('fd_close', 4);
  assert.equal(one.open('a'), 4);
  assert.equal(one.call('fd_renumber', 5, 4), 0);
  assert.equal(one.call('fd_renumber', 5, 4), Errno.badf);
});
