import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Streams } from '../src/worker/wasi/context';
import { Errno, Exit } from '../src/worker/wasi/errno';
import { program, quiet, RESULT } from './program';

test('arguments and environment', () => {
  const one = program({ args: ['app.wasm', 'ä'], env: ['A=1'] });
  assert.equal(one.call('args_sizes_get', RESULT, RESULT + 4), 0);
  assert.deepEqual([one.view().getUint32(RESULT, true), one.view().getUint32(RESULT + 4, true)], [2, 12]);
  assert.equal(one.call('args_get', RESULT, 2000), 0);
  assert.equal(one.text(one.view().getUint32(RESULT + 4, true), 3), 'ä\0');
  one.call('environ_get', RESULT, 3000);
  assert.equal(one.text(3000, 4), 'A=1\0');
});

test('standard streams are terminals', () => {
  const one = program();
  for (const fd of [0, 1, 2]) {
    assert.equal(one.call('fd_fdstat_get', fd, RESULT), 0);
    assert.equal(one.view().getUint8(RESULT), 2);
    const rights = one.view().getBigUint64(RESULT + 8, true);
    assert.equal(rights & 0b100100n, 0n, 'a terminal cannot seek');
  }
  assert.equal(one.read(1, 1), `errno ${Errno.badf}`);
  assert.equal(one.write(0, 'x'), -Errno.badf);
});

test('output goes to its stream', () => {
  const seen: [number, string][] = [];
  const one = program({
    streams: { ...quiet, write: (stream, bytes) => seen.push([stream, new TextDecoder().decode(bytes)]) },
  });
  one.write(1, 'out');
  one.write(2, 'err');
  assert.deepEqual(seen, [
    [1, 'out'],
    [2, 'err'],
  ]);
});

test('a read gives what is there and does not wait for more', () => {
  const parts = ['ab', 'cd'];
  const streams: Streams = {
    ...quiet,
    ready: () => parts.length > 0,
    read: () => new TextEncoder().encode(parts.shift() ?? ''),
  };
  const one = program({ streams });
  assert.equal(one.read(0, 10), 'ab');
  assert.equal(one.read(0, 10), 'cd');
  assert.equal(one.read(0, 10), '');
});

test('clocks', () => {
  const one = program();
  for (const clock of [0, 1, 2, 3]) assert.equal(one.call('clock_time_get', clock, 0n, RESULT), 0);
  assert.equal(one.call('clock_time_get', 4, 0n, RESULT), Errno.inval);
  one.call('clock_time_get', 0, 0n, RESULT);
  assert(Math.abs(Number(one.view().getBigUint64(RESULT, true) / 1_000_000n) - Date.now()) < 5000);
});

test('random numbers, more than a browser gives at a time', () => {
  const one = program();
  assert.equal(one.call('random_get', 20_000, 70_000), 0);
  assert(new Uint8Array(one.view().buffer, 86_000, 64).some((byte) => byte !== 0));
});

test('the end', () => {
  const one = program();
  assert.throws(
    () => one.call('proc_exit', 3),
    (thrown: unknown) => thrown instanceof Exit && thrown.code === 3,
  );
  assert.throws(
    () => one.call('proc_raise', 6),
    (thrown: unknown) => thrown instanceof Exit && thrown.code === 134,
  );
});

test('places outside the memory are a fault, whatever the call', () => {
  const one = program({ args: ['x'] });
  assert.equal(one.call('args_sizes_get', 0xffff_fff0, 0), Errno.fault);
  assert.equal(one.call('random_get', 131_000, 1000), Errno.fault);
  assert.equal(one.call('fd_write', 1, 131_070, 1, RESULT), Errno.fault);
  assert.equal(one.call('fd_write', 1, -8, 0x7fff_ffff, RESULT), Errno.fault);
  assert.equal(one.call('path_open', 3, 0, 1024, -1, 0, 0n, 0n, 0, RESULT), Errno.fault);
});

test('names that are not Unicode', () => {
  const one = program();
  one.view().setUint8(1024, 0xff);
  assert.equal(one.call('path_unlink_file', 3, 1024, 1), Errno.ilseq);
});

function subscribe(view: DataView, at: number, kind: 'clock' | 'read', value: bigint | number, old = false): void {
  view.setBigUint64(at, BigInt(at), true);
  view.setUint8(at + 8, kind === 'clock' ? 0 : 1);
  if (kind === 'read') return view.setUint32(at + 16, Number(value), true);
  const from = at + (old ? 24 : 16);
  view.setUint32(from, 1, true);
  view.setBigUint64(from + 8, BigInt(value), true);
}

test('waiting for a clock', () => {
  for (const old of [false, true]) {
    const slept: number[] = [];
    const one = program({ old, streams: { ...quiet, sleep: (milliseconds) => spin(slept, milliseconds) } });
    subscribe(one.view(), 2000, 'clock', 5_000_000n, old);
    assert.equal(one.call('poll_oneoff', 2000, 3000, 1, RESULT), 0);
    assert.equal(one.view().getUint32(RESULT, true), 1);
    assert.equal(one.view().getBigUint64(3000, true), 2000n);
    assert.equal(one.view().getUint8(3010), 0);
    assert(slept.length > 0 && (slept[0] as number) <= 5);
  }
});

function spin(slept: number[], milliseconds: number): void {
  slept.push(milliseconds);
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('input wakes before the clock', () => {
  let there = false;
  const one = program({ streams: { ...quiet, ready: () => there, sleep: () => void (there = true) } });
  subscribe(one.view(), 2000, 'clock', 60_000_000_000n);
  subscribe(one.view(), 2048, 'read', 0);
  assert.equal(one.call('poll_oneoff', 2000, 3000, 2, RESULT), 0);
  assert.equal(one.view().getUint32(RESULT, true), 1);
  assert.equal(one.view().getUint8(3010), 1);
});

test('a descriptor that is not open is an event with an error', () => {
  const one = program();
  subscribe(one.view(), 2000, 'read', 77);
  assert.equal(one.call('poll_oneoff', 2000, 3000, 1, RESULT), 0);
  assert.equal(one.view().getUint16(3008, true), Errno.badf);
  assert.equal(one.call('poll_oneoff', 2000, 3000, 0, RESULT), Errno.inval);
});
