import assert from 'node:assert/strict';
import { test } from 'node:test';
import { align, rows } from '../src/app/play/dump';
import { type NumberType, parse, parseAddress, show } from '../src/app/play/numbers';
import { parseSignature, showSignature } from '../src/app/play/signature';

const value = (text: string, type: NumberType) => {
  const parsed = parse(text, type);
  return 'value' in parsed ? parsed.value : parsed.error;
};

test('integers in every way of writing', () => {
  assert.equal(value(' 42 ', 'i32'), 42);
  assert.equal(value('-0x10', 'i32'), -16);
  assert.equal(value('0b101', 'i32'), 5);
  assert.equal(value('1_000', 'i32'), 1000);
  assert.equal(value('4294967295', 'i32'), -1);
  assert.equal(value('-2147483648', 'i32'), -2147483648);
  assert.equal(value('0xffffffffffffffff', 'i64'), -1n);
  assert.equal(value('9223372036854775807n', 'i64'), 9223372036854775807n);
});

test('integers that do not fit, and what is none', () => {
  assert.match(String(value('4294967296', 'i32')), /does not fit in 32 bits/);
  assert.match(String(value('-2147483649', 'i32')), /does not fit/);
  assert.match(String(value('18446744073709551616', 'i64')), /does not fit in 64 bits/);
  for (const text of ['1.5', 'x', '0x', '--1', '1e3']) assert.match(String(value(text, 'i32')), /not a whole number/);
  assert.match(String(value('', 'i32')), /missing/);
});

test('floating numbers', () => {
  assert.equal(value('1.5e3', 'f64'), 1500);
  assert.equal(value('-.5', 'f64'), -0.5);
  assert.equal(value('0.1', 'f32'), Math.fround(0.1));
  assert.equal(value('-inf', 'f64'), -Infinity);
  assert.equal(value('Infinity', 'f32'), Infinity);
  assert(Number.isNaN(value('nan', 'f64')));
  assert.equal(value('0x1.8p1', 'f64'), 3);
  assert.equal(value('0x10', 'f64'), 16);
  assert(Object.is(value('-0', 'f64'), -0));
  assert.match(String(value('1,5', 'f64')), /not a number/);
});

test('results are shown in more than one way', () => {
  assert.deepEqual(show(-1, 'i32'), { main: '-1', others: ['4294967295 unsigned', '0xffffffff'] });
  assert.deepEqual(show(255n, 'i64'), { main: '255', others: ['0xff'] });
  assert.equal(show(Math.fround(0.1), 'f32').main, '0.1');
  assert.equal(show(-0, 'f64').main, '-0');
  assert.equal(show(NaN, 'f64').main, 'nan');
  assert.deepEqual(show(1, 'f32').others, ['bits 0x3f800000']);
});

test('addresses', () => {
  assert.equal(parseAddress('0x400'), 1024);
  assert.equal(parseAddress('4_294_967_295'), 0xffffffff);
  assert.equal(parseAddress('-1'), undefined);
  assert.equal(parseAddress('0x20000000000000'), undefined);
});

test('signatures', () => {
  assert.deepEqual(parseSignature('func'), { params: [], results: [] });
  assert.deepEqual(parseSignature('func (param i32 (ref null 0)) (result i64 f32)'), {
    params: ['i32', '(ref null 0)'],
    results: ['i64', 'f32'],
  });
  assert.equal(parseSignature('memory 2'), undefined);
  assert.equal(showSignature({ params: ['i32', 'i64'], results: ['f32'] }), '(i32, i64) -> f32');
  assert.equal(showSignature({ params: [], results: ['i32', 'i32'] }), '() -> (i32, i32)');
});

test('a page of memory', () => {
  const bytes = new Uint8Array(20).fill(0x41);
  const before = bytes.slice();
  before[17] = 0;
  const made = rows(0x20, bytes, before);
  assert.deepEqual(
    made.map((row) => row.address),
    ['00000020', '00000030'],
  );
  assert.deepEqual(
    made[1]?.cells.map((cell) => cell.changed),
    [false, true, false, false],
  );
  assert.equal(rows(0xffff_fff0, bytes, null)[0]?.address, '0000fffffff0');
});

test('a page starts with a row and stays inside', () => {
  assert.equal(align(0x47, 65536), 0x40);
  assert.equal(align(65535, 65536), 65536 - 256);
  assert.equal(align(0xffff_ffff, 2 ** 32), 2 ** 32 - 256);
  assert.equal(align(40, 16), 0);
});
