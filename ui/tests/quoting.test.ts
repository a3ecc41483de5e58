import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVariables } from '../src/app/run/environment';
import { quote, split } from '../src/app/run/quoting';

const words = (text: string) => {
  const found = split(text);
  return 'words' in found ? found.words : found.error;
};

test('words are parted at blanks', () => {
  assert.deepEqual(words(''), []);
  assert.deepEqual(words('  a\tb \n c '), ['a', 'b', 'c']);
});

test('quotes keep words together and may be empty', () => {
  assert.deepEqual(words(`a 'b c' "d e"f ''`), ['a', 'b c', 'd ef', '']);
  assert.deepEqual(words(`'"' "'"`), ['"', "'"]);
});

test('backslashes', () => {
  assert.deepEqual(words('a\\ b \\"c\\" \\\\'), ['a b', '"c"', '\\']);
  assert.deepEqual(words(`'a\\b' "a\\b" "a\\"b"`), ['a\\b', 'a\\b', 'a"b']);
});

test('nothing of a shell is done beyond that', () => {
  assert.deepEqual(words('$HOME *.c ~ a;b # c'), ['$HOME', '*.c', '~', 'a;b', '#', 'c']);
});

test('what is not closed is said', () => {
  assert.match(String(words("a 'b")), /quote ' is not closed/);
  assert.match(String(words('a "b')), /quote " is not closed/);
  assert.match(String(words('a\\')), /backslash/);
});

test('quoted words come back the same', () => {
  for (const word of ['plain', '', 'two words', `it's`, '$x', 'a\nb', 'ä'])
    assert.deepEqual(words(quote(word)), [word]);
});

test('environment', () => {
  assert.deepEqual(readVariables('A=1\n\n# no\n  B=x=y\r\nC='), { lines: ['A=1', 'B=x=y', 'C='] });
  assert.deepEqual(readVariables('A=1\nB'), { error: 'line 2 is not NAME=value' });
  assert.deepEqual(readVariables('=1'), { error: 'line 1 is not NAME=value' });
});
