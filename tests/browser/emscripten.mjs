// What Emscripten makes: its own page, or its script in ours.
import { assert, drive, failure, gone, read, shot, until, write } from './lib.mjs';

write('main.c', '#include <stdio.h>\nint main(void) { puts("from emscripten"); return 0; }\n');
write('wasmrun.toml', '[options]\ncompiler = "emcc"\noutput = "html"\n');

await drive(async ({ page, serve }) => {
  const server = await serve();
  const build = await server.build();
  assert(build.state === 'ok', JSON.stringify(build.failure));
  assert(build.page === 'application' && build.application.endsWith('.html'), JSON.stringify(build));
  await page.goto(server.url);
  const shows = (text) => until(`${text} on the page`, async () => {
    const all = page.locator('textarea, pre');
    // Meanwhile the page may be loaded again.
    const shown = await all.evaluateAll((all) => all.map((one) => one.value ?? one.textContent).join('\n')).catch(() => '');
    return shown.includes(text);
  });
  await shows('from emscripten');
  await shot(page, 'emscripten');
  write('main.c', read('main.c').replace('from emscripten', 'and once more'));
  await shows('and once more');
  write('main.c', read('main.c').replace('return 0', 'return zero'));
  const text = await failure(page);
  assert(text.includes('main.c:2') && text.includes('zero'), text);
  write('main.c', read('main.c').replace('return zero', 'return 0'));
  await gone(page);

  // The script alone gets a page of ours, which the browser loads by itself.
  write('wasmrun.toml', '[options]\ncompiler = "emcc"\noutput = "js"\n');
  await until('another page', async () => (await server.build()).application === '/__start.html');
  await page.locator('pre#output').waitFor();
  await shows('and once more');
});
