//! Reactors and JavaScript.

use serde_json::json;

use crate::go;
use crate::host::{node, project};

/// Calls exports of a reactor.
const REACTOR: &str = "
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
const wasi = new WASI({ version: 'preview1' });
const module = new WebAssembly.Module(readFileSync(process.argv[1]));
const instance = new WebAssembly.Instance(module, wasi.getImportObject());
wasi.initialize(instance);
console.log(instance.exports.add(40, 2), instance.exports.next(), instance.exports.next());
";

/// Names the exports of a module.
const EXPORTED: &str = "
import { readFileSync } from 'node:fs';
const module = new WebAssembly.Module(readFileSync(process.argv[1]));
console.log(WebAssembly.Module.exports(module).map((it) => it.name).join(' '));
";

/// What a page does, with `wasm_exec.js` from the folder of the module.
const PAGE: &str = "
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createRequire } from 'node:module';
const file = process.argv[1];
createRequire(dirname(file) + '/')('./wasm_exec.js');
globalThis.greet = (name) => `hello, ${name}`;
const go = new Go();
const { instance } = await WebAssembly.instantiate(readFileSync(file), go.importObject);
await go.run(instance);
console.log(globalThis.result);
";

const EXPORTS: &str = "package main

var calls int32

//go:wasmexport add
func add(a, b int32) int32 { return a + b }

//go:wasmexport next
func next() int32 { calls++; return calls }

func main() {}
";

#[test]
fn exports_make_a_reactor() {
    let Some(host) = go() else { return };
    let it = project(&[("main.go", EXPORTS)]);
    let built = host.build(it.path(), json!({"profile": "size"})).ok();
    let printed = node(REACTOR, &built.path("app.wasm"), &[], it.path());
    assert_eq!(printed, "42 1 2\n");
    let command = host
        .build(it.path(), json!({"options": {"mode": "command"}}))
        .ok();
    let exports = node(EXPORTED, &command.path("app.wasm"), &[], it.path());
    assert!(
        exports.contains("_start") && !exports.contains("_initialize"),
        "{exports}"
    );
}

const PAGE_GO: &str = "package main

import \"syscall/js\"

func main() {
\tjs.Global().Set(\"result\", js.Global().Call(\"greet\", \"page\"))
}
";

#[test]
fn a_program_that_talks_to_javascript_is_built_for_it() {
    let Some(host) = go() else { return };
    // One of the two says so in its name, one in its imports.
    for name in ["main.go", "main_js.go"] {
        let it = project(&[("go.mod", "module example.org/page\n"), (name, PAGE_GO)]);
        let built = host.build(it.path(), json!({})).ok();
        assert_eq!(built.artifacts(), ["app.wasm", "wasm_exec.js"]);
        let printed = node(PAGE, &built.path("app.wasm"), &[], it.path());
        assert_eq!(printed, "hello, page\n");
        let (files, _) = built.inputs();
        assert!(files.iter().any(|it| it.ends_with("/wasm_exec.js")));
    }
}

#[test]
fn the_target_can_be_chosen() {
    let Some(mut host) = go() else { return };
    let it = project(&[("main.go", "package main\n\nfunc main() { println(1) }\n")]);
    let built = host
        .build(it.path(), json!({"options": {"target": "js"}}))
        .ok();
    assert_eq!(built.artifacts().len(), 2);
    host.env.push(("GOOS".into(), Some("js".into())));
    let built = host.build(it.path(), json!({})).ok();
    assert_eq!(built.artifacts().len(), 2);
    let built = host
        .build(it.path(), json!({"options": {"target": "wasip1"}}))
        .ok();
    assert_eq!(built.artifacts().len(), 1);
    let built = host.build(
        it.path(),
        json!({"options": {"target": "js", "mode": "reactor"}}),
    );
    assert_eq!(built.result["error"]["code"], "project_invalid");
}
