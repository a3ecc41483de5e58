//! The kit passes on the examples that authors begin with.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;
use serde_json::Value;

use super::examples;
use super::world::{World, checks};

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![examples:
        the_shell_plugin,
        the_python_plugin,
        the_smallest_plugin_in_rust,
        the_plugin_that_runs_a_tool,
        a_tool_that_is_missing_is_no_fault,
        without_a_project_the_rest_is_tested,
    ]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An example of the protocol crate, built.
pub(crate) fn example(name: &str) -> PathBuf {
    // This test lies in TARGET/PROFILE/deps.
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "build",
        "--quiet",
        "--offline",
        "-p",
        "wasmrun-plugin-protocol",
        "--example",
        name,
    ]);
    cargo
        .arg("--target-dir")
        .arg(profile.parent().unwrap())
        .current_dir(root());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    assert!(
        cargo.status().unwrap().success(),
        "the example {name} does not build"
    );
    profile.join("examples").join(name)
}

/// Nothing fails, and nothing is skipped but for a higher level.
fn passes(exe: &Path, args: &[&str]) -> Value {
    let world = World::new(0);
    let (code, report) = world.test(exe, args);
    assert_eq!(
        checks(&report, "failed"),
        Vec::<&Value>::new(),
        "{}",
        exe.display()
    );
    for skipped in checks(&report, "skipped") {
        let why = skipped["why"].as_str().unwrap();
        assert!(why.starts_with("for level"), "{skipped}");
    }
    assert_eq!(code, 0);
    report
}

pub(crate) fn the_shell_plugin() {
    let report = passes(
        &root().join("examples/plugins/sh/wasmrun-plugin-copy"),
        &["--level", "0"],
    );
    assert_eq!(report["plugin"]["level"], 0);
}

pub(crate) fn the_python_plugin() {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is not installed");
        println!("skipped: python3 is not installed");
        return;
    }
    passes(
        &root().join("examples/plugins/python/wasmrun-plugin-hex"),
        &["--level", "1"],
    );
}

pub(crate) fn the_smallest_plugin_in_rust() {
    let project = root().join("examples/plugins/sh/example");
    passes(&example("copy"), &["--project", project.to_str().unwrap()]);
}

pub(crate) fn the_plugin_that_runs_a_tool() {
    let world = World::new(0);
    world.write("wat/main.wat", "(module)\n");
    // A `wat2wasm` that takes its time; what it reads goes into the module.
    world.executable(
        "tools/wat2wasm",
        "#!/bin/sh\nif ! grep -q module \"$1\"; then echo \"$1:1:1: error: no module\" >&2; exit 1; fi\n\
         sleep 0.2\nprintf '\\0asm\\1\\0\\0\\0\\0\\11\\1x' >\"$3\" && head -c 7 \"$1\" >>\"$3\"\n",
    );
    let path = std::env::var("PATH").unwrap();
    let tools = world.path().join("tools");
    let exe = world.executable(
        "plugin",
        &format!(
            "#!/bin/sh\nPATH='{}:{path}' exec '{}' \"$@\"\n",
            tools.display(),
            example("tool").display()
        ),
    );
    let project = world.path().join("wat");
    passes(&exe, &["--project", project.to_str().unwrap()]);
}

pub(crate) fn a_tool_that_is_missing_is_no_fault() {
    let world = World::new(0);
    world.write("wat/main.wat", "(module)\n");
    world.write("none/empty", "");
    let exe = world.executable(
        "plugin",
        &format!(
            "#!/bin/sh\nPATH='{}' exec '{}' \"$@\"\n",
            world.path().join("none").display(),
            example("tool").display()
        ),
    );
    let (code, report) = world.test(&exe, &["--project", "wat"]);
    assert_eq!((code, &report["failed"]), (0, &Value::from(0)));
    let builds = checks(&report, "skipped")
        .into_iter()
        .find(|check| check["name"] == "builds");
    let why = builds.unwrap()["why"].as_str().unwrap();
    assert_eq!(why, "this machine lacks wat2wasm: `apt install wabt`");
}

pub(crate) fn without_a_project_the_rest_is_tested() {
    let world = World::new(0);
    let (code, report) = world.test(&world.plugin(""), &[]);
    assert_eq!((code, checks(&report, "failed").len()), (0, 0));
    assert!(checks(&report, "passed").len() > 30, "{report:#}");
    let skipped = checks(&report, "skipped");
    assert!(skipped.len() > 20);
    for check in skipped {
        assert!(
            check["why"].as_str().unwrap().contains("--project DIR"),
            "{check}"
        );
    }
}
