//! The plugins of this repository, built from what is there.

use std::path::PathBuf;
use std::process::Command;

/// A plugin's executable, built into the folder that this test lies in.
pub(crate) fn built(name: &str) -> PathBuf {
    // TARGET/PROFILE/deps/TEST
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--offline", "-p"]);
    cargo.arg(format!("wasmrun-plugin-{name}"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.arg("--target-dir").arg(profile.parent().unwrap());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    assert!(cargo.status().unwrap().success(), "{name} does not build");
    profile.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
