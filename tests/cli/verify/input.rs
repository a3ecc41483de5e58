//! What can be named, and what bad input is answered with.

use std::io::Write;
use std::process::Stdio;

use super::{bad, good};
use crate::kit::{Run, World};

#[test]
fn folders_are_walked_in_order() {
    let world = World::new();
    for path in [
        "b.wasm",
        "a/z.wasm",
        "a/b/c.wasm",
        ".hidden/x.wasm",
        "node_modules/y.wasm",
    ] {
        world.write(path, b"");
    }
    world.write("a/notes.txt", "");
    let names = |args: &[&str]| -> Vec<String> {
        let run = world.run(args);
        assert_eq!(run.code, 1, "{}", run.err);
        let lines = run.out.lines();
        lines
            .filter_map(|line| Some(line.split_once(" invalid:")?.0.to_owned()))
            .collect()
    };
    let slash = |path: &str| path.replace('/', std::path::MAIN_SEPARATOR_STR);
    let expected: Vec<_> = ["b.wasm", "a/z.wasm", "a/b/c.wasm"].map(slash).into();
    assert_eq!(
        names(&["verify"]),
        expected,
        "without arguments, this folder"
    );
    assert_eq!(
        names(&["verify", ".", "b.wasm"]),
        expected,
        "each file once"
    );
    assert_eq!(names(&["verify", ".hidden"]), [slash(".hidden/x.wasm")]);
    assert_eq!(
        names(&["verify", "node_modules"]),
        [slash("node_modules/y.wasm")]
    );
}

#[test]
fn a_dash_is_standard_input() {
    let world = World::new();
    let feed = |bytes: &[u8]| -> Run {
        let mut command = world.command(&["verify", "-"]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        Run::of(child.wait_with_output().unwrap())
    };
    let run = feed(&good());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.starts_with("standard input valid module"),
        "{}",
        run.out
    );
    let run = feed(&bad());
    assert_eq!(run.code, 1);
    assert!(
        run.out.starts_with("standard input invalid: type mismatch"),
        "{}",
        run.out
    );
}

#[test]
fn what_cannot_be_checked_is_told_and_the_rest_is_checked() {
    let world = World::new();
    world.write("good.wasm", good());
    world.write("text.wat", "(module)");
    world.write("empty/readme.txt", "");
    let run = world.run(&["verify", "god.wasm", "text.wat", "empty", "good.wasm"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "error: there is no god.wasm\nhelp: did you mean `good.wasm`?\n\
        error: text.wat is WebAssembly text, and `verify` checks binaries\n\
        help: `wasmrun compile text.wat` builds and verifies it\n\
        error: there is no .wasm file in empty\n\
        help: name a file, or build first with `wasmrun compile`; hidden folders and `node_modules` are only searched when named\n"
    );
    assert!(run.out.starts_with("good.wasm valid module"), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_not_waited_for() {
    let world = World::new();
    let path = world.path().join("pipe.wasm");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let run = world.run(&["verify", "pipe.wasm"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "error: pipe.wasm is a named pipe, not a file\nhelp: to check what it delivers: `wasmrun verify - < pipe.wasm`\n"
    );
    let run = world.run(&["verify", "."]);
    assert_eq!(run.code, 2, "a walk passes it by: {}", run.err);
    assert!(
        run.err.contains("there is no .wasm file in this folder"),
        "{}",
        run.err
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_told() {
    let world = World::new();
    world.write("good.wasm", good());
    // A regular file that not even root can read from its start.
    let run = world.run(&["verify", "/proc/self/mem", "good.wasm"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .starts_with("error: could not read /proc/self/mem\n"),
        "{}",
        run.err
    );
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    assert!(run.out.contains("good.wasm valid"), "{}", run.out);
}

#[test]
fn what_is_no_module_is_named_for_what_it_is() {
    let cases: [(&[u8], &str); 8] = [
        (b"", "the file is empty"),
        (b"\0as", "unexpected end"),
        (b"\0asm\x02\0\0\0", "unknown binary version: 0x2"),
        (b"\0asm\x01\0\x07\0", "unknown binary version"),
        (
            b"MZ\x90\0",
            "not WebAssembly: it starts with 4d 5a 90 00, not with 00 61 73 6d",
        ),
        (b"\x1f\x8b\x08\0\0", "help: it is compressed with gzip"),
        (b"<!doctype html>", "help: it is a page of HTML"),
        (b" (module)", "help: it is WebAssembly text"),
    ];
    for (bytes, expected) in cases {
        let world = World::new();
        world.write("a.wasm", bytes);
        let run = world.run(&["verify", "a.wasm"]);
        assert_eq!((run.code, run.err.as_str()), (1, ""), "{expected}");
        assert!(run.out.contains(expected), "{expected}: {}", run.out);
    }
}

/// Headers that claim gigabytes, each in a file of some bytes.
#[cfg(target_os = "linux")]
#[test]
fn claims_of_gigabytes_cost_no_memory() {
    let module = b"\0asm\x01\0\0\0";
    let most = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let world = World::new();
    let mut names = Vec::new();
    for id in 0..=14u8 {
        // The section itself claims 4 GiB, then a small one claims 4 Gi entries.
        let huge = [&module[..], &[id], &most, &[0; 8]].concat();
        let many = [&module[..], &[id, 9], &most, &[0; 4]].concat();
        for (kind, bytes) in [("huge", huge), ("many", many)] {
            let name = format!("{kind}{id}.wasm");
            world.write(&name, bytes);
            names.push(name);
        }
    }
    // One body that claims 4 Gi locals.
    let locals = [
        &b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x0b\x01\x09\x01"[..],
        &most,
        &[0x7f, 0x0b],
    ];
    world.write("locals.wasm", locals.concat());
    names.push("locals.wasm".to_owned());
    let mut command = std::process::Command::new("sh");
    command.env_clear().current_dir(world.path()).args([
        "-c",
        "ulimit -v 300000 && exec \"$@\"",
        "sh",
    ]);
    command
        .arg(env!("CARGO_BIN_EXE_wasmrun"))
        .arg("verify")
        .args(&names);
    let run = Run::of(command.output().unwrap());
    assert_eq!((run.code, run.err.as_str()), (1, ""), "{}", run.out);
    // An empty custom section is all right; whatever else is there is not.
    assert!(
        run.out
            .contains(&format!("of {} files failed", names.len())),
        "{}",
        run.out
    );
}
