//! `wasmrun inspect`.

mod bad_input;
mod damaged;
mod golden;
mod ir;
mod real_modules;

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::kit::{Run, World};

/// Assembles text.
fn assemble(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// Runs it with these bytes as standard input.
fn feed(world: &World, args: &[&str], bytes: &[u8]) -> Run {
    let mut child = world
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    Run::of(child.wait_with_output().unwrap())
}

#[test]
fn a_choice_shows_only_that_in_full() {
    let world = World::new();
    world.write("many.wat", include_str!("../../inspect/many.wat"));
    let run = world.run(&["inspect", "many.wat", "--exports"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("exports (11)\n"), "{}", run.out);
    assert_eq!(run.out.lines().count(), 12, "{}", run.out);
    let run = world.run(&[
        "inspect",
        "many.wat",
        "--format",
        "json",
        "--exports",
        "--data",
    ]);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["exports"].as_array().unwrap().len(), 11);
    assert_eq!(json["data"].as_array().unwrap().len(), 12);
    for left_out in ["imports", "sections", "functions", "host", "role", "types"] {
        assert_eq!(json.get(left_out), None, "{left_out}");
    }
}

#[test]
fn long_lists_are_cut_and_all_shows_them() {
    let world = World::new();
    world.write("many.wat", include_str!("../../inspect/many.wat"));
    let cut = world.run(&["inspect", "many.wat"]).out;
    assert!(cut.contains("  1 more; --all shows them"), "{cut}");
    assert!(!cut.contains("e10"), "{cut}");
    let all = world.run(&["inspect", "many.wat", "--all"]).out;
    assert!(!all.contains(" more"), "{all}");
    assert!(all.contains("e10"), "{all}");
    let largest = world
        .run(&["inspect", "many.wat", "--functions", "--top", "1"])
        .out;
    assert!(largest.contains("  large"), "{largest}");
    assert_eq!(largest.lines().count(), 3, "{largest}");
}

#[test]
fn standard_input_is_read_as_binary_or_text() {
    let world = World::new();
    let text = "(module (func (export \"hello\")))";
    for bytes in [text.as_bytes().to_vec(), assemble(text)] {
        let run = feed(&world, &["inspect", "-", "--format", "json"], &bytes);
        assert_eq!(run.code, 0, "{}", run.err);
        let json: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(json["file"], "<stdin>");
        assert_eq!(json["exports"][0]["name"], "hello");
    }
}

#[test]
fn compressed_sizes_are_measured_for_small_files_and_on_demand() {
    let world = World::new();
    let small = assemble("(module (memory 1) (data (i32.const 0) \"aaaaaaaaaaaaaaaaaaaaaaaa\"))");
    world.write("small.wasm", small);
    let padding = "a".repeat(300 * 1024);
    world.write(
        "large.wat",
        format!("(module (@custom \"padding\" \"{padding}\"))"),
    );
    let size_of = |args: &[&str]| {
        let run = world.run(args);
        let json: Value = serde_json::from_str(&run.out).unwrap();
        json["gzip_size"].as_u64()
    };
    assert!(size_of(&["inspect", "small.wasm", "--format", "json"]).is_some());
    assert_eq!(size_of(&["inspect", "large.wat", "--format", "json"]), None);
    assert!(size_of(&["inspect", "large.wat", "--format", "json", "--compressed"]).is_some());
    let human = world.run(&["inspect", "large.wat"]).out;
    assert!(
        human.contains("--compressed measures gzip and brotli"),
        "{human}"
    );
}
