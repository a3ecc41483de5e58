//! Programs and libraries that are built, run and give what is expected.

use std::fs;

use plugin_protocol::Profile;
use serde_json::json;

use crate::world::{World, compiler};

const GLIDER: &str = "........\n..#.....\n...#....\n.###....\n........\n........\n\
                      5 alive after 4 generations\n";

#[test]
fn a_program_in_a_folder_with_spaces_and_accents() {
    if compiler().is_none() {
        return;
    }
    let world = World::example("mein Spiel, déjà vu", "rust");
    let mut plugin = world.plugin();
    let found = plugin.detect(&world.project()).good().result.found;
    let found = found.unwrap().unwrap();
    assert_eq!(found.why, "Cargo.toml, program");
    assert_eq!(found.entry.as_deref(), Some("src/main.rs"));
    let missing = plugin.check(&world.project()).good().result.missing;
    assert_eq!(missing, Some(vec![]));
    assert_eq!(plugin.validate(&world.project()).good().events, []);

    let request = world.request(Profile::Release, json!({}));
    let built = plugin.build(&request).good();
    assert_eq!(built.artifacts(), ["Wasm out.wasm"]);
    assert!(
        built.log().contains("Compiling life v0.1.0"),
        "{}",
        built.log()
    );
    let told = world.run(&[]);
    assert_eq!(told.as_deref().unwrap_or(GLIDER), GLIDER);
    let told = world.run(&["0"]).unwrap_or(".#......".into());
    assert!(told.starts_with(".#......"), "{told}");

    let target = "target";
    let removed = plugin.clean(&world.project(), true).good().result.removed;
    assert_eq!(removed, Some(vec![target.to_owned()]));
    assert!(world.project().join(target).is_dir(), "a dry run");
    let removed = plugin.clean(&world.project(), false).good().result.removed;
    assert_eq!(removed, Some(vec![target.to_owned()]));
    assert!(!world.project().join(target).exists());
    let removed = plugin.clean(&world.project(), false).good().result.removed;
    assert_eq!(removed, Some(vec![]));
}

/// LLVM's linker cannot write below such a folder.
#[test]
fn a_program_in_a_folder_with_a_percent_sign() {
    if compiler().is_none() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let world = World::example("a %20 b 'c' $HOME", "rust");
    let world = world.set("CARGO_HOME", home.path().to_str().unwrap());
    let mut plugin = world.plugin();
    let built = plugin.build(&world.request(Profile::Debug, json!({})));
    assert_eq!(built.good().artifacts(), ["Wasm out.wasm"]);
    let folders = || fs::read_dir(home.path().join("wasmrust")).unwrap().count();
    assert_eq!(folders(), 1);
    plugin.clean(&world.project(), false).good();
    assert_eq!(folders(), 0);
}

#[test]
fn profiles_differ_in_size() {
    if compiler().is_none() {
        return;
    }
    let world = World::example("life", "rust");
    let size = |profile| {
        world.build(profile, json!({})).good();
        fs::metadata(world.stage("out.wasm")).unwrap().len()
    };
    let (debug, release, small) = (
        size(Profile::Debug),
        size(Profile::Release),
        size(Profile::Size),
    );
    assert!(
        small < release && release < debug,
        "{small} {release} {debug}"
    );
    let told = world.run(&[]);
    assert_eq!(told.as_deref().unwrap_or(GLIDER), GLIDER);
}

/// Several files, a dependency from the registry with build scripts and
/// dependencies of its own, a build script, and progress in crates.
#[test]
fn a_real_project_with_dependencies() {
    if compiler().is_none() {
        return;
    }
    let world = World::new(
        "notes",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"notes\"\nversion = \"1.2.3\"\nedition = \"2021\"\n\
                 [dependencies]\nserde_json = \"1\"\n",
            ),
            (
                "build.rs",
                "fn main() {\n    println!(\"cargo::rerun-if-changed=words\");\n    \
                 println!(\"cargo::rerun-if-env-changed=CC_SHOUT\");\n    \
                 let word = std::fs::read_to_string(\"words/greeting.txt\").unwrap();\n    \
                 println!(\"cargo::rustc-env=GREETING={}\", word.trim());\n    \
                 let out = std::env::var(\"OUT_DIR\").unwrap();\n    \
                 std::fs::write(out + \"/made.rs\", \"pub const MADE: u8 = 7;\").unwrap();\n    \
                 println!(\"cargo::warning=careful with words\");\n}\n",
            ),
            ("words/greeting.txt", "hello\n"),
            ("data/list.json", "{\"notes\": [1, 2, 3]}"),
            (
                "src/main.rs",
                "mod notes;\ninclude!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));\n\
                 fn main() {\n    println!(\"{} {} {MADE}\", env!(\"GREETING\"), \
                 notes::sum().unwrap());\n    \
                 println!(\"{}\", option_env!(\"CC_FLAVOUR\").unwrap_or(\"plain\"));\n}\n",
            ),
            (
                "src/notes/mod.rs",
                "mod parse;\npub fn sum() -> Option<u64> {\n    parse::list()?.iter()\
                 .map(|it| it.as_u64()).sum()\n}\n",
            ),
            (
                "src/notes/parse.rs",
                "pub fn list() -> Option<Vec<serde_json::Value>> {\n    let text = \
                 include_str!(\"../../data/list.json\");\n    let value: serde_json::Value = \
                 serde_json::from_str(text).ok()?;\n    value[\"notes\"].as_array().cloned()\n}\n",
            ),
        ],
    );
    let built = world.build(Profile::Debug, json!({})).good();
    let told = world.run(&[]);
    assert_eq!(
        told.as_deref().unwrap_or("hello 6 7\nplain\n"),
        "hello 6 7\nplain\n"
    );

    let warnings: Vec<_> = built.diagnostics().iter().map(|it| &*it.message).collect();
    assert_eq!(warnings, ["careful with words"]);
    let events = serde_json::to_string(&built.events).unwrap();
    assert!(events.contains(r#""unit":"crates""#), "{events}");

    let inputs = world.inputs(&built);
    for file in [
        "Cargo.toml",
        "Cargo.lock",
        "build.rs",
        "words",
        "data/list.json",
        "src/main.rs",
        "src/notes/parse.rs",
        ".cargo/config.toml",
        "rust-toolchain.toml",
    ] {
        assert!(
            inputs.files.iter().any(|it| it == file),
            "{file} {inputs:#?}"
        );
    }
    assert_eq!(inputs.globs, ["src/**"]);
    for path in &inputs.files {
        assert!(
            !path.contains("target") && !path.contains("registry"),
            "{path}"
        );
    }
    let env = &built.result.env_read;
    for name in [
        "CC_FLAVOUR",
        "CC_SHOUT",
        "RUSTFLAGS",
        "CARGO_PROFILE_DEV_LTO",
    ] {
        assert!(env.iter().any(|it| it == name), "{name} {env:?}");
    }
    assert!(!env.iter().any(|it| it == "OUT_DIR"), "{env:?}");
    let rustc = built
        .result
        .tools
        .iter()
        .find(|it| it.name.ends_with("rustc"))
        .unwrap();
    assert!(rustc.version.is_some() && rustc.parts.iter().any(|it| it.ends_with("lib")));
    assert_eq!(built.result.uncacheable, None);
}

const CDYLIB: &str = "[package]\nname = \"sums\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                      [lib]\ncrate-type = [\"cdylib\"]\n";

const ADD: &str =
    "#[unsafe(no_mangle)]\npub extern \"C\" fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n";

#[test]
fn a_cdylib_is_a_module_without_a_system() {
    if compiler().is_none() {
        return;
    }
    let world = World::new("sums", &[("Cargo.toml", CDYLIB), ("src/lib.rs", ADD)]);
    let built = world.build(Profile::Release, json!({})).good();
    assert_eq!(built.artifacts(), ["Wasm out.wasm"]);
    assert!(
        world
            .project()
            .join("target/wasm32-unknown-unknown")
            .is_dir()
    );
    let told = world.call("add", &["40", "2"]);
    assert_eq!(told.as_deref().unwrap_or("42\n"), "42\n");
}

#[test]
fn a_plain_library_becomes_a_cdylib() {
    if compiler().is_none() {
        return;
    }
    let manifest = CDYLIB.split("[lib]").next().unwrap();
    let world = World::new("sums", &[("Cargo.toml", manifest), ("src/lib.rs", ADD)]);
    let mut plugin = world.plugin();
    let told = plugin.validate(&world.project()).good();
    let told = told.diagnostics();
    assert!(told[0].message.contains("not a cdylib"), "{told:?}");
    assert_eq!(told[0].file.as_deref(), Some("Cargo.toml"));
    plugin
        .build(&world.request(Profile::Debug, json!({})))
        .good();
    let told = world.call("add", &["1", "2"]);
    assert_eq!(told.as_deref().unwrap_or("3\n"), "3\n");
}

#[test]
fn the_target_may_be_chosen() {
    if compiler().is_none() {
        return;
    }
    let config = "[build]\ntarget = \"wasm32-unknown-unknown\"\n";
    let world = World::example("life", "rust");
    world.write(".cargo/config.toml", config);
    world.build(Profile::Debug, json!({})).good();
    let made = |target: &str| world.project().join("target").join(target).is_dir();
    assert!(made("wasm32-unknown-unknown") && !made("wasm32-wasip1"));
    let options = json!({"target": "wasm32-wasip1"});
    world.build(Profile::Debug, options).good();
    assert!(made("wasm32-wasip1"));
}

#[test]
fn features_are_chosen() {
    if compiler().is_none() {
        return;
    }
    let world = World::new(
        "features",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"features\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
                 [features]\ndefault = [\"one\"]\none = []\ntwo = []\n\
                 [profile.ship]\ninherits = \"release\"\n",
            ),
            (
                "src/main.rs",
                "fn main() { println!(\"{} {}\", cfg!(feature = \"one\"), cfg!(feature = \"two\")); }",
            ),
        ],
    );
    for (options, expected) in [
        (json!({}), "true false\n"),
        (json!({"features": "two"}), "true true\n"),
        (
            json!({"features": ["two"], "default-features": false}),
            "false true\n",
        ),
        (
            json!({"all_features": true, "profile": "ship"}),
            "true true\n",
        ),
    ] {
        world.build(Profile::Debug, options).good();
        let told = world.run(&[]);
        assert_eq!(told.as_deref().unwrap_or(expected), expected);
    }
    let made = world.project().join("target/wasm32-wasip1/ship");
    assert!(made.is_dir());
    let built = world.build(Profile::Debug, json!({"features": "three"}));
    assert!(built.error().message.contains("three"), "{built:?}");
}
