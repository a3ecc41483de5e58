//! SQLite's shell, as its amalgamation ships it.

use std::path::PathBuf;

use crate::build::{built, compile, copy};
use crate::run::{Run, text};
use crate::tools::{all, fetched, find, programs, root};

/// No shell, no modes of files, one thread, one process.
const CONFIG: &str = r#"
[options]
compiler = "clang"
flags = ["-w", "-Dchmod(path,mode)=0", "-D_WASI_EMULATED_GETPID", "-D_WASI_EMULATED_SIGNAL",
  "-D_WASI_EMULATED_PROCESS_CLOCKS", "-DSQLITE_OMIT_POPEN", "-DSQLITE_NOHAVE_SYSTEM", "-DSQLITE_THREADSAFE=0",
  "-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_OMIT_WAL", "-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_RTREE", "-DSQLITE_ENABLE_MATH_FUNCTIONS"]
ldflags = ["-Wl,-z,stack-size=1048576", "-Wl,--stack-first", "-lwasi-emulated-signal",
  "-lwasi-emulated-process-clocks", "-lwasi-emulated-getpid"]
"#;

fn sqlite() -> Option<PathBuf> {
    if !all() {
        return None;
    }
    let sources = fetched(programs().join("sqlite"), "programs-all")?;
    find("clang", "c")?;
    Some(built("sqlite3", &[&sources], &[CONFIG], |folder| {
        copy(&sources, folder, &[".c", ".h"], &[]);
        compile(folder, CONFIG)
    }))
}

#[test]
fn sqlite_runs_a_script() {
    let Some(module) = sqlite() else { return };
    let script = std::fs::read(root().join("tests/programs/sqlite/script.sql")).unwrap();
    let ran = Run::new(&module)
        .args(["-batch", "world.db"])
        .env("HOME", ".")
        .stdin(script)
        .same();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", text(&ran.out));
    crate::golden::expect("sqlite.txt", &text(&ran.out));

    // The database is as good the next time.
    let later = Run::new(&module)
        .args([
            "-batch",
            "world.db",
            "pragma integrity_check; select count(*), sum(n) from numbers;",
        ])
        .env("HOME", ".")
        .file("world.db", ran.files["world.db"].clone());
    assert_eq!(later.printed(), "ok\n20000|200010000\n");
    let mut damaged = ran.files["world.db"].clone();
    damaged[4096..8192].fill(0xff);
    let later = Run::new(&module)
        .args(["-batch", "world.db", "pragma integrity_check;"])
        .env("HOME", ".")
        .file("world.db", damaged)
        .same();
    let said = text(&later.out) + &later.err;
    assert!(
        said.contains("malformed") || said.contains("btreeInitPage"),
        "{said}"
    );
}

#[test]
fn sqlite_explains_a_mistake() {
    let Some(module) = sqlite() else { return };
    let ran = Run::new(&module)
        .args(["-batch", ":memory:", "select * from nowhere;"])
        .env("HOME", ".")
        .same();
    let said = "Error: in prepare, no such table: nowhere\n";
    assert_eq!((ran.code, ran.err.as_str()), (1, said));
}
