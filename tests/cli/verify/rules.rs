//! Rules for valid modules.

use super::good;
use crate::kit::World;

fn importer() -> Vec<u8> {
    let text = "(module
        (import \"env\" \"log\" (func))
        (import \"wasi_snapshot_preview1\" \"fd_write\" (func))
        (import \"wasi_snapshot_preview1\" \"proc_exit\" (func)))";
    wat::parse_str(text).unwrap()
}

#[test]
fn a_size_may_be_limited_raw_and_packed() {
    let world = World::new();
    let long = format!(
        "(module (memory 1) (data (i32.const 0) \"{}\"))",
        "a".repeat(50_000)
    );
    world.write("a.wasm", wat::parse_str(long).unwrap());
    for fits in ["60k", "raw:51kB", "gzip:1k", "brotli:1KiB"] {
        let run = world.run(&["verify", "a.wasm", "--max-size", fits]);
        assert_eq!(run.code, 0, "{fits}: {}", run.out);
    }
    let run = world.run(&[
        "verify",
        "a.wasm",
        "--max-size",
        "40kB",
        "--max-size",
        "gzip:10",
    ]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .contains("max-size: it is 50.0 kB, and 40.0 kB are allowed"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("max-size: with gzip it is "),
        "{}",
        run.out
    );
    let run = world.run(&["verify", "a.wasm", "--max-size", "brotli:10"]);
    assert!(run.out.contains("with brotli it is "), "{}", run.out);
    let run = world.run(&["verify", "a.wasm", "--max-size", "huge"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`huge` is not a size"), "{}", run.err);
}

#[test]
fn an_export_may_be_required() {
    let world = World::new();
    world.write("a.wasm", good());
    let run = world.run(&["verify", "a.wasm", "--require-export", "run"]);
    assert_eq!(run.code, 0, "{}", run.out);
    let run = world.run(&[
        "verify",
        "a.wasm",
        "--require-export=run",
        "--require-export=ran",
    ]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .contains("require-export: the module does not export `ran`"),
        "{}",
        run.out
    );
    assert!(run.out.contains("help: it exports `run`"), "{}", run.out);
}

#[test]
fn imports_may_be_denied_or_allowed_by_pattern() {
    let world = World::new();
    world.write("a.wasm", importer());
    let run = world.run(&["verify", "a.wasm", "--deny-import", "env.*"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .contains("deny-import: imports `env.log`, which `env.*` denies"),
        "{}",
        run.out
    );
    let run = world.run(&[
        "verify",
        "a.wasm",
        "--allow-import",
        "wasi_snapshot_preview1.{fd_*,proc_exit}",
    ]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .contains("allow-import: imports `env.log`, which is not allowed"),
        "{}",
        run.out
    );
    assert_eq!(run.out.matches("allow-import").count(), 1, "{}", run.out);
    let both = [
        "verify",
        "a.wasm",
        "--allow-import",
        "env.*",
        "--allow-import",
        "wasi*",
    ];
    assert_eq!(world.run(&both).code, 0);
    let run = world.run(&["verify", "a.wasm", "--deny-import", "[z-"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`[z-` is not a pattern"), "{}", run.err);
}

#[test]
fn a_components_imports_and_exports_have_names_of_their_own() {
    let world = World::new();
    let text = "(component
        (import \"wasi:http/types@0.2.0\" (instance))
        (import \"f\" (func $f))
        (export \"g\" (func $f)))";
    world.write("c.wasm", wat::parse_str(text).unwrap());
    let run = world.run(&[
        "verify",
        "c.wasm",
        "--deny-import",
        "wasi:http/*",
        "--require-export",
        "g",
    ]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("imports `wasi:http/types@0.2.0`"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("require-export"), "{}", run.out);
}

#[test]
fn an_invalid_module_is_not_judged_by_rules() {
    let world = World::new();
    world.write("a.wasm", b"\0asm\x01\0\0\0\xff");
    let run = world.run(&[
        "verify",
        "a.wasm",
        "--max-size",
        "1",
        "--require-export",
        "x",
    ]);
    assert_eq!(run.code, 1);
    assert!(!run.out.contains("require-export"), "{}", run.out);
}

#[test]
fn rules_come_from_the_project_and_flags_replace_them() {
    let world = World::new();
    world.write("a.wasm", importer());
    let rules =
        "[verify]\nmax-size = '10'\nmax-gzip = '1M'\nrequire-export = ['run']\nallow-import = []\n";
    world.write("wasmrun.toml", rules);
    let run = world.run(&["verify"]);
    assert_eq!(run.code, 1, "{}", run.err);
    for (rule, count) in [
        ("max-size:", 1),
        ("require-export:", 1),
        ("allow-import:", 3),
    ] {
        assert_eq!(run.out.matches(rule).count(), count, "{rule} {}", run.out);
    }
    let flags = [
        "verify",
        "--max-size=1k",
        "--allow-import=*",
        "--require-export=ran",
    ];
    let run = world.run(&flags);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("does not export `ran`"), "{}", run.out);
    assert!(
        !run.out.contains("max-size:") && !run.out.contains("allow-import:"),
        "{}",
        run.out
    );
    world.write("wasmrun.toml", "[verify]\nmax-sise = 1\n");
    let run = world.run(&["verify"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("max-size"), "{}", run.err);
}
