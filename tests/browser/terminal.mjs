// A program for WASI: run, typed to, changed, broken, mended, stopped.
import { assert, dialog, drive, failure, gone, shot, until, write } from './lib.mjs';

const program = (text) => `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "${text}\\n")
  (func $print (param $at i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "_start")
    (call $print (i32.const 64) (i32.const ${text.length + 1}))
    (i32.store (i32.const 0) (i32.const 256))
    (i32.store (i32.const 4) (i32.const 100))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $print (i32.const 256) (i32.load (i32.const 8)))
    (call $exit (i32.const 3))))`;

const endless = '(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))';

write('main.wat', program('what is your name?'));

await drive(async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.url);
  const output = page.getByRole('log', { name: 'Output of the program' });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await until('the question', async () => (await output.innerText()).includes('what is your name?'));
  const input = page.getByRole('textbox', { name: 'Standard input', exact: true });
  await input.fill('Ada');
  await input.press('Enter');
  await until('the answer', async () => (await output.innerText()).includes('Ada'));
  await page.getByText('exit code 3').first().waitFor();
  await shot(page, 'terminal');

  // A new build runs by itself, since it was run before.
  write('main.wat', program('and now?'));
  await until('the new question', async () => (await output.innerText()).includes('and now?'));

  write('main.wat', program('broken').replace('i32.const 3', 'i32.konst 3'));
  const text = await failure(page);
  assert(text.includes('main.wat:') && text.includes('i32.konst'), text);
  await shot(page, 'terminal-failed');
  const place = dialog(page).getByText(/main\.wat:\d+:\d+/).first();
  const where = (await place.innerText()).match(/main\.wat:\d+:\d+/)[0];
  await place.click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert(copied === where, `copied ${copied}, not ${where}`);
  await page.keyboard.press('Escape');
  await gone(page);

  write('main.wat', endless);
  await until('the endless program', async () => (await server.build()).state === 'ok');
  const run = page.getByRole('button', { name: /^Run/ });
  await run.click();
  await until('that it runs', () => page.getByRole('button', { name: 'Stop' }).isEnabled());
  await page.getByRole('button', { name: 'Stop' }).click();
  await until('that it has stopped', async () => !(await page.getByRole('button', { name: 'Stop' }).isEnabled()));
  // The page goes on.
  write('main.wat', program('once more'));
  await until('the third build', async () => (await server.build()).history.length === 5);
  await run.click();
  await until('the last question', async () => (await output.innerText()).includes('once more'));

  await page.setViewportSize({ width: 390, height: 800 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert(!overflow, 'the page is wider than the screen');
  await shot(page, 'terminal-narrow');
});
