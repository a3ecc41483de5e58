//! `wasmrun exec`, seen from outside.

mod call;
mod end;
mod observe;
mod refused;
mod world;

use std::io::Write;
use std::process::Stdio;

use crate::kit::{Run, World};

/// Runs with bytes on standard input.
fn run_with(world: &World, args: &[&str], stdin: &[u8]) -> Run {
    let mut child = world
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    Run::of(child.wait_with_output().unwrap())
}

/// A program of C, with debug information; none where there is no compiler.
fn clang(world: &World, name: &str, source: &str) -> Option<()> {
    let clang = crate::tools::find("clang", "c")?;
    let file = world.write(&format!("{name}.c"), source);
    let built = std::process::Command::new(clang)
        .args(["--target=wasm32-wasi", "-O0", "-g", "-o"])
        .arg(world.path().join(format!("{name}.wasm")))
        .arg(file)
        .output()
        .unwrap();
    assert!(built.status.success(), "{built:?}");
    Some(())
}

/// A program that writes a text and ends.
fn says(text: &str) -> String {
    format!(
        r#"(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\10\00\00\00\{:02x}\00\00\00") (data (i32.const 16) "{text}")
        (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#,
        text.len()
    )
}
