//! `wasmrun compile`, seen from outside.

mod endings;
mod formats;
mod homes;
mod outputs;

use crate::kit::World;

/// A module that exports `f`, which returns a number.
pub(crate) fn wat(number: u32) -> String {
    format!("(module (func (export \"f\") (result i32) i32.const {number}))\n")
}

/// A text that is no module.
const BROKEN: &str = "(module\n  (func (result i32) i32.cosnt 1))\n";

#[test]
fn a_file_becomes_a_verified_module_and_one_line() {
    let world = World::new();
    world.write("hello.wat", wat(42));
    let run = world.run(&["compile", "hello.wat"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.out.lines().count(), 1, "{}", run.out);
    let line = run.out.trim_end();
    assert!(line.starts_with("hello.wasm: 34 B (gzip "), "{line}");
    assert!(
        line.contains(", brotli ") && line.contains(", first build, built in "),
        "{line}"
    );
    assert!(run.err.starts_with("detected: WAT ("), "{}", run.err);
    assert!(run.err.contains("built by wat"), "{}", run.err);
    assert_eq!(world.run(&["verify", "hello.wasm"]).code, 0);
}

#[test]
fn a_folder_is_built_into_dist() {
    let world = World::new();
    world.write("app/main.wat", wat(1));
    let run = world.run(&["build", "app"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let line = run.out.replace('\\', "/");
    assert!(line.starts_with("app/dist/"), "{line}");
    let files: Vec<_> = std::fs::read_dir(world.path().join("app/dist"))
        .unwrap()
        .collect();
    assert_eq!(files.len(), 1);
}

#[test]
fn the_second_time_it_comes_from_the_cache() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.run(&["compile", "hello.wat"]);
    let run = world.run(&["compile", "hello.wat", "--explain"]);
    assert!(run.out.contains(", unchanged, cached in "), "{}", run.out);
    assert!(run.err.contains("from the cache: no input"), "{}", run.err);

    world.write("hello.wat", wat(1_000_000));
    let run = world.run(&["c", "-p", "hello.wat", "--explain"]);
    assert!(run.err.contains("built: hello.wat changed"), "{}", run.err);
    assert!(run.out.contains(", +2 B, built in "), "{}", run.out);

    let run = world.run(&["c", "hello.wat", "--explain", "--no-cache"]);
    assert!(
        run.err.contains("built: the cache is switched off"),
        "{}",
        run.err
    );
    assert!(run.out.contains(", unchanged, built in "), "{}", run.out);
}

#[test]
fn a_broken_source_fails_and_leaves_the_last_good_output() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.run(&["compile", "hello.wat"]);
    let good = std::fs::read(world.path().join("hello.wasm")).unwrap();
    world.write("hello.wat", BROKEN);
    let run = world.run(&["compile", "hello.wat"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
    assert!(run.err.contains("hello.wat:2:"), "{}", run.err);
    assert!(
        run.err.contains("(func (result i32) i32.cosnt 1))"),
        "{}",
        run.err
    );
    assert!(
        run.err
            .contains("error: could not compile hello.wat: 1 error"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("is still the last good build"),
        "{}",
        run.err
    );
    assert_eq!(
        std::fs::read(world.path().join("hello.wasm")).unwrap(),
        good
    );
    assert_eq!(world.names(), ["hello.wasm", "hello.wat"]);
}

#[test]
fn quiet_says_nothing_when_all_is_well_and_what_is_wrong_when_not() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    let run = world.run(&["-q", "compile", "hello.wat"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    world.write("hello.wat", BROKEN);
    let run = world.run(&["-q", "compile", "hello.wat"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(
        run.err.contains("hello.wat:2:") && !run.err.contains("detected"),
        "{}",
        run.err
    );
}

#[test]
fn debug_shows_each_step_with_its_time() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    let run = world.run(&["--debug", "compile", "hello.wat"]);
    for step in [
        "detect",
        "cache lookup",
        "build",
        "validate",
        "publish",
        "cache store",
    ] {
        let of_step = |line: &&str| line.contains(step);
        let lines: Vec<_> = run.err.lines().filter(of_step).collect();
        assert!(
            lines.iter().any(|line| line.ends_with("enter")),
            "{step}: {}",
            run.err
        );
        assert!(
            lines.iter().any(|line| line.contains("time.busy=")),
            "{step}: {}",
            run.err
        );
    }
}

#[test]
fn options_reach_the_builder_and_its_faults_are_reported() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    let run = world.run(&["compile", "hello.wat", "--option", "nonsense"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("KEY=VALUE"), "{}", run.err);
}

#[test]
fn a_module_that_is_there_already_is_checked_and_copied() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.run(&["compile", "hello.wat"]);
    let run = world.run(&["compile", "hello.wasm", "-o", "out/"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let [from, to] = ["hello.wasm", "out/hello.wasm"].map(|name| world.path().join(name));
    assert_eq!(std::fs::read(from).unwrap(), std::fs::read(to).unwrap());

    world.write("bad.wasm", b"\0asm\x01\0\0\0\xff");
    let run = world.run(&["compile", "bad.wasm", "-o", "out/"]);
    assert_ne!(run.code, 0);
    assert!(!world.path().join("out/bad.wasm").exists());
}

#[test]
fn text_that_makes_an_invalid_module_is_refused_at_its_line() {
    let world = World::new();
    world.write(
        "bad.wat",
        "(module\n  (func (result i32)\n    i64.const 1\n    i32.wrap_i64\n    i64.eqz))\n",
    );
    let run = world.run(&["compile", "bad.wat"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("bad.wat:5:"), "{}", run.err);
    assert!(run.err.contains("expected i64, found i32"), "{}", run.err);
    world.write(
        "end.wat",
        "(module\n  (func (result i32)\n    i64.const 1))\n",
    );
    let run = world.run(&["compile", "end.wat"]);
    assert!(run.err.contains("end.wat:3:"), "{}", run.err);
}
