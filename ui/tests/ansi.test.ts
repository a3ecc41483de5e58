import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnsiReader, restyle, type Token } from '../src/app/run/ansi';
import { LineWriter } from '../src/app/run/lines';

const read = (...parts: string[]): Token[] => {
  const reader = new AnsiReader();
  return parts.flatMap((part) => reader.read(part));
};
const plain = (tokens: Token[]) =>
  tokens.map((token) => (token.type === 'text' ? token.text : `<${token.type}>`)).join('');
const lines = (...parts: string[]) => {
  const writer = new LineWriter();
  writer.write(read(...parts));
  return {
    done: writer
      .take()
      .map((run) => run.text)
      .join(''),
    current: writer.current.map((run) => run.text).join(''),
  };
};

test('colours are kept', () => {
  assert.deepEqual(read('a\x1b[1;31mb\x1b[0mc'), [
    { type: 'text', text: 'a', style: {} },
    { type: 'text', text: 'b', style: { bold: true, foreground: 1 } },
    { type: 'text', text: 'c', style: {} },
  ]);
});

test('all kinds of colours', () => {
  assert.deepEqual(restyle({}, '97;100'), { foreground: 15, background: 8 });
  assert.deepEqual(restyle({}, '38;5;208'), { foreground: 'rgb(255 135 0)' });
  assert.deepEqual(restyle({}, '38;5;9;4'), { foreground: 9, underline: true });
  assert.deepEqual(restyle({}, '48;2;1;2;300'), { background: 'rgb(1 2 255)' });
  assert.deepEqual(restyle({ bold: true, italic: true }, '22;23'), { bold: false, dim: false, italic: false });
  assert.deepEqual(restyle({ bold: true }, '?1'), { bold: true });
  assert.deepEqual(restyle({ bold: true }, '', { tone: 'errors' }), { tone: 'errors' });
});

test('other sequences are dropped', () => {
  assert.equal(plain(read('a\x1b[2J\x1b[10;5Hb\x1b]0;title\x07c\x1b]8;;x\x1b\\d\x1b(Be\x1b7f\x1b[?25lg')), 'abcdefg');
  assert.equal(plain(read('a\0\x07\x0e\x7f\x85b')), 'ab');
});

test('sequences may be cut anywhere', () => {
  const text = 'x\x1b[38;5;208my\x1b]2;t\x1b\\z\x1b[0m';
  for (let at = 1; at < text.length; at++) {
    const tokens = read(text.slice(0, at), text.slice(at));
    assert.equal(plain(tokens), 'xyz', `cut at ${at}`);
    assert.deepEqual(tokens[1], { type: 'text', text: 'y', style: { foreground: 'rgb(255 135 0)' } });
  }
});

test('a sequence without an end does not swallow everything', () => {
  assert.match(plain(read(`\x1b[${'1'.repeat(1000)}`, 'after')), /after$/);
});

test('lines', () => {
  assert.deepEqual(lines('a\nb\r\nc'), { done: 'a\nb\n', current: 'c' });
  assert.deepEqual(lines('10%', '\r20%', '\r30%\n'), { done: '30%\n', current: '' });
  assert.deepEqual(lines('abc\b\bd'), { done: '', current: 'ad' });
  assert.deepEqual(lines('old\x1b[2K\rnew'), { done: '', current: 'new' });
});
