//! What is built runs, and is the same wherever it is built.

use std::fs;

use plugin_protocol::Profile;
use serde_json::json;

use crate::world::World;

const ADD: &str =
    "export function add(a: i32, b: i32): i32 {\n  assert(a >= 0);\n  return a + b;\n}\n";

#[test]
fn a_library_without_any_configuration() {
    let Some(world) = World::new("hello", &[("index.ts", ADD)]) else {
        return;
    };
    let answer = world.build(Profile::Release, json!({})).good();
    assert_eq!(answer.artifacts(), ["Wasm out.wasm"]);
    assert_eq!(world.call("add", &["40", "2"]), "42");
    let release = fs::metadata(world.stage("out.wasm")).unwrap().len();

    let answer = world.build(Profile::Debug, json!({})).good();
    assert_eq!(answer.artifacts(), ["Wasm out.wasm", "Map out.wasm.map"]);
    let debug = fs::read(world.stage("out.wasm")).unwrap();
    assert!(debug.len() as u64 > release);
    let has = |word: &[u8]| debug.windows(word.len()).any(|it| it == word);
    assert!(has(b"index/add") && has(b"./out.wasm.map"));
    let map: serde_json::Value =
        serde_json::from_slice(&fs::read(world.stage("out.wasm.map")).unwrap()).unwrap();
    let sources = map["sources"].as_array().unwrap();
    let own = sources.iter().position(|it| it == "index.ts").unwrap();
    assert_eq!(map["sourcesContent"][own], ADD);
}

#[test]
fn the_example_is_a_program() {
    let Some(world) = World::example("primes") else {
        return;
    };
    let before = world.files();
    for (profile, artifacts) in [
        (Profile::Release, &["Wasm out.wasm"][..]),
        (Profile::Debug, &["Wasm out.wasm", "Map out.wasm.map"]),
        (Profile::Size, &["Wasm out.wasm"]),
    ] {
        let answer = world.build(profile, json!({})).good();
        assert_eq!(answer.artifacts(), artifacts, "{profile:?}");
        assert_eq!(
            world.run(&["30"]),
            "2 3 5 7 11 13 17 19 23 29",
            "{profile:?}"
        );
    }
    assert_eq!(
        before,
        world.files(),
        "a build left something in the project"
    );
}

#[test]
fn names_may_have_spaces_and_any_letters() {
    let files = [
        ("assembly/größe ß.ts", "export const SIZE: i32 = 6;\n"),
        (
            "assembly/日本 語.ts",
            "import { SIZE } from \"./größe ß\";\nexport function f(): i32 { return SIZE * 7; }\n",
        ),
        (
            "asconfig.json",
            r#"{"entries":["./assembly/日本 語.ts"],"targets":{"release":{"outFile":"büild/x.wasm","textFile":"büild/x.wat"}}}"#,
        ),
    ];
    let Some(world) = World::new("mein Projekt [é] {1}", &files) else {
        return;
    };
    let mut request = world.request(Profile::Release, json!({}));
    request.entry = Some("assembly/日本 語.ts".into());
    request.name = "my out-é".into();
    let answer = world.plugin().build(&request).good();
    assert_eq!(
        answer.artifacts(),
        ["Wasm my out-é.wasm", "Asset my out-é.wat"]
    );
    fs::rename(world.stage("my out-é.wasm"), world.stage("out.wasm")).unwrap();
    assert_eq!(world.call("f", &[]), "42");
    let inputs = world.inputs(&answer);
    for file in [
        "assembly/größe ß.ts",
        "assembly/日本 語.ts",
        "asconfig.json",
    ] {
        assert!(inputs.files.iter().any(|it| it == file), "{inputs:?}");
    }
}

#[test]
fn the_same_sources_give_the_same_bytes_anywhere() {
    let worlds = [World::example("one"), World::example("a longer näme")];
    let [Some(one), Some(other)] = worlds else {
        return;
    };
    for profile in [Profile::Debug, Profile::Release] {
        for world in [&one, &other] {
            world.build(profile, json!({"bindings": "esm"})).good();
        }
        for file in ["out.wasm", "out.js", "out.d.ts", "out.wasm.map"] {
            let bytes = |world: &World| fs::read(world.stage(file)).ok();
            assert!(bytes(&one) == bytes(&other), "{profile:?} {file}");
        }
    }
}

#[test]
fn flags_and_targets_reach_the_compiler() {
    let config = r#"{"targets":{"ship":{"runtime":"stub","noAssert":true}}}"#;
    let files = [("assembly/index.ts", ADD), ("asconfig.json", config)];
    let Some(world) = World::new("flags", &files) else {
        return;
    };
    world.build(Profile::Release, json!({})).good();
    let has_abort = || {
        let module = fs::read(world.stage("out.wasm")).unwrap();
        module.windows(5).any(|it| it == b"abort")
    };
    assert!(has_abort());
    world
        .build(Profile::Release, json!({"target": "ship"}))
        .good();
    assert!(!has_abort());
    world
        .build(
            Profile::Release,
            json!({"flags": "--noAssert --exportStart begin"}),
        )
        .good();
    assert!(!has_abort());
    let module = fs::read(world.stage("out.wasm")).unwrap();
    assert!(module.windows(5).any(|it| it == b"begin"));
}

#[test]
fn a_project_is_recognised_checked_and_cleaned() {
    let Some(world) = World::example("life") else {
        return;
    };
    let mut plugin = world.plugin();
    let found = plugin
        .detect(world.project())
        .good()
        .result
        .found
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.score, found.entry.as_deref()),
        (93, Some("assembly/index.ts"))
    );
    let missing = plugin.check(world.project()).good().result.missing;
    assert_eq!(missing.unwrap(), []);
    plugin.validate(world.project()).good();
    world.write("dist/release.wasm", "");
    world.write("dist/debug.wasm.map", "");
    world.write("dist/mine.wasm", "");
    let made = ["dist/debug.wasm.map", "dist/release.wasm"];
    for dry_run in [true, false] {
        let answer = plugin.clean(world.project(), dry_run).good();
        assert_eq!(answer.result.removed.unwrap(), made);
        assert_eq!(world.project().join(made[1]).exists(), dry_run);
    }
    assert!(world.project().join("dist/mine.wasm").exists());
    assert_eq!(
        plugin
            .clean(world.project(), false)
            .good()
            .result
            .removed
            .unwrap(),
        [""; 0]
    );
}
