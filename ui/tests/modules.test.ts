import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layout } from '../src/app/module/sparkline';
import { bytes, change, duration, percent } from '../src/app/parts/sizes';
import { frames, readable, trapText } from '../src/app/parts/stack';
import { exportedFunctions } from '../src/app/play/functions';
import type { CoreModule } from '../src/wire/inspect';
import { give } from '../src/worker/imports';
import { fitting, limits } from '../src/worker/types';

test('stacks of all browsers', () => {
  const chromium = [
    'RuntimeError: unreachable',
    '    at inner (http://localhost/app.wasm:wasm-function[6]:0x174)',
    '    at http://localhost/app.wasm:wasm-function[7]:0x18b',
    '    at run (http://localhost/worker.js:1:20)',
  ].join('\n');
  assert.deepEqual(frames(chromium), [
    { name: 'inner', index: 6, offset: '0x174' },
    { name: 'function 7', index: 7, offset: '0x18b' },
  ]);
  assert.deepEqual(
    frames('inner@http://localhost/app.wasm:wasm-function[6]:0x174\nrun@http://localhost/worker.js:1:2'),
    [{ name: 'inner', index: 6, offset: '0x174' }],
  );
  assert.deepEqual(frames('<?>.wasm-function[inner]@[wasm code]'), [{ name: 'inner', index: null, offset: null }]);
  assert.equal(trapText('RuntimeError: unreachable'), 'unreachable');
});

test('names of Rust', () => {
  assert.equal(readable('_ZN4core9panicking9panic_fmt17hc8d7f978b477d6a0E'), 'core::panicking::panic_fmt');
  assert.equal(
    readable('_ZN3std9panicking13begin_handler28_$u7b$$u7b$closure$u7d$$u7d$17hd5362e185353c1a0E'),
    'std::panicking::begin_handler::{{closure}}',
  );
  assert.equal(
    readable('_ZN29_$LT$a..B$u20$as$u20$c..D$GT$1f17hd5362e185353c1a0E').replace(/\s+/g, ' '),
    '<a::B as c::D>::f',
  );
  assert.equal(readable('_ZN3foo3barEv'), '_ZN3foo3barEv');
  assert.equal(readable('app.wasm._ZN1a1b17hd4920d9817eb0993E.llvm.12'), 'a::b');
  assert.equal(readable('app.wasm.main'), 'main');
});

test('types of imports', () => {
  assert.deepEqual(limits(['2', '10', 'shared']), { initial: 2, maximum: 10, shared: true });
  assert.deepEqual(limits(['i64', '1']), { initial: 1n, address: 'i64' });
  const memory = fitting('memory 2 10')?.value;
  assert(memory instanceof WebAssembly.Memory);
  assert.equal(memory.buffer.byteLength, 131_072);
  assert(fitting('table 3 9 funcref')?.value instanceof WebAssembly.Table);
  const global = fitting('global (mut i64)')?.value;
  assert(global instanceof WebAssembly.Global);
  assert.equal(global.value, 0n);
  assert.equal(fitting('global (ref 0)'), undefined);
  assert.equal(fitting('table 3 (ref null 0)'), undefined);
});

// (module (import "env" "f" (func)) (import "env" "g" (global i32)) (export "f" (func 0)))
const IMPORTS = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 18, 2, 3, 101, 110, 118, 1, 102, 0, 0, 3, 101, 110, 118, 1, 103,
  3, 0x7f, 0, 7, 5, 1, 1, 102, 0, 0,
]);

test('what is missing is given, and says so when it is called', () => {
  const module = new WebAssembly.Module(IMPORTS);
  const given = give(module, {}, [{ module: 'env', name: 'g', type: 'global i32' }]);
  assert.deepEqual(
    given.absent.map(({ name, kind }) => [name, kind]),
    [
      ['f', 'function'],
      ['g', 'global'],
    ],
  );
  const { exports } = new WebAssembly.Instance(module, given.imports);
  assert.throws(() => (exports['f'] as () => void)(), /env\.f is not given here/);
  assert.throws(() => give(module, {}, []), /the global env\.g/);
  const known = give(module, { env: { f: () => {} } }, [{ module: 'env', name: 'g', type: 'global i32' }]);
  assert.equal(known.absent.length, 1);
});

test('which functions can be called', () => {
  const document = {
    exports: [
      { name: 'add', kind: 'func', index: 0, type: 'func (param i32 i32) (result i32)' },
      { name: 'vec', kind: 'func', index: 1, type: 'func (param v128)' },
      { name: 'ref', kind: 'func', index: 2, type: 'func (param externref)' },
      { name: 'memory', kind: 'memory', index: 0, type: 'memory 1' },
    ],
  } as CoreModule;
  assert.deepEqual(
    exportedFunctions(document).map(({ name, obstacle }) => [name, obstacle === null]),
    [
      ['add', true],
      ['vec', false],
      ['ref', false],
    ],
  );
});

test('numbers for people', () => {
  assert.deepEqual([0, 999, 1234, 18_234, 638_879, 999_999, 4e9].map(bytes), [
    '0 B',
    '999 B',
    '1.23 kB',
    '18.2 kB',
    '639 kB',
    '1.00 MB',
    '4.00 GB',
  ]);
  assert.equal(change(1000, 1100), '+100 B (+10.0%)');
  assert.equal(change(1000, 1000), 'no change');
  assert.deepEqual([0.0000151, 0.0012, 0.84, 2.2, 61].map(duration), [
    '15 µs',
    '1.20 ms',
    '840 ms',
    '2.20 s',
    '1 min 1 s',
  ]);
  assert.equal(percent(0, 0), '0%');
});

test('a line of sizes', () => {
  const [low, high] = layout([100, 200]);
  assert(low && high && low.y > high.y && low.x < high.x);
  assert.equal(new Set(layout([5, 5, 5]).map(({ y }) => y)).size, 1);
});
