import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedFunction, lostExport, unpack } from '../src/client/compatible';
import { follow } from '../src/client/follow';
import { delay } from '../src/link/socket';
import type { Hello } from '../src/wire/messages';

test('all exports have to stay what they are', () => {
  const old = [
    { name: 'memory', kind: 'memory' },
    { name: 'add', kind: 'function' },
  ];
  assert.equal(lostExport(old, [...old, { name: 'more', kind: 'function' }]), undefined);
  assert.equal(lostExport(old, [{ name: 'memory', kind: 'memory' }]), 'add');
  assert.equal(
    lostExport(old, [
      { name: 'memory', kind: 'memory' },
      { name: 'add', kind: 'global' },
    ]),
    'add',
  );
});

test('functions take as many parameters as before', () => {
  const one = (_: number) => 0;
  const two = (_: number, __: number) => 0;
  assert.equal(changedFunction({ f: one, memory: {} }, { f: one, memory: {} }), undefined);
  assert.equal(changedFunction({ f: one }, { f: two }), 'f');
});

test('what is saved is unpacked', () => {
  assert.deepEqual(unpack((16n << 32n) | 4n), [16, 4]);
  assert.deepEqual(unpack(BigInt.asIntN(64, (0xffff_fff0n << 32n) | 0xffff_ffffn)), [0xffff_fff0, 0xffff_ffff]);
});

const hello = (build: number, session = 'a', state: Hello['state'] = 'ok'): Hello => ({
  type: 'hello',
  session,
  build,
  state,
  failure: null,
});

test('a page that is the newest stays', () => {
  const page = follow(3);
  assert.equal(page.greet(hello(3)), false);
  page.saw(4);
  assert.equal(page.greet(hello(4)), false);
});

test('a page reloads for another server or a build that it missed', () => {
  const page = follow(3);
  page.greet(hello(3));
  assert.equal(page.greet(hello(3, 'b')), true);
  assert.equal(follow(3).greet(hello(4)), true);
});

test('a build that failed is not worth a reload, but the next good one is', () => {
  const page = follow(3);
  assert.equal(page.greet(hello(4, 'a', 'failed')), false);
  assert.equal(page.stale(), true);
});

test('attempts to connect get rarer', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map(delay), [250, 500, 1000, 2000, 4000, 4000]);
});
