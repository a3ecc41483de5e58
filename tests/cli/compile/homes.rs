//! Homes that are of no use: the build goes on without the cache.

use super::wat;
use crate::kit::{Run, World};

/// Builds twice and expects one warning each time, and the output.
fn expect_one_warning(world: &World, prepare: impl Fn(&mut std::process::Command)) {
    world.write("hello.wat", wat(1));
    for _ in 0..2 {
        let mut command = world.command(&["compile", "hello.wat"]);
        prepare(&mut command);
        let run = Run::of(command.output().unwrap());
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.contains(" built in "), "{}", run.out);
        assert_eq!(run.err.matches("warning:").count(), 1, "{}", run.err);
        assert!(world.path().join("hello.wasm").is_file());
    }
}

#[test]
fn a_user_without_a_home_has_no_cache() {
    let world = World::new();
    let nowhere = world.path().join("nowhere");
    expect_one_warning(&world, |command| {
        command.env("HOME", &nowhere).env("USERPROFILE", &nowhere);
    });
    assert_eq!(world.names(), ["hello.wasm", "hello.wat"]);
}

#[test]
fn a_home_that_is_a_file_is_no_home() {
    let world = World::new();
    std::fs::write(world.wasmrun_home(), "").unwrap();
    expect_one_warning(&world, |_| {});
}

#[test]
fn a_cache_that_cannot_be_written_is_no_cache() {
    let world = World::new();
    std::fs::create_dir_all(world.wasmrun_home()).unwrap();
    std::fs::write(world.wasmrun_home().join("cache"), "").unwrap();
    expect_one_warning(&world, |_| {});
}

#[test]
fn without_the_cache_a_bad_home_is_not_even_mentioned() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    std::fs::create_dir_all(world.wasmrun_home()).unwrap();
    std::fs::write(world.wasmrun_home().join("cache"), "").unwrap();
    let run = world.run(&["compile", "hello.wat", "--no-cache"]);
    assert_eq!(run.code, 0);
    assert!(!run.err.contains("warning"), "{}", run.err);
}
