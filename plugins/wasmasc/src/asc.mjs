// Runs the AssemblyScript compiler inside node through its own interface for
// programs, and writes down what it read, made and said. The plugin starts it as
// `node --input-type=module --eval TEXT -- JOB`.
import { promises as fs, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const job = JSON.parse(process.argv[1]);
const project = process.cwd();
const texts = new Map();
const read = new Set();
const listed = new Set();
const report = {
  node: process.versions.node,
  program: process.execPath,
  finished: false,
  error: null,
  said: "",
  diagnostics: [],
  outputs: [],
};

// The compiler ends the process itself when it crashes.
process.on("exit", () => {
  report.read = [...read].map(written);
  report.listed = [...listed].map(written);
  writeFileSync(path.join(job.stage, job.report), JSON.stringify(report));
});

// Relative to the project with "/" when inside, else absolute.
function written(file) {
  const inside = path.relative(project, file);
  const outside = inside === ".." || inside.startsWith(".." + path.sep) || path.isAbsolute(inside);
  return outside ? file : inside.replaceAll(path.sep, "/");
}

async function readFile(name, folder) {
  const file = path.resolve(folder, name);
  read.add(file);
  let text;
  try {
    text = await fs.readFile(file, "utf8");
  } catch {
    return null;
  }
  texts.set(file, text);
  return job.own_bindings && file.endsWith(".json") ? withoutBindings(text) : text;
}

// Arguments only add to the bindings in a configuration; an option replaces them.
function withoutBindings(text) {
  try {
    const config = JSON.parse(text);
    for (const settings of [config.options, ...Object.values(config.targets ?? {})]) {
      if (settings) delete settings.bindings;
    }
    return JSON.stringify(config);
  } catch {
    return text;
  }
}

async function listFiles(name, folder) {
  // asc itself loses the folders of libraries whose path is absolute.
  const place = path.resolve(folder, name);
  listed.add(place);
  try {
    const files = await fs.readdir(place);
    return files.filter(file => file.endsWith(".ts") && !file.endsWith(".d.ts"));
  } catch {
    return null;
  }
}

// All output goes to the stage. The text form has a name of its own in the
// configuration, but belongs beside the module.
async function writeFile(name, contents) {
  const ending = /\.wa(t|st)$/.exec(name);
  const place = path.resolve(job.stage, ending ? job.name + ending[0] : name);
  if (path.relative(job.stage, place).startsWith("..") || path.isAbsolute(name)) {
    throw new Error(`${name} is outside of the output folder`);
  }
  await fs.mkdir(path.dirname(place), { recursive: true });
  await fs.writeFile(place, contents);
  const output = path.relative(job.stage, place).replaceAll(path.sep, "/");
  if (!report.outputs.includes(output)) report.outputs.push(output);
  return true;
}

// The message as text comes first, and not at all for one that is disabled.
let rendered = "";
function say(chunk) {
  rendered = String(chunk);
  report.said += rendered;
}

function reportDiagnostic({ code, message, range, relatedRange }) {
  const [, severity, name] = /^([A-Z]+) ([A-Z]+\d+): /.exec(rendered) ?? [];
  if (!name?.endsWith(String(code))) return;
  report.said = report.said.slice(0, -rendered.length);
  report.diagnostics.push({
    severity, code: name, message, rendered: rendered.trimEnd(), at: place(range), related: place(relatedRange),
  });
  rendered = "";
}

function place(range) {
  const name = range?.source?.normalizedPath;
  if (!name) return null;
  const file = fileOf(name);
  if (!file) return { name };
  const text = texts.get(file);
  const { start, end } = range;
  return {
    name,
    file: written(file),
    span: {
      start: position(text, start),
      end: position(text, end),
      bytes: [start, end].map(at => Buffer.byteLength(text.slice(0, at))),
    },
  };
}

// The compiler calls files of packages and libraries "~lib/...".
function fileOf(name) {
  const file = path.resolve(name);
  if (texts.has(file)) return file;
  if (!name.startsWith("~lib/")) return null;
  const ending = name.slice("~lib".length).replaceAll("/", path.sep);
  return [...texts.keys()].find(file => file.endsWith(ending));
}

// Line and column from 1. The compiler counts UTF-16 units, we count characters.
function position(text, at) {
  const before = text.slice(0, at).replace(/^\uFEFF/, "");
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return [before.split("\n").length, [...line].length + 1];
}

try {
  const asc = await import(pathToFileURL(job.compiler));
  const { error } = await asc.main(job.arguments, {
    stdout: { write: text => process.stdout.write(text) },
    stderr: { write: say },
    readFile, writeFile, listFiles, reportDiagnostic,
  });
  report.error = error ? String(error.message) : null;
  report.finished = true;
} catch (error) {
  report.error = String(error?.message ?? error);
  report.said += String(error?.stack ?? error);
}
process.exitCode = report.error === null ? 0 : 1;
