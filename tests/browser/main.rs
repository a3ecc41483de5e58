//! The development server as a browser shows it: scripts in this folder drive a
//! real Chromium, and this starts them. `target/browser` gets their screenshots.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../cli/plugins.rs"]
mod plugins;
#[path = "../cli/tools.rs"]
mod tools;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder that all is built into.
fn target() -> PathBuf {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR"));
    own.parent().unwrap().to_owned()
}

/// Where the packages for driving a browser are.
fn packages() -> Option<PathBuf> {
    tools::find("node", "node")?;
    tools::find("chromium", "browser")?;
    let packages = target().join("test-browser");
    let driver = packages.join("node_modules/playwright-core/package.json");
    is_there(&driver, "browser").then_some(packages)
}

/// Whether `scripts/setup` has installed a file. Without it the test is to be
/// skipped, and where `CI` is set it fails.
fn is_there(file: &Path, group: &str) -> bool {
    if !file.is_file() {
        let why = format!("no {}; `scripts/setup {group}` installs it", file.display());
        assert!(std::env::var_os("CI").is_none(), "{why}");
        println!("skipped: {why}");
    }
    file.is_file()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match entry.file_name().to_str() {
            Some("target" | "dist" | "node_modules") => {}
            _ if path.is_dir() => copy(&path, &to),
            _ => drop(fs::copy(path, to).unwrap()),
        }
    }
}

/// Runs a script, with a project that it may change and a home with a plugin.
fn script(name: &str, project: Option<&str>, plugin: Option<&str>, env: &[(&str, &Path)]) {
    let Some(packages) = packages() else { return };
    // A space and other letters, as folders of users have them.
    let folder = tempfile::Builder::new()
        .prefix("jeu d\u{e9}j\u{e0} vu ")
        .tempdir()
        .unwrap();
    let (home, place) = (folder.path().join("home"), folder.path().join("project"));
    match project {
        Some(project) => copy(&root().join(project), &place),
        None => fs::create_dir(&place).unwrap(),
    }
    if let Some(plugin) = plugin {
        let mut install = Command::new(env!("CARGO_BIN_EXE_wasmrun"));
        install
            .env("WASMRUN_HOME", &home)
            .args(["plugin", "install"]);
        let install = install.arg(plugins::built(plugin)).output().unwrap();
        assert!(install.status.success(), "{install:?}");
    }
    let shots = target().join("browser");
    fs::create_dir_all(&shots).unwrap();
    let mut node = Command::new("node");
    node.arg(root().join("tests/browser").join(name))
        .env("WASMRUN", env!("CARGO_BIN_EXE_wasmrun"))
        .env("WASMRUN_HOME", &home)
        .env("BROWSER_PACKAGES", packages.join("package.json"))
        .env("SHOTS", shots)
        .env("PROJECT", &place)
        .env_remove("WASMRUN_LOG");
    for (name, value) in env {
        node.env(name, value);
    }
    let output = node.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{name}: {text}\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// The path with a tool's own folder before all others.
fn path_with(tool: &Path) -> PathBuf {
    let own = tool.parent().unwrap().to_owned();
    let all = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([own].into_iter().chain(std::env::split_paths(&all)))
        .unwrap()
        .into()
}

#[test]
fn a_program_in_a_terminal() {
    script("terminal.mjs", None, None, &[]);
}

#[test]
fn a_library_in_the_playground() {
    script("playground.mjs", None, None, &[]);
}

#[test]
fn a_page_of_its_own() {
    script("application.mjs", None, None, &[]);
}

#[test]
fn a_server_that_goes_and_comes_back() {
    script("restart.mjs", None, None, &[]);
}

#[test]
fn what_wasm_bindgen_wrote() {
    script("bindgen.mjs", None, None, &[]);
}

#[test]
fn what_emscripten_makes() {
    if tools::find("emcc", "c").is_some() {
        script("emscripten.mjs", None, None, &[]);
    }
}

#[test]
fn wat() {
    script(
        "language.mjs",
        Some("examples/wat"),
        None,
        &[("LANGUAGE", Path::new("wat"))],
    );
}

#[test]
fn c() {
    if tools::find("clang", "c").is_some() {
        script(
            "language.mjs",
            Some("examples/c"),
            None,
            &[("LANGUAGE", Path::new("c"))],
        );
    }
}

#[test]
fn rust() {
    let unpacked = target().join("tools/rust-wasm/bin/rustc");
    let Some(rustc) = tools::find(unpacked.to_str().unwrap(), "rust-wasm") else {
        return;
    };
    let env = [("LANGUAGE", Path::new("rust")), ("RUSTC", rustc.as_path())];
    script(
        "language.mjs",
        Some("examples/rust"),
        Some("wasmrust"),
        &env,
    );
}

#[test]
fn go() {
    let Some(go) = tools::find("go", "go") else {
        return;
    };
    let path = path_with(&go);
    let env = [("LANGUAGE", Path::new("go")), ("PATH", path.as_path())];
    script("language.mjs", Some("examples/go"), Some("wasmgo"), &env);
}

#[test]
fn assemblyscript() {
    let modules = target().join("test-asc/node_modules");
    if !is_there(&modules.join("assemblyscript/dist/asc.js"), "asc") {
        return;
    }
    let env = [
        ("LANGUAGE", Path::new("assemblyscript")),
        ("NODE_MODULES", modules.as_path()),
    ];
    script(
        "language.mjs",
        Some("examples/assemblyscript"),
        Some("wasmasc"),
        &env,
    );
}

#[test]
fn python() {
    script(
        "language.mjs",
        Some("examples/python"),
        Some("waspy"),
        &[("LANGUAGE", Path::new("python"))],
    );
}
