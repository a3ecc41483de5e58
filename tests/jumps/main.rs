//! Each handler of the interpreter's threaded backend ends in a jump to the next, however the
//! crate is compiled: in a call, it would take stack for each instruction.

#![cfg(all(unix, target_arch = "x86_64"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The modules that have handlers, as symbols spell them.
fn modules() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/runtime/core/exec");
    let files = std::fs::read_dir(folder).unwrap();
    let paths = files.map(|entry| entry.unwrap().path());
    let with_handlers = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines().any(|line| line == "handlers! {")
    };
    let name = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let names = paths.filter(with_handlers).map(name);
    // Its own end the run.
    let names = names.filter(|name| name != "regs");
    names.map(|name| format!("{}{name}", name.len())).collect()
}

/// Compiles the crate to assembly, and returns the files.
fn assembly(units: &str) -> Vec<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("jumps-{units}"));
    let files = || {
        let folder = std::fs::read_dir(target.join("release/deps"));
        let paths = folder
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path());
        let named = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("wasmrun_core-") && name.ends_with(".s")
        };
        paths.filter(named).collect::<Vec<_>>()
    };
    // Of an earlier version there may be more; and what is there already, cargo
    // does not compile again.
    for old in files() {
        std::fs::remove_file(old).unwrap();
    }
    let known = std::fs::read_dir(target.join("release/.fingerprint"));
    let known = known.into_iter().flatten().map(|entry| entry.unwrap());
    for entry in known {
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with("wasmrun-core-")
        {
            std::fs::remove_dir_all(entry.path()).unwrap();
        }
    }
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/src/runtime/core/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args([
            "rustc",
            "--release",
            "--locked",
            "--lib",
            "--manifest-path",
            manifest,
        ])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "--emit=asm"])
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", units)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    files()
}

/// The name of a handler, if a line is its label. Other functions are in `exec`
/// itself.
fn label<'l>(line: &'l str, modules: &[String]) -> Option<&'l str> {
    let (name, _) = line
        .strip_prefix("_ZN12wasmrun_core4exec")?
        .split_once(':')?;
    let module = modules.iter().find(|module| name.starts_with(*module))?;
    // What is said of a module's function says nothing of a method of its types.
    let rest = name.get(module.len()..)?;
    (!rest.starts_with("17h")).then_some(name)
}

fn judge(units: &str) {
    let (mut handlers, mut jumping) = (BTreeSet::new(), BTreeSet::new());
    let (modules, mut calling) = (modules(), Vec::new());
    for file in assembly(units) {
        let text = std::fs::read_to_string(file).unwrap();
        let mut current = None;
        for line in text.lines() {
            if let Some(name) = label(line, &modules) {
                current = Some(name.to_owned());
            } else if line.contains(".cfi_endproc") {
                current = None;
            }
            let Some(name) = &current else { continue };
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("jmpq"), Some(to)) if to.starts_with('*') => {
                    handlers.insert(name.clone());
                    jumping.insert(name.clone());
                }
                // Through a register or memory; what the linker resolves is a function.
                (Some("callq"), Some(to)) if to.starts_with('*') && !to.contains("(%rip)") => {
                    handlers.insert(name.clone());
                    // The one that calls what its instruction names.
                    if !name.starts_with("4call4rare") {
                        calling.push(format!("{name}: {line}"));
                    }
                }
                _ => {}
            }
        }
    }
    assert!(
        handlers.len() > 1500,
        "{} handlers were found",
        handlers.len()
    );
    assert!(
        calling.is_empty(),
        "{} of {}: {:#?}",
        calling.len(),
        handlers.len(),
        &calling[..calling.len().min(20)]
    );
    let missing: Vec<_> = handlers.difference(&jumping).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn handlers_end_in_jumps_in_one_unit() {
    judge("1");
}

#[test]
fn handlers_end_in_jumps_in_many_units() {
    judge("16");
}
