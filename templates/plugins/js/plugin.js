#!/usr/bin/env node
// A plugin of wasmrun: it builds main.{{name}}, a module that is written down in
// hex digits, with comments after a semicolon. Put your compiler in the place of
// assemble.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { setImmediate: pause } = require("node:timers/promises");

const NAME = "{{name}}";
const VERSION = "0.1.0";
const ENTRY = "main.{{name}}";
const INFO = {
  schema: 1, name: NAME, version: VERSION, protocol: [1], level: 1,
  extensions: [NAME], entry: [ENTRY], example: "example", detect: { all: [ENTRY], score: 60 },
};

/** A request ends here, with this status. */
class Ended extends Error {}

let key;
const open = new Map(); // whether each open request is cancelled, by its id
let queue = Promise.resolve();

function send(type, fields) {
  const line = Buffer.from(JSON.stringify({ s: key, type, ...fields }) + "\n");
  for (let at = 0; at < line.length; ) at += fs.writeSync(1, line, at);
}

/** The bytes of a source; each word that is not hex is told of. */
async function assemble(ask, entry) {
  const bytes = [];
  let good = true;
  const lines = fs.readFileSync(path.join(ask.project, entry), "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    // Others get their turn: the line that cancels is one of them.
    if (index % 1000 === 0) await pause();
    if (open.get(ask.id)) throw new Ended("cancelled");
    for (const { 0: word, index: at } of line.split(";")[0].matchAll(/\S+/g)) {
      if (/^([0-9a-fA-F]{2})+$/.test(word)) {
        bytes.push(...Buffer.from(word, "hex"));
        continue;
      }
      good = false;
      const start = [...line.slice(0, at)].length + 1;
      send("diagnostic", {
        id: ask.id, severity: "error", file: entry,
        message: `\`${word}\` is not pairs of hex digits`,
        span: { start: [index + 1, start], end: [index + 1, start + [...word].length] },
      });
    }
  }
  if (!good) throw new Ended("failed");
  return Buffer.from(bytes);
}

async function answer(ask) {
  const entry = ask.entry ?? ENTRY;
  switch (ask.type) {
    case "info":
      return { info: INFO };
    case "detect": {
      const there = fs.existsSync(path.join(ask.project, ENTRY));
      return { match: there ? { score: 60, why: ENTRY, entry: ENTRY } : null };
    }
    case "check":
      return { missing: [] };
    case "validate":
      await assemble(ask, entry);
      return {};
    case "build": {
      const module = await assemble(ask, entry);
      const output = `${ask.name ?? "module"}.wasm`;
      fs.writeFileSync(path.join(ask.stage, output), module);
      fs.writeFileSync(path.join(ask.stage, "inputs.json"), JSON.stringify({ files: [entry] }));
      send("artifact", { id: ask.id, kind: "wasm", path: output, size: module.length });
      return { inputs_file: "inputs.json" };
    }
    case "clean":
      return { removed: [] };
    case "shutdown":
      return {};
    default:
      throw new Ended("unsupported");
  }
}

function fault(error) {
  if (error.syscall) {
    const message = `cannot ${error.syscall} ${error.path}: ${error.code}`;
    return { code: "io", blame: "project", message };
  }
  return { code: "internal", blame: "plugin", message: "it failed", cause: [String(error)] };
}

async function handle(ask) {
  let result;
  try {
    result = { status: "ok", ...(await answer(ask)) };
  } catch (error) {
    if (error instanceof Ended) {
      result = { status: error.message };
    } else {
      result = { status: "error", error: fault(error) };
    }
  }
  open.delete(ask.id);
  send("result", { id: ask.id, ...result });
  if (ask.type === "shutdown") process.exit(0);
}

function hear(line) {
  const ask = JSON.parse(line);
  if (ask.type === "hello") {
    key = ask.s;
    send("hello", { v: 1, name: NAME, version: VERSION, features: ["cancel", "ping"] });
    if (!ask.v.includes(1)) process.exit(0);
  } else if (ask.type === "ping") {
    send("pong", { id: ask.id });
  } else if (ask.type === "cancel") {
    if (open.has(ask.target)) open.set(ask.target, true);
  } else if (ask.id !== undefined) {
    open.set(ask.id, false);
    queue = queue.then(() => handle(ask));
  }
}

if (process.argv[2] !== "--wasmrun-plugin") {
  console.error(`a plugin of wasmrun; to use it: wasmrun plugin install ${process.argv[1]}`);
  process.exit(2);
}
// Prints go to standard error from here on.
console.log = console.info = console.debug = console.error;
readline
  .createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on("line", hear)
  .on("close", () => {
    // The host has gone: what runs has a second to end.
    for (const id of open.keys()) open.set(id, true);
    setTimeout(() => process.exit(1), 1000).unref();
    queue.then(() => process.exit(0));
  });
