//! Workspaces: which package, and what a member depends on.

use plugin_protocol::{ErrorCode, Profile};
use serde_json::json;

use crate::world::{World, compiler};

fn workspace() -> World {
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
    };
    let dependency = "[dependencies]\ncore-parts = { path = \"../core\" }\n";
    World::new(
        "work space",
        &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"apps/*\", \"core\"]\nresolver = \"2\"\n",
            ),
            ("core/Cargo.toml", &package("core-parts", "")),
            (
                "core/src/lib.rs",
                "pub fn word() -> &'static str { include_str!(\"../word\") }",
            ),
            ("core/word", "shared"),
            (
                "apps/one/Cargo.toml",
                &package("one", &dependency.replace("../core", "../../core")),
            ),
            (
                "apps/one/src/main.rs",
                "fn main() { println!(\"one {}\", core_parts::word()); }",
            ),
            (
                "apps/two/Cargo.toml",
                &package("two", &dependency.replace("../core", "../../core")),
            ),
            (
                "apps/two/src/main.rs",
                "fn main() { println!(\"two {}\", core_parts::word()); }",
            ),
        ],
    )
}

#[test]
fn a_package_is_chosen() {
    if compiler().is_none() {
        return;
    }
    let world = workspace();
    let found = world.plugin().detect(&world.project()).good().result.found;
    assert_eq!(found.unwrap().unwrap().why, "Cargo.toml, workspace of 3");

    let built = world
        .build(Profile::Debug, json!({"package": "two"}))
        .good();
    let told = world.run(&[]);
    assert_eq!(told.as_deref().unwrap_or("two shared\n"), "two shared\n");
    let inputs = world.inputs(&built);
    for file in [
        "core/word",
        "core/src/lib.rs",
        "core/Cargo.toml",
        "apps/one/Cargo.toml",
    ] {
        assert!(
            inputs.files.iter().any(|it| it == file),
            "{file} {inputs:#?}"
        );
    }
    assert_eq!(inputs.globs, ["apps/two/src/**", "core/src/**"]);

    let mut request = world.request(Profile::Debug, json!({}));
    request.entry = Some("apps/one/src/main.rs".into());
    world.plugin().build(&request).good();
    let told = world.run(&[]);
    assert_eq!(told.as_deref().unwrap_or("one shared\n"), "one shared\n");
}

#[test]
fn what_is_not_clear_is_said() {
    let world = workspace();
    let built = world.build(Profile::Debug, json!({}));
    let error = built.error();
    assert_eq!(error.code, ErrorCode::ProjectInvalid);
    assert!(error.cause[0].contains("one, two"), "{error:?}");

    let built = world.build(Profile::Debug, json!({"package": "three"}));
    let error = built.error();
    assert_eq!(error.code, ErrorCode::ProjectInvalid);
    assert!(error.message.contains("`three`"), "{error:?}");
    assert_eq!(error.cause, ["it has core-parts, one, two"]);

    let validated = world.plugin().validate(&world.project());
    let told = validated.diagnostics();
    assert!(told[0].message.contains("several packages"), "{told:?}");
}

/// The sources of a path dependency are outside of the project then, and cargo's
/// `target` is the workspace's.
#[test]
fn a_member_is_a_project_too() {
    if compiler().is_none() {
        return;
    }
    let world = workspace();
    let member = world.project().join("apps/one");
    let mut request = world.request(Profile::Debug, json!({}));
    request.project.clone_from(&member);
    let mut plugin = world.plugin();
    let built = plugin.build(&request).good();
    let inputs = world.inputs(&built);
    for file in ["core/word", "core/src/lib.rs", "Cargo.toml", "Cargo.lock"] {
        let file = world.project().join(file);
        assert!(
            inputs.files.contains(&file.to_str().unwrap().to_owned()),
            "{inputs:#?}"
        );
    }
    assert!(
        inputs.files.contains(&"src/main.rs".to_owned()),
        "{inputs:#?}"
    );

    let cleaned = plugin.clean(&member, false).good();
    assert_eq!(cleaned.result.removed, Some(vec![]));
    assert!(
        cleaned.log().contains("outside of the project"),
        "{}",
        cleaned.log()
    );
    assert!(world.project().join("target/wasm32-wasip1").is_dir());
}
