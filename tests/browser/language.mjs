// A project of each language: served, run, changed, broken, mended.
import { symlinkSync } from 'node:fs';
import { assert, drive, failure, file, gone, read, shot, until, write } from './lib.mjs';

/**
 * For each: a file, what it prints, a change and how that shows, and a mistake. A
 * library has a function instead, with what it is called with.
 */
const languages = {
  wat: {
    source: 'main.wat',
    stdin: 'hello',
    // With the end of its line.
    prints: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    change: ['0123456789abcdef', '0123456789ABCDEF'],
    then: '5891B5B5',
    mistake: ['(module', '(modul'],
  },
  c: {
    source: 'main.c',
    prints: ':::',
    change: ['" .:-=+*#%@"', '" ,;-=+*#%@"'],
    then: ';;;',
    mistake: ['int rows = columns / 3;', 'int rows = columns / three;'],
  },
  rust: {
    source: 'src/main.rs',
    prints: '5 alive after 4 generations',
    change: ['alive after', 'living after'],
    then: '5 living after 4 generations',
    mistake: ['None => 4,', 'None => "four",'],
  },
  go: {
    source: 'main.go',
    prints: '5 cells after 4 generations',
    change: ['cells after', 'living after'],
    then: '5 living after 4 generations',
    mistake: ['"glider", 4', '"glider", "four"'],
  },
  assemblyscript: {
    source: 'assembly/index.ts',
    prints: '2 3 5 7 11',
    change: ['.join(" ")', '.join("+")'],
    then: '2+3+5+7+11',
    mistake: ['const LIMIT: i32 = 50;', 'const LIMIT: i32 = fifty;'],
  },
  python: {
    source: 'main.py',
    call: ['weekday', '20240229'],
    prints: '4',
    change: ['return 7', 'return 70'],
    recall: ['weekday', '20240303'],
    then: '70',
    mistake: ['year = date // 10000', 'year = dates // 10000'],
  },
};

const name = process.env.LANGUAGE;
const { source, stdin, prints, change, then, mistake, call, recall } = languages[name];

if (process.env.NODE_MODULES) symlinkSync(process.env.NODE_MODULES, file('node_modules'));

function edit([from, to]) {
  const text = read(source);
  assert(text.includes(from), `${source} has no ${from}`);
  write(source, text.replace(from, to));
}

await drive(async ({ page, serve }) => {
  const server = await serve();
  const built = async (state, from) => {
    const done = await until(`a build in state ${state}`, async () => {
      const build = await server.build();
      return build.number > from && build.state !== 'building' && build;
    });
    assert(done.state === state, JSON.stringify(done.failure ?? done.state));
    return done;
  };
  const first = await built('ok', 0);
  assert(first.project.language === name, first.project.language);
  await page.goto(server.url);
  const output = page.getByRole('log', { name: 'Output of the program' });
  const shows = (text) => until(`${text} on the page`, async () => (await output.innerText()).includes(text));
  const answers = async ([called, value], text) => {
    const row = page.getByRole('group', { name: called }).or(page.locator('form').filter({ hasText: called })).first();
    await row.getByRole('textbox').first().fill(value);
    await row.getByRole('button', { name: /call/i }).click();
    await until(`${text} from ${called}`, async () => (await row.innerText()).includes(text));
  };
  const type = async () => {
    if (stdin === undefined) return;
    const input = page.getByRole('textbox', { name: 'Standard input', exact: true });
    await page.getByRole('status').getByText('waits for input').waitFor();
    await input.fill(stdin);
    await input.press('Enter');
    await page.getByRole('button', { name: /end of input/i }).click();
  };
  if (call) {
    await answers(call, prints);
  } else {
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await type();
    await shows(prints);
  }
  await shot(page, name);

  edit(change);
  const second = await built('ok', first.number);
  assert(second.module.sha256 !== first.module.sha256, 'it is another module');
  if (call) {
    await answers(recall, then);
  } else {
    await type();
    await shows(then);
  }

  edit(mistake);
  const broken = await built('failed', second.number);
  const text = await failure(page);
  const wrong = source.split('/').pop();
  assert(text.includes(wrong), text);
  const found = broken.failure.diagnostics[0];
  assert(found.span && found.excerpt, JSON.stringify(broken.failure));
  await shot(page, `${name}-failed`);

  edit([mistake[1], mistake[0]]);
  const mended = await built('ok', broken.number);
  await gone(page);
  assert(mended.module.sha256 === second.module.sha256, 'it is what it was');
});
