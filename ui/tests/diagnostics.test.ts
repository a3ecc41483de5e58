import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countText, cut, diagnosticText, excerptText, failureText, place } from '../src/link/diagnostics';
import type { Diagnostic } from '../src/wire/diagnostics';

const diagnostic: Diagnostic = {
  severity: 'error',
  message: 'mismatched types',
  file: 'src/lib.rs',
  span: { start: [12, 18], end: [12, 21] },
  code: 'E0308',
  notes: ['expected `u32`'],
  excerpt: { line: 12, text: '    let x: u32 = "a";', from: 17, to: 20 },
};

test('places', () => {
  assert.equal(place(diagnostic), 'src/lib.rs:12:18');
  assert.equal(place({ file: 'a.c', span: null }), 'a.c');
  assert.equal(place({ file: null, span: diagnostic.span }), '');
});

test('excerpts', () => {
  assert.equal(excerptText({ line: 12, text: 'let "a";', from: 4, to: 7 }), '12 | let "a";\n   |     ^^^');
  assert.equal(excerptText({ line: 3, text: '\tx', from: 1, to: 1 }), '3 | \tx\n  | \t^');
});

test('excerpts count characters', () => {
  const { before, marked, after } = cut({ line: 1, text: '\u{1d4d0}b\u{1d4d1}', from: 1, to: 2 });
  assert.deepEqual([before, marked, after], ['\u{1d4d0}', 'b', '\u{1d4d1}']);
  assert.deepEqual(cut({ line: 1, text: 'ab', from: 5, to: 9 }).before, 'ab');
});

test('a diagnostic as text', () => {
  assert.equal(
    diagnosticText(diagnostic),
    [
      'error[E0308]: mismatched types',
      '  --> src/lib.rs:12:18',
      '12 |     let x: u32 = "a";',
      '   |                  ^^^',
      'note: expected `u32`',
    ].join('\n'),
  );
});

test('a failure as text', () => {
  const failure = {
    message: 'could not compile demo',
    causes: ['exit code 101'],
    help: 'mend it',
    diagnostics: [],
    log: ['x', 'y'],
  };
  assert.equal(failureText(failure), 'error: could not compile demo\n  exit code 101\nhelp: mend it\n\nx\ny\n');
});

test('counts', () => {
  assert.equal(countText([]), '');
  assert.equal(
    countText([{ severity: 'warning' }, { severity: 'error' }, { severity: 'warning' }]),
    '1 error, 2 warnings',
  );
});
