// What the scripts share: a server, a browser, and looking at pages.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(process.env.BROWSER_PACKAGES)('playwright-core');

/** Longer than anything takes on a busy machine, in milliseconds. */
export const PATIENCE = 60_000;

export const project = process.env.PROJECT;

export const file = (name) => join(project, name);

export const read = (name) => readFileSync(file(name), 'utf8');

export function write(name, text) {
  mkdirSync(dirname(file(name)), { recursive: true });
  writeFileSync(file(name), text);
}

export function assert(holds, what) {
  if (!holds) throw new Error(what);
}

/** Waits until something holds. */
export async function until(what, holds, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not in ${patience} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** A server for the project, or a file in it; its events come as lines of JSON. */
export async function serve(name, flags) {
  const args = ['run', join(project, name), '--format', 'json', ...flags];
  if (!flags.includes('--port')) args.push('--port', '0');
  const child = spawn(process.env.WASMRUN, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const events = [];
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
  const ended = new Promise((done) => child.on('exit', done));
  const find = (is) => events.find(is);
  const server = {
    events,
    /** Waits for an event, from the one of a number on. */
    event: (what, is, from = 0) => until(`event ${what} in ${JSON.stringify(events)}`, () => events.slice(from).find(is)),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
  await server.event('server', (event) => event.type === 'server');
  server.url = find((event) => event.type === 'server').url;
  server.build = async () => (await fetch(`${server.url}__wasmrun/api/build`)).json();
  await server.event('result', (event) => event.type === 'result');
  return server;
}

/** Runs a script with a browser, and ends all that it has started. What it serves is
 * the project, or a file of that name in it. */
export async function drive(script, name = '.') {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`${error}`));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && hostname !== '127.0.0.1') {
      faults.push(`a request left the machine: ${request.url()}`);
    }
  });
  const servers = [];
  const started = async (...flags) => {
    const server = await serve(name, flags);
    servers.push(server);
    return server;
  };
  try {
    await script({ page, context, serve: started, faults });
    assert(faults.length === 0, `faults of the page: ${faults.join('\n')}`);
  } catch (error) {
    await page.screenshot({ path: join(process.env.SHOTS, 'failed.png') }).catch(() => {});
    console.error(await page.locator('body').innerText().catch(() => 'no page'));
    throw error;
  } finally {
    await browser.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Keeps what the page looks like, in light and dark. */
export async function shot(page, name) {
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: join(process.env.SHOTS, `${name}-${scheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: null });
}

export const dialog = (page) => page.getByRole('alertdialog');

/** Waits for the failure that lies over the page, and returns its text. */
export async function failure(page) {
  await dialog(page).waitFor();
  return dialog(page).innerText();
}

export const gone = (page) => dialog(page).waitFor({ state: 'hidden' });
