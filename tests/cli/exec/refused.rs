//! What cannot be run, and what is said of it.

use crate::kit::World;

fn refused(name: &str, text: &str, code: i32, says: &str) {
    let world = World::new();
    world.write(name, text);
    let run = world.run(&["exec", name]);
    assert_eq!((run.code, run.err.as_str()), (code, says));
    assert_eq!(run.out, "");
}

#[test]
fn missing_imports_are_named_with_who_gives_them() {
    refused(
        "app.wat",
        r#"(module (import "wbg" "__wbg_log_1" (func)) (import "wbg" "__wbindgen_throw" (func)))"#,
        2,
        "error: app.wat imports 2 things that nothing here gives\n  \
         `wbg.__wbg_log_1`, `wbg.__wbindgen_throw`: \
         the .js file that wasm-bindgen wrote beside the module gives these\n\
         help: this module wants a browser or node: load the .js file that wasm-bindgen writes\n",
    );
    refused(
        "go.wat",
        r#"(module (import "gojs" "runtime.wasmExit" (func (param i32))))"#,
        2,
        "error: go.wat imports something that nothing here gives\n  \
         `gojs.runtime.wasmExit`: \
         wasm_exec.js of the very Go or TinyGo version that built this gives these\n\
         help: build it with `GOOS=wasip1 GOARCH=wasm go build`\n",
    );
    refused(
        "threads.wat",
        r#"(module (import "wasi" "thread-spawn" (func (param i32) (result i32))))"#,
        2,
        "error: threads.wat imports something that nothing here gives\n  \
         `wasi.thread-spawn`: a WASI runtime with threads switched on gives this\n\
         help: this is a threads module; build it for wasm32-wasip1 without threads\n",
    );
}

#[test]
fn unknown_imports_trap_only_when_they_are_called() {
    let world = World::new();
    world.write(
        "host.wat",
        r#"(module (import "host" "give" (func $give (result i32)))
        (func (export "one") (result i32) (i32.const 1)) (func (export "ask") (result i32) (call $give)))"#,
    );
    let run = world.run(&["exec", "-c", "one", "host.wat"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`--unknown-imports-trap`"), "{}", run.err);
    let call = |name: &str| world.run(&["exec", "--unknown-imports-trap", "-c", name, "host.wat"]);
    assert_eq!((call("one").code, call("one").out.as_str()), (0, "1\n"));
    let run = call("ask");
    assert_eq!(run.code, 134);
    assert!(
        run.err
            .contains("it called `host.give`, which nothing here gives"),
        "{}",
        run.err
    );
}

#[test]
fn what_the_interpreter_does_not_run_is_named() {
    refused(
        "switch.wat",
        "(module (type $f (func)) (type $c (cont $f)) (func (export \"_start\") (drop (cont.new $c (ref.null $f)))))",
        2,
        "error: switch.wat needs what `exec` does not run: stack-switching\n  \
         cannot define continuation types when stack switching is disabled (at offset 0xe)\n\
         help: build it without that, or run it with a runtime that has it\n",
    );
    refused(
        "component.wat",
        "(component)",
        2,
        "error: component.wat is a component; `exec` runs core modules\n\
         help: build it for WASI preview 1 (wasm32-wasip1), or run it with `wasmtime run`\n",
    );
}

#[test]
fn what_is_no_module_is_told_apart() {
    refused(
        "page.wasm",
        "<!doctype html>",
        1,
        "error: page.wasm is not a WebAssembly binary\n  \
         it begins with 3c 21 64 6f, not with 00 61 73 6d; it looks like a web page\n\
         help: name a .wasm or .wat file, or a project's folder\n",
    );
    refused(
        "wrong.wat",
        "(module (func (result i32)))",
        1,
        "error: wrong.wat is not a valid module\n  \
         type mismatch: expected i32 but nothing on stack (at offset 0x18)\n\
         help: `wasmrun verify wrong.wat` tells more\n",
    );
    let world = World::new();
    let run = world.run(&["exec", "nowhere.wasm"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.starts_with("error: could not read nowhere.wasm\n"),
        "{}",
        run.err
    );
    let run = world.run(&["exec"]);
    assert_eq!(run.code, 2);
}
