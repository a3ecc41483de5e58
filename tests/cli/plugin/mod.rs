//! `wasmrun plugin` and `wasmrun trust`, with real plugins: the examples in
//! shell and Python, and crates that cargo builds.

mod archive;
mod crates;
mod install;
mod lock;
mod missing;
mod new;
mod outside;
mod trust;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::kit::{Run, World};

/// An empty module in hex digits, for the plugin in Python.
const HEX: &str = "00 61 73 6d 01 00 00 00\n";

/// An empty module, for the plugin in shell.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// A plugin in shell that copies `module.wasm`.
fn copy() -> PathBuf {
    example("sh/wasmrun-plugin-copy")
}

/// A plugin in Python that assembles `main.hex`.
fn hex() -> PathBuf {
    example("python/wasmrun-plugin-hex")
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/plugins")
        .join(name)
}

/// A plugin in shell of another name, version or language.
fn changed(world: &World, path: &str, changes: &[(&str, &str)]) -> PathBuf {
    let mut text = std::fs::read_to_string(copy()).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    program(world, path, &text)
}

/// An executable file.
fn program(world: &World, path: &str, text: &str) -> PathBuf {
    let path = world.write(path, text);
    make_executable(&path);
    path
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs `wasmrun plugin` with these arguments and a path behind them.
fn install(world: &World, path: &Path) -> Run {
    world.run(&["plugin", "install", path.to_str().unwrap()])
}

/// The JSON lines of a report.
fn lines(run: &Run) -> Vec<Value> {
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
    run.out.lines().map(parse).collect()
}

/// The rows of `wasmrun plugin list`, by name.
fn listed(world: &World, flags: &[&str]) -> Vec<Value> {
    let run = world.run(&[&["plugin", "list", "--format", "json"], flags].concat());
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let mut lines = lines(&run);
    assert_eq!(lines.pop().unwrap()["status"], "ok");
    lines
}

/// The names and states of installed plugins.
fn states(world: &World) -> Vec<String> {
    let row = |row: &Value| format!("{} {}", row["name"], row["state"]).replace('"', "");
    listed(world, &[]).iter().map(row).collect()
}

/// Nothing that an installation makes on the way is left.
fn assert_tidy(world: &World) {
    let plugins = world.wasmrun_home().join("plugins");
    let entries = std::fs::read_dir(plugins).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    let left: Vec<_> = names.filter(|name| name.starts_with(".new-")).collect();
    assert!(left.is_empty(), "{left:?}");
}
