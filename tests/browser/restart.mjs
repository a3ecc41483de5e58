// The server ends and comes back: pages wait, and load what is new.
import { assert, drive, shot, until, write } from './lib.mjs';

const page_ = (text) => `<!doctype html><title>page</title><p id="text">${text}</p>`;

write('index.html', page_('first'));

await drive(async ({ page, context, serve }) => {
  const first = await serve();
  const port = new URL(first.url).port;
  const ours = await context.newPage();
  await page.goto(first.url);
  await ours.goto(`${first.url}__wasmrun/`);
  await first.stop();
  await until('that the page says so', async () => {
    const text = await page.evaluate(() => document.querySelector('wasmrun-overlay')?.shadowRoot.textContent ?? '');
    return text.includes('stopped');
  });
  await shot(page, 'stopped');
  write('index.html', page_('second'));
  const second = await serve('--port', port, '--strict-port');
  await until('the new page', async () => (await page.locator('#text').innerText().catch(() => '')) === 'second');
  assert(second.url === first.url, 'it is the same address');
  // Our own page has found the new server, and its new token.
  await until('a build on demand', async () => {
    await ours.goto(`${second.url}__wasmrun/#build`);
    await ours.getByRole('button', { name: 'Rebuild' }).click();
    return (await second.build()).number > 1;
  });
});
