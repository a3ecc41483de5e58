//! Where the output goes, and what is never written over.

use std::fs;
use std::process::Stdio;

use super::wat;
use crate::kit::{Run, World};

fn world() -> World {
    let world = World::new();
    world.write("hello.wat", wat(1));
    world
}

#[test]
fn the_output_may_be_a_file_or_a_folder() {
    let world = world();
    fs::create_dir(world.path().join("there")).unwrap();
    for (output, file) in [
        ("other.wasm", "other.wasm"),
        ("new/deep/x.wasm", "new/deep/x.wasm"),
        ("folder/", "folder/hello.wasm"),
        ("there", "there/hello.wasm"),
        (".", "hello.wasm"),
    ] {
        let run = world.run(&["compile", "hello.wat", "-o", output]);
        assert_eq!(run.code, 0, "{output}: {}", run.err);
        assert!(world.path().join(file).is_file(), "{output}");
    }
}

#[test]
fn standard_output_gets_the_module_alone() {
    let world = world();
    let output = world
        .command(&["compile", "hello.wat", "-o", "-"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(output.stdout.starts_with(b"\0asm") && output.stdout.len() == 34);
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output: 34 B"));
    assert_eq!(world.names(), ["hello.wat"]);
    let run = world.run(&["compile", "hello.wat", "-o", "-", "--format", "json"]);
    assert_eq!(run.code, 2);
}

#[test]
fn the_source_is_never_the_output() {
    let world = world();
    world.run(&["compile", "hello.wat"]);
    for (source, output) in [
        ("hello.wat", "hello.wat"),
        ("hello.wat", "./hello.wat"),
        ("hello.wasm", "hello.wasm"),
    ] {
        let before = fs::read(world.path().join(source)).unwrap();
        let run = world.run(&["compile", source, "-o", output]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(
            run.err.contains("would replace the source itself"),
            "{}",
            run.err
        );
        assert!(run.err.contains("help: name another file"), "{}", run.err);
        assert_eq!(fs::read(world.path().join(source)).unwrap(), before);
    }
}

#[test]
fn an_output_that_cannot_be_is_refused_in_one_message() {
    let world = world();
    world.write("file", "");
    fs::create_dir(world.path().join("hello.wasm")).unwrap();
    for args in [
        &["compile", "hello.wat"][..],
        &["compile", "hello.wat", "-o", "file/x.wasm"],
        &["compile", "hello.wat", "-o", "file/"],
    ] {
        let run = world.run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert_eq!(
            run.err.matches("error: could not write").count(),
            1,
            "{}",
            run.err
        );
        assert!(run.err.contains("help: "), "{}", run.err);
    }
    assert_eq!(world.names(), ["file", "hello.wasm", "hello.wat"]);
}

#[test]
fn an_unchanged_output_is_not_written_again() {
    let world = world();
    world.run(&["compile", "hello.wat"]);
    let modified = || {
        fs::metadata(world.path().join("hello.wasm"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = modified();
    for args in [
        &["compile", "hello.wat"][..],
        &["compile", "hello.wat", "--no-cache"],
    ] {
        assert_eq!(world.run(args).code, 0);
        assert_eq!(modified(), before);
    }
}

#[test]
fn paths_may_have_spaces_and_letters_of_any_script() {
    let world = World::new();
    world.write("größe 大/hello wörld.wat", wat(1));
    let run = world.run(&[
        "compile",
        "größe 大/hello wörld.wat",
        "-o",
        "aus gabe/é.wasm",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.replace('\\', "/").starts_with("aus gabe/é.wasm: "),
        "{}",
        run.out
    );
    let run = world.run(&[
        "compile",
        "größe 大/hello wörld.wat",
        "-o",
        "aus gabe/é.wasm",
    ]);
    assert!(run.out.contains("cached in"), "{}", run.out);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to_and_stays_one() {
    let world = world();
    let run = world.run(&["compile", "hello.wat", "-o", "/dev/null"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = world.run(&["compile", "hello.wat", "-o", "/dev/full"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("no space left on device"), "{}", run.err);
    for device in ["/dev/null", "/dev/full"] {
        assert!(!fs::metadata(device).unwrap().is_file());
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let world = world();
    for args in [
        &["compile", "hello.wat"][..],
        &["compile", "hello.wat", "--format", "json"],
    ] {
        let mut command = world.command(args);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!(run.code, 0, "{}", run.err);
    }
}
