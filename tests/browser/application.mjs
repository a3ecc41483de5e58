// An application: its module is swapped with its state, its style too; what it
// prints comes to the terminal; errors lie over it.
import { assert, drive, failure, gone, read, shot, until, write } from './lib.mjs';

const module = (step, more = '') => `(module
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const ${step})))
    (global.get $count))
  (func (export "wasmrun_save") (result i64)
    (i32.store (i32.const 16) (global.get $count))
    (i64.const ${(16n << 32n) | 4n}))
  (func (export "wasmrun_alloc") (param i32) (result i32) (i32.const 32))
  (func (export "wasmrun_restore") (param i32 i32) (global.set $count (i32.load (local.get 0))))
  (func (export "fail") (unreachable))
  ${more})`;

const page_ = `<!doctype html>
<html><head><meta charset="utf-8"><title>own</title><link rel="stylesheet" href="/style.css"></head>
<body><button id="count">count</button><output id="now"></output>
<script type="module">
  const { exports } = await wasmrun.hot('/MODULE');
  const now = document.querySelector('#now');
  document.querySelector('#count').onclick = () => { now.textContent = exports.count(); };
  globalThis.fail = () => exports.fail();
  console.log('ready', { isolated: crossOriginIsolated });
</script></body></html>`;

write('main.wat', module(1));
write('wasmrun.toml', 'output = "dist/app.wasm"\n');
write('public/style.css', 'body { color: rgb(1, 2, 3); }');
write('public/index.html', page_.replace('MODULE', 'app.wasm'));

await drive(async ({ page, serve, faults }) => {
  const server = await serve('--optimization', 'debug');
  await page.goto(server.url);
  const told = await server.event('console', (event) => event.type === 'console');
  assert(told.text.includes('ready') && told.text.includes('isolated') && told.text.includes('true'), told.text);
  const now = async () => page.locator('#now').innerText();
  const count = () => page.locator('#count').click();
  await count();
  await count();
  assert((await now()) === '2', await now());
  await page.evaluate(() => { globalThis.mark = 'the same page'; });

  // Swapped with its state, without loading the page again.
  const swapped = () => page.evaluate(() => new Promise((done) => addEventListener('wasmrun:swapped', () => done(true), { once: true })));
  let swap = swapped();
  write('main.wat', module(10));
  await swap;
  await count();
  assert((await now()) === '12', `${await now()} after the swap`);
  assert((await page.evaluate(() => globalThis.mark)) === 'the same page', 'the page was loaded again');

  write('public/style.css', 'body { color: rgb(4, 5, 6); }');
  await until('the new style', () => page.evaluate(() => getComputedStyle(document.body).color === 'rgb(4, 5, 6)'));
  assert((await page.evaluate(() => globalThis.mark)) === 'the same page', 'the style loaded the page again');

  // Broken: the last good module goes on behind the error.
  write('main.wat', module(100).replace('i32.add', 'i32.addd'));
  const text = await failure(page);
  assert(text.includes('main.wat:5') && text.includes('i32.addd'), text);
  await shot(page, 'overlay');
  await page.keyboard.press('Escape');
  await gone(page);
  await count();
  assert((await now()) === '22', await now());
  write('main.wat', module(10).replace('i32.add', 'i32.nothing'));
  await failure(page);
  swap = swapped();
  write('main.wat', module(100));
  await swap;
  await gone(page);
  await count();
  assert((await now()) === '122', await now());

  // An error that nothing caught comes to the terminal with its frames.
  const from = server.events.length;
  await page.evaluate(() => { setTimeout(() => globalThis.fail()); });
  const uncaught = await server.event('uncaught', (event) => event.type === 'console' && event.level === 'uncaught', from);
  assert(/unreachable[\s\S]*wasm-function.*\[main\.wat:12/.test(uncaught.text), uncaught.text);
  await until('that the page has its fault', () => faults.length > 0);
  assert(faults.splice(0).join().includes('unreachable'), 'it is that one');

  // An export has gone: the page is loaded again.
  write('main.wat', module(1).replace('(func (export "fail") (unreachable))', ''));
  await until('that it is loaded again', () => page.evaluate(() => globalThis.mark === undefined).catch(() => false));
  await page.locator('#count').waitFor();
  await page.evaluate(() => { globalThis.mark = 'again'; });
  write('public/index.html', read('public/index.html').replace('own</title>', 'new</title>'));
  await until('the new title', async () => (await page.title().catch(() => '')) === 'new');
});
