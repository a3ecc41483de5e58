//! What a result depends on, in the cases that are easily forgotten.

use plugin_protocol::Profile;
use serde_json::json;

use crate::world::{World, compiler};

const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

/// Cargo runs a build script that says nothing again when anything changes.
#[test]
fn a_silent_build_script_depends_on_all_of_its_package() {
    if compiler().is_none() {
        return;
    }
    let world = World::new(
        "app",
        &[
            ("Cargo.toml", MANIFEST),
            ("build.rs", "fn main() {}"),
            ("src/main.rs", "fn main() {}"),
            ("assets/deep/x.txt", "1"),
            ("notes.txt", "1"),
        ],
    );
    let inputs = world.inputs(&world.build(Profile::Debug, json!({})).good());
    assert!(
        inputs.files.contains(&"notes.txt".to_owned()),
        "{inputs:#?}"
    );
    assert!(
        inputs.globs.contains(&"assets/**".to_owned()),
        "{inputs:#?}"
    );
    assert!(inputs.names.contains(&"*".to_owned()), "{inputs:#?}");
    assert!(
        !inputs.globs.iter().any(|it| it.contains("target")),
        "{inputs:#?}"
    );
}

#[test]
fn sources_beside_the_manifest_are_found_too() {
    if compiler().is_none() {
        return;
    }
    let manifest = format!("{MANIFEST}[[bin]]\nname = \"app\"\npath = \"start.rs\"\n");
    let world = World::new(
        "app [1]",
        &[
            ("Cargo.toml", &manifest),
            ("start.rs", "mod more; fn main() { more::go() }"),
            ("more.rs", "pub fn go() {}"),
        ],
    );
    let inputs = world.inputs(&world.build(Profile::Debug, json!({})).good());
    assert!(inputs.files.contains(&"more.rs".to_owned()), "{inputs:#?}");
    assert_eq!(inputs.names, ["*.rs"]);
}

/// A crate outside of the project and the registry: a folder with brackets in
/// its name must not become a pattern.
#[test]
fn a_dependency_elsewhere_counts_with_its_sources() {
    if compiler().is_none() {
        return;
    }
    let world = World::new("app", &[("src/main.rs", "fn main() { lib::go() }")]);
    let other = World::new(
        "lib {x}",
        &[
            ("Cargo.toml", &MANIFEST.replace("app", "lib")),
            (
                "src/lib.rs",
                "pub fn go() { println!(\"{:?}\", option_env!(\"MODE\")) }",
            ),
        ],
    );
    let path = other.project();
    let manifest = format!("{MANIFEST}[dependencies]\nlib = {{ path = {path:?} }}\n");
    world.write("Cargo.toml", &manifest);
    let built = world.build(Profile::Debug, json!({})).good();
    let inputs = world.inputs(&built);
    let source = path.join("src/lib.rs").to_str().unwrap().to_owned();
    assert!(inputs.files.contains(&source), "{inputs:#?}");
    let pattern = path.join("src/**").to_str().unwrap().replace('{', "[{]");
    assert!(inputs.globs.contains(&pattern), "{inputs:#?}");
    assert!(built.result.env_read.contains(&"MODE".to_owned()));
}

/// What is not named in the report does not reach cargo.
#[test]
fn a_setting_that_nobody_names_is_hidden() {
    if compiler().is_none() {
        return;
    }
    let source = "fn main() { println!(\"{}\", cfg!(debug_assertions)); }";
    let world = World::new("app", &[("Cargo.toml", MANIFEST), ("src/main.rs", source)])
        .set("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
        .set("CARGO_PROFILE_RELEASE_PACKAGE_APP_OPT_LEVEL", "0");
    let built = world.build(Profile::Release, json!({})).good();
    let told = world.run(&[]);
    assert_eq!(told.as_deref().unwrap_or("true\n"), "true\n");
    let env = &built.result.env_read;
    let has = |name: &str| env.iter().any(|it| it == name);
    assert!(has("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS"), "{env:?}");
    assert!(
        !has("CARGO_PROFILE_RELEASE_PACKAGE_APP_OPT_LEVEL"),
        "{env:?}"
    );
}
