//! What a test needs and a machine may lack: then the test says so and is left
//! out, and where `CI` is set it fails.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder of tools that `scripts/setup` fills.
fn bin() -> PathBuf {
    std::env::var_os("WASMRUN_TEST_TOOLS")
        .map_or_else(|| root().join("target/tools/bin"), PathBuf::from)
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where programs are kept once they are built, and what `scripts/setup` has
/// fetched for them.
pub(crate) fn programs() -> PathBuf {
    bin().ancestors().nth(2).unwrap().join("test-programs")
}

/// A program, where `scripts/setup GROUP` puts it or on the path.
pub(crate) fn find(program: &str, group: &str) -> Option<PathBuf> {
    let found = which::which_in(program, Some(bin()), ".").or_else(|_| which::which(program));
    there(found.ok(), program, group)
}

/// A file or folder that `scripts/setup GROUP` puts at this place.
pub(crate) fn fetched(path: PathBuf, group: &str) -> Option<PathBuf> {
    let name = path.display().to_string();
    there(Some(path).filter(|path| path.exists()), &name, group)
}

fn there(found: Option<PathBuf>, name: &str, group: &str) -> Option<PathBuf> {
    if found.is_none() {
        let why = format!("no {name}; `scripts/setup {group}` installs it");
        assert!(std::env::var_os("CI").is_none(), "{why}");
        println!("skipped: {why}");
    }
    found
}

/// Whether the programs that take long are asked for.
pub(crate) fn all() -> bool {
    let all = std::env::var_os("WASMRUN_TEST_ALL").is_some();
    if !all {
        println!("skipped: takes long; `scripts/test --all` runs it");
    }
    all
}

/// A compiler from Rust to wasm: the installed one if it can, else the one that
/// `scripts/setup rust-wasm` unpacks.
pub(crate) fn rustc() -> Option<PathBuf> {
    let args = ["--print=target-libdir", "--target=wasm32-wasip1"];
    let output = Command::new("rustc").args(args).output().unwrap();
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if Path::new(&folder).is_dir() {
        return Some("rustc".into());
    }
    let unpacked = bin().with_file_name("rust-wasm").join("bin/rustc");
    fetched(unpacked, "rust-wasm")
}

/// The folder of a crate whose C sources a test builds; `scripts/setup programs`
/// fetches them all.
pub(crate) fn crate_folder(name: &str) -> Option<PathBuf> {
    static METADATA: OnceLock<Option<serde_json::Value>> = OnceLock::new();
    let metadata = METADATA.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--offline", "--locked"])
            .arg("--manifest-path")
            .arg(root().join("tests/programs/sources/Cargo.toml"))
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).ok()
    });
    let packages = metadata.as_ref().and_then(|all| all["packages"].as_array());
    let package = packages.and_then(|all| all.iter().find(|one| one["name"] == name));
    let manifest = package.and_then(|one| one["manifest_path"].as_str());
    let folder = manifest.map(|path| Path::new(path).parent().unwrap().to_owned());
    there(folder, &format!("source of the crate {name}"), "programs")
}
