import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputQueue } from '../src/app/run/input';
import { CHANNEL_SIZE, INPUT, OUTPUT, PageEnd, ProgramEnd } from '../src/channel/channel';
import { Ring } from '../src/channel/ring';

function pair() {
  const buffer = new SharedArrayBuffer(CHANNEL_SIZE);
  return { page: new PageEnd(buffer), program: new ProgramEnd(buffer) };
}
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (part: Uint8Array) => new TextDecoder().decode(part);

test('a ring gives back what was put in, over its edge too', () => {
  const ring = new Ring(new ArrayBuffer(Ring.HEADER + 8), 0, 8);
  for (let turn = 0; turn < 20; turn++) {
    ring.stage(bytes('abcde'));
    assert.equal(ring.used, 0);
    ring.commit();
    assert.equal(ring.free, 3);
    assert.equal(text(ring.read(9)), 'abcde');
  }
});

test('a ring goes on when its counters run over', () => {
  const buffer = new ArrayBuffer(Ring.HEADER + 8);
  new Int32Array(buffer).fill(0x7fff_fffe, 0, 2);
  const ring = new Ring(buffer, 0, 8);
  for (const word of ['abcdef', 'ghi', 'jklmnopq']) {
    ring.stage(bytes(word));
    ring.commit();
    assert.equal(text(ring.read(8)), word);
  }
});

test('output keeps its order and its stream', () => {
  const { page, program } = pair();
  program.write(1, bytes('a'));
  program.write(2, bytes('b'));
  program.write(1, bytes('c'));
  assert.deepEqual(
    page.drain().map(({ stream, bytes: part }) => `${stream}${text(part)}`),
    ['1a', '2b', '1c'],
  );
  assert.deepEqual(page.drain(), []);
});

test('a program cannot write more than the page takes', () => {
  const { page, program } = pair();
  const much = new Uint8Array(3 * OUTPUT).fill(65);
  const taken = program.write(1, much);
  assert(taken > OUTPUT - 16 && taken < OUTPUT);
  assert.equal(program.write(1, much), 0);
  assert.equal(page.drain()[0]?.bytes.length, taken);
  assert.equal(program.write(1, much), taken);
});

test('the page can take a little at a time', () => {
  const { page, program } = pair();
  for (let n = 0; n < 10; n++) program.write(1, new Uint8Array(100));
  assert.equal(page.drain(250).length, 3);
  assert(page.pending);
  assert.equal(page.drain().length, 7);
});

test('output is announced once until it is taken', () => {
  const { page, program } = pair();
  assert.deepEqual([program.announce(), program.announce()], [true, false]);
  page.drain();
  assert.equal(program.announce(), true);
});

test('input that does not fit is given bit by bit, and then it ends', async () => {
  const { page, program } = pair();
  const queue = new InputQueue(page);
  queue.send(new Uint8Array(INPUT + 100).fill(1));
  queue.end();
  assert.equal(program.waiting, INPUT);
  assert(queue.busy);
  assert.equal(program.ended, false);
  assert.equal(program.read(INPUT).length, INPUT);
  await new Promise<void>((resolve) => setTimeout(resolve, 60));
  assert.equal(program.read(INPUT).length, 100);
  assert.equal(program.ended, true);
});
