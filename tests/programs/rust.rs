//! A Rust program with serde_json.

use std::path::PathBuf;
use std::process::Command;

use crate::build::{built, run};
use crate::run::{Run, text};
use crate::tools::{root, rustc};

const TARGET: &str = "wasm32-wasip1";

fn words() -> Option<PathBuf> {
    let rustc = rustc()?;
    let sources = root().join("tests/programs/rust");
    let version = Command::new(&rustc).arg("--version").output().unwrap();
    let words = [&*text(&version.stdout)];
    Some(built("words", &[&sources], &words, |folder| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([
                "build",
                "--release",
                "--offline",
                "--locked",
                "--target",
                TARGET,
            ])
            .arg("--manifest-path")
            .arg(sources.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(folder)
            .env("RUSTC", &rustc)
            .env_remove("RUSTFLAGS");
        run(&mut cargo);
        folder.join(TARGET).join("release/words.wasm")
    }))
}

const SHAPES: &str = r#"[
  {"kind": "circle", "radius": 0.30000000000000004},
  {"kind": "polygon", "points": [[1, -2], [2147483647, -2147483648]], "name": null}
]"#;

#[test]
fn rust_reads_and_writes_json() {
    let Some(module) = words() else { return };
    let run = Run::new(&module)
        .args(["one", "two words", "ünï"])
        .env("WORD", "from outside")
        .stdin(SHAPES)
        .file(
            "documents/a.json",
            r#"{"text": "The quick the", "n": [1, 2.5, -1e3]}"#,
        )
        .file(
            "documents/ö.json",
            r#"[[[["deep Quick", 1e2]]], null, true]"#,
        );
    let ran = run.same();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    crate::golden::expect("rust.txt", &text(&ran.out));
    let summary = text(&ran.files["summary.json"]);
    assert!(text(&ran.out).contains(&summary));
}

#[test]
fn rust_says_where_json_is_wrong() {
    let Some(module) = words() else { return };
    let ran = Run::new(&module)
        .stdin(r#"[{"kind": "square"}]"#)
        .file("documents/bad.json", "{\n  \"a\": 1,\n}")
        .same();
    let said = "documents/bad.json: trailing comma at line 3 column 1\n";
    assert_eq!((ran.code, ran.err.as_str()), (3, said));
    let said = "unknown variant `square`, expected `circle` or `polygon` at line 1 column 18\n";
    assert!(text(&ran.out).starts_with(said), "{}", text(&ran.out));
}
