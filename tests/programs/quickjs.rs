//! QuickJS with its own tests, which are scripts and modules.

use std::fmt::Write;
use std::path::PathBuf;

use crate::build::{built, compile, copy};
use crate::run::{Run, text};
use crate::tools::{all, crate_folder, find};

const CONFIG: &str = r#"
[options]
compiler = "clang"
sources = ["*.c", "gen/*.c"]
flags = ["-w", "-I.", "-D_GNU_SOURCE", "-DQUICKJS_NG_BUILD", "-D_WASI_EMULATED_SIGNAL", "-D_WASI_EMULATED_PROCESS_CLOCKS"]
ldflags = ["-Wl,-z,stack-size=8388608", "-Wl,--stack-first", "-lwasi-emulated-signal", "-lwasi-emulated-process-clocks"]
"#;

const SOURCES: &[&str] = &[
    "qjs.c",
    "quickjs.c",
    "quickjs-libc.c",
    "libregexp.c",
    "libunicode.c",
    "dtoa.c",
    "repl.c",
    "standalone.c",
];

/// It prints how long things take.
const WITHOUT: &str = "microbench.js";

/// The interpreter, and the folder of its sources.
fn qjs() -> Option<(PathBuf, PathBuf)> {
    if !all() {
        return None;
    }
    find("clang", "c")?;
    let sources = crate_folder("rquickjs-sys")?.join("quickjs");
    let module = built("qjs", &[&sources], &[CONFIG, &SOURCES.concat()], |folder| {
        copy(&sources, folder, &[".h"], &[]);
        copy(&sources, folder, SOURCES, &[]);
        copy(&sources.join("gen"), &folder.join("gen"), SOURCES, &[]);
        compile(folder, CONFIG)
    });
    Some((module, sources))
}

#[test]
fn quickjs_runs_its_own_tests() {
    let Some((module, sources)) = qjs() else {
        return;
    };
    let tests = sources.join("tests");
    let mut names: Vec<String> = std::fs::read_dir(&tests)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".js") && name != WITHOUT)
        .collect();
    names.sort();
    // What a script says when it fails, here as under wasmtime: WASI has no
    // threads, no programs to start and no temporary files; three recurse without
    // end, and QuickJS does not watch its stack on WASI; some are parts of others.
    let mut table = String::new();
    for name in &names {
        let path = format!("tests/{name}");
        let ran = Run::new(&module)
            .args([&path])
            .folder(&tests, "tests/")
            .same();
        let said = format!("{}{}", text(&ran.out), ran.err);
        let line = said.lines().next().unwrap_or_default();
        let line = if ran.trapped() { "trap" } else { line };
        writeln!(table, "{name}: {} {line}", ran.code).unwrap();
    }
    crate::golden::expect("quickjs.txt", &table);
}

#[test]
fn quickjs_computes_digits_of_pi() {
    let Some((module, sources)) = qjs() else {
        return;
    };
    let digits = Run::new(&module)
        .args(["pi_bigint.js", "1000"])
        .file(
            "pi_bigint.js",
            std::fs::read(sources.join("examples/pi_bigint.js")).unwrap(),
        )
        .printed();
    assert!(
        digits.starts_with("3.14159265358979323846264338327950288"),
        "{digits}"
    );
    assert_eq!(digits.trim().len(), 1002);
}

#[test]
fn quickjs_awaits_timers_and_reads_files() {
    let Some((module, _)) = qjs() else { return };
    let script = r#"
        import * as std from "qjs:std";
        import * as os from "qjs:os";
        import { twice } from "./other.mjs";
        const wait = (ms, word) => new Promise((done) => os.setTimeout(() => done(word), ms));
        console.log((await Promise.all([wait(20, "b"), wait(5, "a")])).map(twice).join());
        const file = std.open("out.txt", "w+");
        file.puts("line\nüber\n");
        file.seek(0, std.SEEK_SET);
        console.log(file.getline(), file.getline(), file.getline());
        file.close();
        console.log(os.readdir(".")[0].filter((name) => name[0] != ".").sort().join());
        console.log(std.loadFile("missing"), scriptArgs.slice(1).join());
        console.log([3, 1, 2].toSorted(), Object.groupBy([1, 2, 3], (n) => n % 2 ? "odd" : "even").odd);
        std.exit(9);
    "#;
    let ran = Run::new(&module)
        .args(["main.mjs", "x y"])
        .file("main.mjs", script)
        .file("other.mjs", "export const twice = (word) => word + word;")
        .same();
    let said = "bb,aa\nline über null\nmain.mjs,other.mjs,out.txt\nnull x y\n1,2,3 1,3\n";
    assert_eq!(
        (ran.code, text(&ran.out).as_str(), ran.err.as_str()),
        (9, said, "")
    );
}
