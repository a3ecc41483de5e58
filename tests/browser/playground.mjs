// A library: its functions are called, and what it lacks is explained.
import { assert, drive, gone, shot, until, write } from './lib.mjs';

const library = (sum) => `(module
  (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32) (${sum} (local.get 0) (local.get 1)))
  (func (export "wide") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 2)))
  (func (export "half") (param f64) (result f64) (f64.div (local.get 0) (f64.const 2)))
  (func (export "trap") (unreachable))
  (func (export "endless") (loop (br 0))))`;

write('main.wat', library('i32.add'));

await drive(async ({ page, serve }) => {
  const server = await serve();
  await page.goto(server.url);
  const row = (name) => page.locator('form, tr, li, article, section').filter({ hasText: name }).filter({ has: page.getByRole('button', { name: /call/i }) }).last();
  const call = async (name, inputs, expected) => {
    const own = row(name);
    for (const [at, value] of inputs.entries()) await own.getByRole('textbox').nth(at).fill(value);
    await own.getByRole('button', { name: /call/i }).click();
    await until(`${expected} from ${name}`, async () => (await own.innerText()).includes(expected));
  };
  await page.getByText('add').first().waitFor();
  await call('add', ['40', '2'], '42');
  await call('wide', ['0x7fffffffffff'], '281474976710654');
  await call('half', ['-3'], '-1.5');
  await call('trap', [], 'unreachable');
  await shot(page, 'playground');

  // What was typed stays when the module is another one.
  write('main.wat', library('i32.mul'));
  await until('the second build', async () => (await server.build()).number === 2);
  await until('the product', async () => {
    await row('add').getByRole('button', { name: /call/i }).click();
    return (await row('add').innerText()).includes('80');
  });

  await row('endless').getByRole('button', { name: /call/i }).click();
  const stop = page.getByRole('button', { name: /stop/i });
  await stop.first().click();
  await call('add', ['6', '7'], '42');

  write('main.wat', '(module (import "env" "missing" (func)) (func (export "run") (call 0)))');
  await page.getByText('One import is not given here').click();
  await page.getByText('env.missing').waitFor();
  await shot(page, 'playground-missing');
  await page.getByRole('tab', { name: /module/i }).click();
  await page.getByText('run').first().waitFor();
  await shot(page, 'module');
  await page.getByRole('tab', { name: /build/i }).click();
  await page.getByText('main.wat changed').first().waitFor();
  await shot(page, 'build');
  await gone(page);
  assert((await server.build()).state === 'ok', 'it is built');
});
