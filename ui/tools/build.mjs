/** Builds the three outputs into templates/ui. */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = fileURLToPath(new URL('../../templates/ui', import.meta.url));

const base = {
  root,
  configFile: false,
  base: '/__wasmrun/',
  publicDir: false,
  logLevel: 'warn',
};
const target = ['chrome123', 'firefox120', 'safari17.5'];

await rm(outDir, { recursive: true, force: true });

await build({
  ...base,
  plugins: [tailwind()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir,
    target,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/app.js',
        assetFileNames: 'assets/app[extname]',
        codeSplitting: false,
      },
    },
  },
});

for (const name of ['client', 'worker']) {
  await build({
    ...base,
    build: {
      outDir,
      target,
      emptyOutDir: false,
      // Classic scripts: a page has to run them at once, and a worker needs no module loader.
      rolldownOptions: {
        input: `src/${name}/main.ts`,
        output: { format: 'iife', entryFileNames: `${name}.js` },
      },
    },
  });
}
