//! What goes wrong, and how it is told.

use std::path::Path;
use std::process::Command;

use plugin_protocol::{Blame, ErrorCode, Profile, Severity, Status};
use serde_json::json;

use crate::world::{World, compiler};

const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

fn app(files: &[(&str, &str)]) -> World {
    let world = World::new("app ö", &[("Cargo.toml", MANIFEST)]);
    for (path, text) in files {
        world.write(path, text);
    }
    world
}

#[test]
fn a_mistake_has_its_place_and_a_fix() {
    if compiler().is_none() {
        return;
    }
    let source = "fn main() {\n    let mut ö = 1;\n    let x: i32 = \"é\";\n    \
                  println!(\"{ö} {x}\");\n}\n";
    let world = app(&[("src/main.rs", source)]);
    let built = world.build(Profile::Debug, json!({}));
    assert_eq!(built.result.status, Status::Failed);
    let told = built.diagnostics();
    assert_eq!(told.len(), 1, "{told:#?}");
    let mistake = told[0];
    assert_eq!(mistake.severity, Severity::Error);
    assert_eq!(mistake.code.as_deref(), Some("E0308"));
    assert_eq!(mistake.message, "mismatched types");
    assert_eq!(mistake.file.as_deref(), Some("src/main.rs"));
    let span = mistake.span.unwrap();
    assert_eq!((span.start, span.end), ([3, 18], [3, 21]));
    assert_eq!(span.bytes.map(|it| it.map(|at| at as usize)), {
        let at = source.find("\"é\"").unwrap();
        Some([at, at + 4])
    });
    let notes = mistake.notes.join("\n");
    assert!(
        notes.contains("expected due to this (src/main.rs:3:12)"),
        "{notes}"
    );
    let rendered = mistake.rendered.as_deref().unwrap();
    assert!(rendered.contains("let x: i32 = \"é\";"), "{rendered}");

    // Mended, it still has a warning, with what mends that.
    world.write("src/main.rs", &source.replace("\"é\"", "2"));
    let built = world.build(Profile::Debug, json!({})).good();
    let told = built.diagnostics();
    assert_eq!(told[0].severity, Severity::Warning);
    assert_eq!(told[0].code.as_deref(), Some("unused_mut"));
    let edit = &told[0].fixes[0].edits[0];
    assert_eq!(
        (edit.file.as_str(), edit.text.as_str()),
        ("src/main.rs", "")
    );
    assert_eq!((edit.span.start, edit.span.end), ([2, 9], [2, 13]));
}

/// A line of source that is longer than most readers of lines take.
#[test]
fn a_mistake_in_a_very_long_line() {
    if compiler().is_none() {
        return;
    }
    let source = format!(
        "fn main() {{ let _x: i32 = \"{}\"; }}\n",
        "y".repeat(200_000)
    );
    let world = app(&[("src/main.rs", &source)]);
    let built = world.build(Profile::Debug, json!({}));
    assert_eq!(built.result.status, Status::Failed);
    let told = built.diagnostics();
    assert_eq!(
        told[0].span.unwrap().start,
        [1, 27],
        "{:?}",
        told[0].message
    );
}

#[test]
fn a_broken_manifest_has_a_place() {
    let world = app(&[("src/main.rs", "fn main() {}")]);
    world.write("Cargo.toml", &format!("{MANIFEST}[dependencies\n"));
    let built = world.build(Profile::Debug, json!({}));
    assert_eq!(built.result.status, Status::Failed, "{built:#?}");
    let told = built.diagnostics();
    assert_eq!(told[0].file.as_deref(), Some("Cargo.toml"));
    assert_eq!(told[0].span.unwrap().start[0], 5);
    let validated = world.plugin().validate(&world.project());
    assert_eq!(validated.result.status, Status::Failed);
}

#[test]
fn a_build_script_that_fails_has_a_place() {
    if compiler().is_none() {
        return;
    }
    let script =
        "fn main() {\n    let word: Option<u8> = None;\n    word.expect(\"no word\");\n}\n";
    let world = app(&[("src/main.rs", "fn main() {}"), ("build.rs", script)]);
    let built = world.build(Profile::Debug, json!({}));
    assert_eq!(built.result.status, Status::Failed, "{built:#?}");
    let told = built.diagnostics();
    let told = told
        .iter()
        .find(|it| it.severity == Severity::Error)
        .unwrap();
    assert_eq!(told.message, "the build script of `app` failed: no word");
    assert_eq!(told.file.as_deref(), Some("build.rs"));
    assert_eq!(told.span.unwrap().start, [3, 10]);

    world.write("build.rs", "fn main() { let x: u8 = 1000; }");
    let built = world.build(Profile::Debug, json!({}));
    assert_eq!(built.result.status, Status::Failed);
    let told = built.diagnostics();
    let told = told
        .iter()
        .find(|it| it.severity == Severity::Error)
        .unwrap();
    assert_eq!(told.file.as_deref(), Some("build.rs"));
}

#[test]
fn a_dependency_that_is_not_there_offline() {
    let world = app(&[("src/main.rs", "fn main() {}")]);
    let manifest = format!("{MANIFEST}[dependencies]\nno-such-crate-of-wasmrun = \"1\"\n");
    world.write("Cargo.toml", &manifest);
    let mut request = world.request(Profile::Debug, json!({}));
    request.offline = true;
    if compiler().is_none() {
        return;
    }
    let built = world.plugin().build(&request);
    let error = built.error();
    assert_eq!(error.code, ErrorCode::DependencyMissing, "{error:?}");
    assert_eq!(error.blame, Blame::Environment);
    assert!(
        error.message.contains("no-such-crate-of-wasmrun"),
        "{error:?}"
    );
    assert_eq!(error.fix, ["cargo", "fetch"]);
}

#[test]
fn a_lock_file_that_does_not_fit() {
    if compiler().is_none() {
        return;
    }
    let world = app(&[("src/main.rs", "fn main() {}")]);
    world.write("extra/Cargo.toml", &MANIFEST.replace("app", "extra"));
    world.write("extra/src/lib.rs", "");
    world.build(Profile::Debug, json!({})).good();
    let manifest = format!("{MANIFEST}[dependencies]\nextra = {{ path = \"extra\" }}\n");
    world.write("Cargo.toml", &manifest);
    let before = std::fs::read(world.project().join("Cargo.lock")).unwrap();
    let mut request = world.request(Profile::Debug, json!({}));
    request.locked = true;
    let built = world.plugin().build(&request);
    let error = built.error();
    assert_eq!(error.code, ErrorCode::ProjectInvalid, "{error:?}");
    assert_eq!(error.fix, ["cargo", "update", "--workspace"]);
    let after = std::fs::read(world.project().join("Cargo.lock")).unwrap();
    assert_eq!(before, after);
}

#[test]
fn what_is_no_project_is_none() {
    let world = World::new("empty", &[("src/main.rs", "")]);
    let mut plugin = world.plugin();
    let found = plugin.detect(&world.project()).good().result.found;
    assert_eq!(found, Some(None));
    let request = world.request(Profile::Debug, json!({}));
    let built = plugin.build(&request);
    assert_eq!(built.error().code, ErrorCode::ProjectInvalid);
    assert_eq!(built.error().fix, ["cargo", "init"]);
    let built = world.build(Profile::Debug, json!({"colour": 1}));
    assert!(built.error().message.contains("`colour`"));
}

/// The compiler that runs this test, if it has no library for the target.
#[test]
fn a_target_that_is_not_installed() {
    let target = "wasm32v1-none";
    let args = ["--print=target-libdir", "--target", target];
    let output = Command::new("rustc").args(args).output().unwrap();
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(output.status.success());
    if Path::new(&folder).is_dir() {
        return;
    }
    let world = app(&[("src/main.rs", "fn main() {}")]).set("RUSTC", "rustc");
    world.write(
        ".cargo/config.toml",
        &format!("[build]\ntarget = \"{target}\"\n"),
    );
    let mut plugin = world.plugin();
    let missing = plugin
        .check(&world.project())
        .good()
        .result
        .missing
        .unwrap();
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert_eq!(missing[0].name, target);
    assert!(missing[0].blocking);
    let built = plugin.build(&world.request(Profile::Debug, json!({})));
    let error = built.error();
    assert_eq!(error.code, ErrorCode::DependencyMissing);
    assert_eq!(error.fix, missing[0].fix);
    if folder.contains("/.rustup/toolchains/") {
        assert_eq!(error.fix, ["rustup", "target", "add", target]);
    }
    assert!(
        !world.project().join("target").exists(),
        "nothing was built"
    );

    let built = world.build(Profile::Debug, json!({"target": "wasm32-made-up"}));
    assert!(built.error().message.contains("does not know"), "{built:?}");
}

#[test]
fn no_compiler_at_all() {
    let world = app(&[("src/main.rs", "fn main() {}")]).set("PATH", "/nowhere");
    let mut plugin = world.plugin();
    let missing = plugin
        .check(&world.project())
        .good()
        .result
        .missing
        .unwrap();
    assert!(missing[0].blocking);
    assert_eq!(missing[0].name, "cargo");
    let built = plugin.build(&world.request(Profile::Debug, json!({})));
    assert_eq!(built.error().code, ErrorCode::DependencyMissing);
    assert!(built.error().message.contains("cargo is not installed"));
}
