// node host.mjs MODULE FOLDER SCRIPT: runs a Ruby script in the module of
// @ruby/3.4-wasm-wasi, with a folder as /work, and nothing of JavaScript's.
import { WASI } from 'node:wasi';
import fs from 'node:fs';

const [file, folder, script] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', env: { WORD: 'from outside' }, preopens: { '/work': folder } });
const module = new WebAssembly.Module(fs.readFileSync(file));
const imports = wasi.getImportObject();
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  if (imports[from]?.[name]) continue;
  imports[from] ??= {};
  // A value's handle is the value.
  imports[from][name] = from === 'canonical_abi' && name !== 'resource_drop_js-abi-value'
    ? (value) => value
    : () => { throw new Error(`${name} was called`); };
}
const instance = new WebAssembly.Instance(module, imports);
wasi.initialize(instance);

const { memory, cabi_realloc: allocate, ...rest } = instance.exports;
const named = (start) => rest[Object.keys(rest).find((name) => name.startsWith(start))];
function text(words) {
  const bytes = Buffer.from(words);
  const at = allocate(0, 0, 1, bytes.length);
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
  return [at, bytes.length];
}
const args = ['ruby', '-EUTF-8', '-e_=0'].map((arg) => text(`${arg}\0`));
const list = allocate(0, 0, 4, args.length * 8);
args.flat().forEach((word, i) => new DataView(memory.buffer).setInt32(list + 4 * i, word, true));
named('ruby-init:')(list, args.length);
const result = named('rb-eval-string-protect')(...text(fs.readFileSync(script, 'utf8')));
process.exitCode = new DataView(memory.buffer).getInt32(result + 4, true);
