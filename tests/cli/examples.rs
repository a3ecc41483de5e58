//! The examples are real programs: they are built, run, and do what they say.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::kit::World;
use crate::tools;

/// Runs a command module with node's own WASI.
const NODE: &str = "
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
const [file, ...args] = process.argv.slice(1);
const wasi = new WASI({ version: 'preview1', args: [file, ...args] });
const module = new WebAssembly.Module(readFileSync(file));
process.exit(wasi.start(new WebAssembly.Instance(module, wasi.getImportObject())));
";

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name);
    path.to_str().unwrap().to_owned()
}

/// Builds an example into a file of this world.
fn build(world: &World, name: &str) {
    let run = world.run(&["compile", &example(name), "--output", "out.wasm"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

/// What `out.wasm` prints.
fn printed(world: &World, args: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("node")
        .args([
            "--no-warnings",
            "--input-type=module",
            "-e",
            NODE,
            "--",
            "out.wasm",
        ])
        .args(args)
        .current_dir(world.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_wat_example_hashes_as_everybody_does() {
    let world = World::new();
    build(&world, "wat");
    if tools::find("node", "node").is_none() {
        return;
    }
    // Around each edge of the padding, and more than it reads at once.
    for length in [0, 1, 55, 56, 63, 64, 65, 200_000] {
        let input: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let digest = Sha256::digest(&input);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            printed(&world, &[], &input),
            format!("{hex}\n"),
            "{length} bytes"
        );
    }
}

#[test]
fn the_c_example_draws_a_picture_as_wide_as_it_is_told() {
    if tools::find("clang", "c").is_none() || tools::find("node", "node").is_none() {
        return;
    }
    let world = World::new();
    build(&world, "c");
    let picture = printed(&world, &["60"], b"");
    let rows: Vec<&str> = picture.lines().collect();
    assert_eq!(rows.len(), 20);
    assert!(rows.iter().all(|row| row.len() == 60), "{picture}");
    // The middle of the set, and a corner far outside.
    assert_eq!(&rows[10][36..42], "@@@@@@", "{picture}");
    assert!(rows[0].starts_with("  "), "{picture}");
}
