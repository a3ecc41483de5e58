import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorText, format, formatAll } from '../src/client/format';

test('strings are as they are, others as one would write them', () => {
  assert.equal(formatAll(['a', 1, -0, 2n, null, undefined, true]), 'a 1 -0 2n null undefined true');
  assert.equal(format({ a: 'x', 'b-c': [1, { d: [] }] }), '{ a: "x", "b-c": [1, { d: [] }] }');
  assert.equal(format(new Map([['k', new Set([1])]])), 'Map { "k" => Set { 1 } }');
  assert.equal(format(new Uint8Array(2)), 'Uint8Array [0, 0]');
  assert.equal(format(new (class Point {})()), 'Point {}');
  assert.equal(format(Symbol('s')), 'Symbol(s)');
});

test('patterns of the first argument are filled in', () => {
  assert.equal(formatAll(['%s is %d%% of %o%c', 'a', '5', { b: 1 }, 'color: red', 'rest']), 'a is 5% of { b: 1 } rest');
  assert.equal(formatAll(['%s', undefined]), 'undefined');
  assert.equal(formatAll(['100%']), '100%');
});

test('circles, depth and length have an end', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  assert.equal(format(circle), '{ self: [circular] }');
  assert.equal(format({ a: { a: { a: { a: {} } } } }), '{ a: { a: { a: { a: {...} } } } }');
  assert.match(format(Array.from({ length: 60 }, () => 0)), /, \.\.\. 10 more\]$/);
  assert.match(formatAll(['x'.repeat(20_000)]), /x\.\.\. 10000 more characters$/);
});

test('what throws when it is read does not throw here', () => {
  const bad = Object.defineProperty({}, 'x', {
    enumerable: true,
    get() {
      throw new Error('no');
    },
  });
  assert.equal(format(bad), '[unreadable]');
});

test('errors come with their stack, whichever engine made it', () => {
  const error = new TypeError('bad');
  error.stack = 'TypeError: bad\n    at f (x.js:1:2)';
  assert.equal(errorText(error), error.stack);
  error.stack = 'f@x.js:1:2\n';
  assert.equal(errorText(error), 'TypeError: bad\nf@x.js:1:2');
  assert.match(errorText(new Error('outer', { cause: new Error('inner') })), /caused by: Error: inner/);
});
