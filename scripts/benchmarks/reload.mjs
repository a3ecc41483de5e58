// How long it takes from a saved file to the page that shows it, in a browser:
// `node reload.mjs ROUNDS`, with the variables that `scripts/bench` sets. Prints
// JSON, in milliseconds: with the module swapped in the page, with the page loaded
// again, what wasmrun says that it built for, and what it takes the browser to load
// the page again when nothing has changed.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(process.env.BROWSER_PACKAGES)('playwright-core');
const { WASMRUN, PROJECT, CHROMIUM } = process.env;
const rounds = Number(process.argv[2]);
const module = (number) => `(module (func (export "number") (result i32) (i32.const ${number})))`;

const swapping = `const { exports } = await wasmrun.hot('/app.wasm');
  const tell = () => shown(exports.number());
  await tell();
  addEventListener('wasmrun:swapped', tell);`;
const loading = `const { instance } = await WebAssembly.instantiateStreaming(fetch('/app.wasm'));
  await shown(instance.exports.number());`;

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

async function serve(folder) {
  const args = ['run', folder, '--port', '0', '--format', 'json'];
  const child = spawn(WASMRUN, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const server = { end: () => child.kill('SIGTERM') };
  await new Promise((done) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.type === 'server') server.url = event.url;
      if (event.type !== 'result') return;
      server.built = event.seconds * 1000;
      done();
    });
  });
  return server;
}

async function measure(name, script) {
  const folder = `${PROJECT}/${name}`;
  mkdirSync(folder);
  writeFileSync(`${folder}/main.wat`, module(0));
  writeFileSync(`${folder}/wasmrun.toml`, 'output = "dist/app.wasm"\n');
  writeFileSync(`${folder}/index.html`, `<!doctype html><title>page</title><script type="module">${script}</script>`);
  const server = await serve(folder);
  const page = await browser.newPage();
  let shown = () => {};
  await page.exposeFunction('shown', (number) => shown(number));
  const shows = (wanted) => new Promise((done) => {
    shown = (number) => number === wanted && done(performance.now());
  });
  const pause = () => new Promise((done) => setTimeout(done, 100));
  let next = shows(0);
  await page.goto(server.url);
  await next;
  const times = [];
  const builds = [];
  for (let round = 1; round <= rounds; round += 1) {
    await pause();
    next = shows(round);
    const saved = performance.now();
    writeFileSync(`${folder}/main.wat`, module(round));
    times.push((await next) - saved);
    builds.push(server.built);
  }
  const bare = [];
  for (let round = 1; round <= rounds; round += 1) {
    await pause();
    next = shows(rounds);
    const asked = performance.now();
    page.evaluate(() => location.reload()).catch(() => {});
    bare.push((await next) - asked);
  }
  await page.close();
  server.end();
  return { times, builds, bare };
}

const swapped = await measure('swapped', swapping);
const loaded = await measure('loaded', loading);
await browser.close();
console.log(JSON.stringify({ swapped, loaded }));
