//! C++ whose exceptions are those of WebAssembly, built by Emscripten: its standard
//! library and its runtime of exceptions.

use std::path::PathBuf;

use crate::build::{built, compile, copy};
use crate::golden::expect;
use crate::run::{Run, text};
use crate::tools::{find, root};

const CONFIG: &str = r#"
[options]
compiler = "emcc"
flags = ["-fwasm-exceptions"]
ldflags = ["-fwasm-exceptions", "-sSTANDALONE_WASM"]
"#;

fn program() -> Option<PathBuf> {
    find("emcc", "c")?;
    let ours = root().join("tests/programs/cpp/main.cpp");
    Some(built("cpp", &[&ours], &[CONFIG], |folder| {
        copy(ours.parent().unwrap(), folder, &[".cpp"], &[]);
        compile(folder, CONFIG)
    }))
}

/// wasmtime does not run the form of exceptions that this Emscripten writes.
#[test]
fn cpp_throws_and_catches() {
    let Some(module) = program() else { return };
    let ran = Run::new(&module).exec();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expect("cpp.txt", &text(&ran.out));
}

#[test]
fn cpp_that_catches_nothing_is_terminated() {
    let Some(module) = program() else { return };
    let ran = Run::new(&module).args(["uncaught"]).exec();
    assert_ne!(ran.code, 0);
    assert_eq!(text(&ran.out), "about to throw\n");
}
