use std::process::Command;

use super::*;
use crate::tools;

/// Begins a plugin and has it made into an executable; then it builds its
/// example, tells of an error with its place, and is installed.
fn begin(lang: &str, make: impl FnOnce(&Path) -> Option<PathBuf>) {
    let world = World::new();
    let run = world.run(&[
        "plugin",
        "new",
        "--lang",
        lang,
        "my plugins/nim",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(lines(&run)[0]["name"], "nim");
    let folder = world.path().join("my plugins/nim");
    assert!(folder.join("README.md").exists());
    let Some(exe) = make(&folder) else {
        return;
    };
    std::fs::rename(folder.join("example"), world.path().join("app")).unwrap();
    let run = world.run(&["compile", "app", "--plugin", exe.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("detected: nim (main.nim), built by nim"),
        "{}",
        run.err
    );
    assert_eq!(
        std::fs::read(world.path().join("app/dist/app.wasm")).unwrap(),
        MODULE
    );
    let run = install(&world, &exe);
    assert_eq!(run.code, 0, "{}", run.err);
    world.write(
        "app/main.nim",
        if lang == "sh" {
            "no module"
        } else {
            "00 61\n ü zz ; c\n"
        },
    );
    let run = world.run(&["compile", "app"]);
    assert_eq!(run.code, if lang == "sh" { 4 } else { 1 }, "{}", run.err);
    if lang != "sh" {
        assert!(run.err.contains("main.nim:2:2"), "{}", run.err);
        assert!(run.err.contains("main.nim:2:4"), "{}", run.err);
    }
}

fn script(folder: &Path) -> Option<PathBuf> {
    Some(folder.join("wasmrun-plugin-nim"))
}

#[test]
fn a_plugin_in_shell_works() {
    begin("sh", script);
}

#[test]
fn a_plugin_in_python_works() {
    begin("py", script);
}

#[test]
fn a_plugin_in_javascript_works() {
    if tools::find("node", "").is_some() {
        begin("js", script);
    }
}

#[test]
fn a_plugin_in_go_works() {
    let Some(go) = tools::find("go", "go") else {
        return;
    };
    begin("go", |folder| {
        let built = Command::new(go)
            .args(["build", "."])
            .current_dir(folder)
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-mod=mod")
            .status();
        assert!(built.unwrap().success());
        script(folder)
    });
}

#[test]
fn a_plugin_in_rust_works() {
    begin("rust", |folder| {
        // What this workspace has built already need not be built again.
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/templates");
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "--target-dir"])
            .arg(&target)
            .current_dir(folder)
            .status();
        assert!(built.unwrap().success());
        Some(target.join("debug/wasmrun-plugin-nim"))
    });
}

#[test]
fn what_cannot_be_begun_is_refused() {
    let world = World::new();
    world.write("full/x", "");
    for (args, why) in [
        (&["--lang", "sh", "full"][..], "is not empty"),
        (&["--lang", "sh", "Größe"], "is not a name for a plugin"),
        (
            &["--lang", "sh", "x", "--name", "X"],
            "is not a name for a plugin",
        ),
        (&["--lang", "cobol", "x"], "invalid value `cobol`"),
    ] {
        let run = world.run(&[&["plugin", "new"], args].concat());
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(why), "{}", run.err);
    }
    let run = world.run(&["plugin", "new", "--lang", "sh", "wasmrun-plugin-x"]);
    assert!(run.err.contains("the plugin x begins"), "{}", run.err);
}
