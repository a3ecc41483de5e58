//! A Go program: goroutines, timers, files, and much of the standard library.

use std::path::PathBuf;
use std::process::Command;

use crate::build::{built, run};
use crate::run::{Run, text};
use crate::tools::{all, find, programs, root};

fn program() -> Option<PathBuf> {
    if !all() {
        return None;
    }
    let go = find("go", "go")?;
    let sources = root().join("tests/programs/go");
    let version = Command::new(&go).arg("version").output().unwrap();
    let words = [&*text(&version.stdout)];
    Some(built("go", &[&sources], &words, |folder| {
        let module = folder.join("go.wasm");
        let mut command = Command::new(&go);
        command
            .args(["build", "-o"])
            .arg(&module)
            .arg(".")
            .current_dir(&sources)
            .env("GOOS", "wasip1")
            .env("GOARCH", "wasm")
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-buildvcs=false")
            .env("GOCACHE", programs().join("go-cache"));
        run(&mut command);
        module
    }))
}

#[test]
fn go_runs_goroutines_and_files() {
    let Some(module) = program() else { return };
    let ran = Run::new(&module)
        .args(["one", "two words"])
        .env("WORD", "from outside")
        // Go has no working folder on WASI: relative paths start at the root.
        .here("/")
        .stdin("Größe matters; size does not.\nEnd")
        .same();
    assert_eq!((ran.code, ran.err.as_str()), (3, "to standard error\n"));
    assert_eq!(text(&ran.files["log.txt"]), "first");
    assert_eq!(ran.files.len(), 1);
    crate::golden::expect("go.txt", &text(&ran.out));
}

#[test]
fn go_ends_with_a_panic_and_with_a_deadlock() {
    let Some(module) = program() else { return };
    for (how, said) in [
        ("panic", "panic: assignment to entry in nil map"),
        (
            "deadlock",
            "fatal error: all goroutines are asleep - deadlock!",
        ),
    ] {
        let ran = Run::new(&module).args([how]).same();
        assert_eq!(ran.code, 2, "{how}");
        assert!(ran.err.starts_with(said), "{how}: {}", ran.err);
    }
}
