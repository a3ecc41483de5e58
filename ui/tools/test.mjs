/** Builds the tests for Node and runs them. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = fileURLToPath(new URL('../node_modules/.cache/wasmrun-tests', import.meta.url));
const names = readdirSync(new URL('../tests', import.meta.url)).filter((name) => name.endsWith('.test.ts'));

await rm(outDir, { recursive: true, force: true });
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    ssr: true,
    outDir,
    target: 'node20',
    rolldownOptions: {
      input: Object.fromEntries(names.map((name) => [name.replace(/\.ts$/, ''), `tests/${name}`])),
      output: { entryFileNames: '[name].mjs' },
    },
  },
});

const files = readdirSync(outDir).filter((name) => name.endsWith('.test.mjs'));
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], {
  cwd: outDir,
  stdio: 'inherit',
});
process.exit(status ?? 1);
