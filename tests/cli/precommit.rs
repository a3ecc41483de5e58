//! The hook in `.pre-commit-hooks.yaml`, run by the real pre-commit program.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::kit::{Run, World};
use crate::tools;

/// An empty module.
const GOOD: &[u8] = b"\0asm\x01\0\0\0";
/// A module whose only section claims more bytes than there are.
const BAD: &[u8] = b"\0asm\x01\0\0\0\x01\x7f\x01";

fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn the_hook_lets_good_modules_pass_and_stops_bad_ones() {
    let Some(pre_commit) = tools::find("pre-commit", "tools") else {
        return;
    };
    let world = World::new();
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    world.write(
        "hooks/.pre-commit-hooks.yaml",
        std::fs::read(hooks).unwrap(),
    );
    let hooks = world.path().join("hooks");
    git(&hooks, &["init", "--quiet"]);
    git(&hooks, &["add", "."]);
    git(&hooks, &["commit", "--quiet", "-m", "hooks"]);
    let revision = git(&hooks, &["rev-parse", "HEAD"]);

    world.write("user/good.wasm", GOOD);
    world.write("user/bad.txt", BAD);
    world.write(
        "user/.pre-commit-config.yaml",
        format!(
            "repos:\n- repo: {}\n  rev: {revision}\n  hooks:\n  - id: wasmrun-verify-system\n",
            hooks.display()
        ),
    );
    let user = world.path().join("user");
    git(&user, &["init", "--quiet"]);
    let commit = || {
        git(&user, &["add", "."]);
        let wasmrun = world.command(&[]);
        let folder = Path::new(wasmrun.get_program())
            .parent()
            .unwrap()
            .to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(folder).chain(std::env::split_paths(&path));
        let mut command = Command::new(&pre_commit);
        command.args(["run", "--color", "never"]).current_dir(&user);
        command.env("PATH", std::env::join_paths(path).unwrap());
        command.env("PRE_COMMIT_HOME", world.path().join("pre-commit"));
        Run::of(command.output().unwrap())
    };

    let run = commit();
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("Passed"), "{}", run.out);

    world.write("user/bad.wasm", BAD);
    let run = commit();
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("Failed") && run.out.contains("bad.wasm"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("good.wasm:"), "{}", run.out);
}

#[test]
fn both_hooks_look_at_modules_alone() {
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    let text = std::fs::read_to_string(hooks).unwrap();
    let entries: Vec<&str> = text.split("\n- ").collect();
    assert_eq!(entries.len(), 2, "{text}");
    for (entry, language) in entries.iter().zip(["rust", "system"]) {
        for line in [
            &format!("  language: {language}"),
            r"  files: \.wasm$",
            "  entry: wasmrun verify",
        ] {
            assert!(
                entry.lines().any(|known| known == line),
                "{line} not in {entry}"
            );
        }
    }
}
