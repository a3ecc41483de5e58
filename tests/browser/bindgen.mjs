// A pair that wasm-bindgen wrote, and that nobody here did: its page loads it, and
// its functions work.
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assert, drive, file, shot, until } from './lib.mjs';

const from = join(dirname(process.env.BROWSER_PACKAGES), 'node_modules/@jsquash/oxipng/codec/pkg');
for (const name of ['squoosh_oxipng.js', 'squoosh_oxipng_bg.wasm']) copyFileSync(join(from, name), file(name));

/** A picture of one pixel, larger than it has to be. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

await drive(async ({ page, serve }) => {
  const server = await serve();
  const build = await server.build();
  assert(build.page === 'application', JSON.stringify(build));
  await page.goto(server.url);
  await until('the module', () => page.evaluate(() => globalThis.module?.optimise !== undefined));
  const start = await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    // The script has to have loaded the module.
    for (let tries = 0; ; tries += 1) {
      try {
        const made = globalThis.module.optimise(bytes, 2, false, false);
        return [made.length, bytes.length, ...made.slice(1, 4)];
      } catch (error) {
        if (tries > 100) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }, png);
  const [made, given, ...name] = start;
  assert(made <= given && String.fromCharCode(...name) === 'PNG', String(start));
  const told = await fetch(`${server.url}squoosh_oxipng_bg.wasm`);
  assert(told.headers.get('content-type') === 'application/wasm', told.headers.get('content-type'));
  await page.goto(`${server.url}__wasmrun/`);
  await page.getByRole('link', { name: 'Open the application' }).waitFor();
  await shot(page, 'bindgen');
}, 'squoosh_oxipng_bg.wasm');
