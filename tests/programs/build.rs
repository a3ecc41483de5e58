//! Builds a program once and keeps it: its name says what it was made of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::tools::programs;

/// The program that `make` makes in a new folder, whose path it returns; or the
/// one that an earlier run made from the same inputs (files or folders) and words.
pub(crate) fn built(
    name: &str,
    inputs: &[&Path],
    words: &[&str],
    make: impl FnOnce(&Path) -> PathBuf,
) -> PathBuf {
    let mut hash = Sha256::new();
    for word in words {
        hash.update((word.len() as u64).to_le_bytes());
        hash.update(word);
    }
    for input in inputs {
        add(&mut hash, input);
    }
    let key: String = hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    keep(&programs().join(key).join(format!("{name}.wasm")), make)
}

/// The file, made in a folder beside it and moved when it is whole; once, though
/// several tests want it at the same time.
pub(crate) fn keep(file: &Path, make: impl FnOnce(&Path) -> PathBuf) -> PathBuf {
    static MAKING: Mutex<BTreeMap<PathBuf, Arc<Mutex<()>>>> = Mutex::new(BTreeMap::new());
    let lock = Arc::clone(MAKING.lock().unwrap().entry(file.to_owned()).or_default());
    let _making = lock.lock().unwrap_or_else(PoisonError::into_inner);
    if !file.exists() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let folder = TempDir::new_in(file.parent().unwrap()).unwrap();
        std::fs::rename(make(folder.path()), file).unwrap();
    }
    file.to_owned()
}

/// Registry sources never change; their folder's name has the version.
fn add(hash: &mut Sha256, path: &Path) {
    hash.update(path.file_name().unwrap().as_encoded_bytes());
    if path.is_file() {
        hash.update(std::fs::read(path).unwrap());
        return;
    }
    let mut entries: Vec<_> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        add(hash, &entry);
    }
}

/// Copies the files of a folder that end so, without those named.
pub(crate) fn copy(from: &Path, to: &Path, endings: &[&str], without: &[&str]) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let wanted = endings.iter().any(|ending| name.ends_with(ending));
        if path.is_file() && wanted && !without.contains(&name) {
            // Written, not copied: registry sources may be read-only.
            std::fs::write(to.join(name), std::fs::read(&path).unwrap()).unwrap();
        }
    }
}

/// Builds the C project in `folder`, where this `wasmrun.toml` goes, with
/// `wasmrun compile`.
pub(crate) fn compile(folder: &Path, config: &str) -> PathBuf {
    std::fs::write(folder.join("wasmrun.toml"), config).unwrap();
    let home = TempDir::new().unwrap();
    let module = folder.join("program.wasm");
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasmrun"));
    command
        .args(["compile", "--no-cache", "--quiet", "."])
        .arg("--output")
        .arg(&module)
        .current_dir(folder)
        .env("WASMRUN_HOME", home.path());
    run(&mut command);
    module
}

/// Runs a tool that has to go well.
pub(crate) fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
