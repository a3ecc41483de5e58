//! The commit that a release is made of. A development build does not look at
//! it, so that a commit rebuilds nothing.

use std::path::Path;
use std::process::Command;

/// Hands the commit to the program, if there is one.
pub(crate) fn embed() {
    println!("cargo::rerun-if-env-changed=WASMRUN_COMMIT");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = std::env::var("WASMRUN_COMMIT")
        .ok()
        .filter(|commit| !commit.is_empty())
        .or_else(from_package)
        .or_else(|| if release { from_git() } else { None });
    if let Some(commit) = commit {
        println!("cargo::rustc-env=WASMRUN_COMMIT={}", commit.trim());
    }
}

/// `cargo package` leaves a note of the commit it packed.
fn from_package() -> Option<String> {
    let note = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = note.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1)?;
    Some(commit.chars().take(12).collect())
}

/// Only a `.git` of our own counts: a package may be unpacked inside somebody
/// else's repository.
fn from_git() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    for name in ["HEAD", "logs/HEAD"] {
        // In a worktree these lie elsewhere. cargo would rebuild each time for
        // a file that is not there.
        if let Some(path) = git(&["rev-parse", "--git-path", name])
            && Path::new(&path).exists()
        {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
