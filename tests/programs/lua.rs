//! Lua 5.4 and the whole of its own test suite. Sources and tests come from one
//! archive, so that they are of one version.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build::{built, compile, copy, run};
use crate::run::Run;
use crate::tools::{fetched, find, programs, root};

/// Lua has these for itself alone: tests of its inside, and the programs around it.
const WITHOUT: &[&str] = &["ltests.c", "lua.c", "luac.c", "onelua.c"];

const CONFIG: &str = r#"
[options]
compiler = "clang"
flags = ["-include", "wasi.h", "-I.", "-w", "-D_WASI_EMULATED_SIGNAL", "-D_WASI_EMULATED_PROCESS_CLOCKS"]
ldflags = ["-Wl,-z,stack-size=8388608", "-Wl,--stack-first", "-lwasi-emulated-signal", "-lwasi-emulated-process-clocks"]
"#;

/// Errors unwind by way of Binaryen's asyncify; no import ever does.
const ASYNCIFY: &[&str] = &["-O2", "--asyncify", "--pass-arg=asyncify-imports@none.none"];

/// The interpreter, and the folder with Lua's tests.
fn lua() -> Option<(PathBuf, PathBuf)> {
    let sources = fetched(programs().join("lua"), "programs")?;
    find("clang", "c")?;
    let optimiser = find("wasm-opt", "c")?;
    let ours = root().join("tests/programs/lua");
    let words = [CONFIG, &ASYNCIFY.join(" ")];
    let module = built("lua", &[&sources, &ours], &words, |folder| {
        copy(&sources, folder, &[".c", ".h"], WITHOUT);
        copy(&ours, folder, &[".c", ".h"], &[]);
        let plain = compile(folder, CONFIG);
        let module = folder.join("lua.wasm");
        let mut command = Command::new(&optimiser);
        run(command.args(ASYNCIFY).arg(&plain).arg("-o").arg(&module));
        module
    });
    Some((module, sources.join("testes")))
}

#[test]
fn lua_runs_its_own_test_suite() {
    let Some((module, tests)) = lua() else { return };
    // `_U` is for users: without the tests that want another build of Lua, a
    // shell, or locales.
    let ran = Run::new(&module)
        .args(["-e", "_U = true", "all.lua"])
        .env("PATH", "/bin")
        .folder(&tests, "")
        .exec();
    let out = crate::run::text(&ran.out);
    assert_eq!(ran.code, 0, "{out}\n{}", ran.err);
    assert!(out.contains("final OK !!!"), "{out}\n{}", ran.err);
    let files = out.matches("***** FILE '").count();
    assert_eq!(files, 26, "{out}");
}

#[test]
fn lua_catches_errors_in_coroutines() {
    let Some((module, _)) = lua() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/lua/errors.lua");
    let said = Run::new(&module)
        .args(["errors.lua", "a b", "é"])
        .file("errors.lua", std::fs::read(script).unwrap())
        .printed();
    crate::golden::expect("lua.txt", &said);
}

#[test]
fn lua_that_fails_ends_with_its_code() {
    let Some((module, _)) = lua() else { return };
    let ran = Run::new(&module).args(["-e", "error({})"]).same();
    assert_eq!((ran.code, ran.err.as_str()), (1, "lua: (null)\n"));
    let ran = Run::new(&module).args(["-e", "os.exit(77)"]).same();
    assert_eq!((ran.code, ran.err.as_str()), (77, ""));
}
