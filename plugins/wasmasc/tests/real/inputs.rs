//! What a result depends on: all of it, so that the cache is never wrong.

use std::fs;

use plugin_protocol::Profile;
use serde_json::json;

use crate::world::{World, link};

#[test]
fn what_was_read_and_what_was_not_found_are_inputs() {
    let Some(world) = World::example("inputs") else {
        return;
    };
    world.write("assembly/deep/index.ts", "export const DEEP: i32 = 1;\n");
    world.write("assembly/unused.ts", "export const UNUSED: i32 = 1;\n");
    let text = "import { DEEP } from \"./deep\";\nconsole.log(DEEP.toString());\n";
    world.write("assembly/index.ts", text);
    let answer = world.build(Profile::Release, json!({})).good();
    let inputs = world.inputs(&answer);
    let shim = "node_modules/@assemblyscript/wasi-shim";
    for file in [
        "asconfig.json",
        "package.json",
        "package-lock.json",
        "assembly/index.ts",
        "assembly/deep/index.ts",
        // It would be found first.
        "assembly/deep.ts",
        "node_modules/assemblyscript/package.json",
        &format!("{shim}/asconfig.json"),
        &format!("{shim}/assembly/wasi_console.ts"),
    ] {
        assert!(
            inputs.files.iter().any(|it| it == file),
            "{file}: {inputs:#?}"
        );
    }
    assert!(!inputs.files.iter().any(|it| it.contains("unused")));
    assert_eq!(inputs.names, [format!("{shim}/assembly/*.ts")]);

    let result = &answer.result;
    assert_eq!(result.env_read, ["PATH", "NODE_OPTIONS", "NODE_PATH"]);
    assert_eq!(result.uncacheable, None);
    let tools: Vec<_> = result.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(tools, ["node", "asc"]);
    for tool in &result.tools {
        assert!(tool.path.as_ref().unwrap().is_file(), "{tool:?}");
        assert!(tool.version.as_ref().unwrap().contains('.'), "{tool:?}");
        assert!(tool.parts.iter().all(|part| part.exists()), "{tool:?}");
    }
    let binaryen = |part: &std::path::PathBuf| part.ends_with("node_modules/binaryen");
    assert!(result.tools[1].parts.iter().any(binaryen));
}

/// Each kind of change changes the module, and each is an input.
#[test]
fn a_change_of_an_input_changes_the_result() {
    let Some(world) = World::new("changes", &[("assembly/index.ts", "")]) else {
        return;
    };
    world.write("assembly/n/index.ts", "export const N: i32 = 1;\n");
    let text = "import { N } from \"./n\";\nexport function f(): i32 { return N; }\n";
    world.write("assembly/index.ts", text);
    let build = || {
        let answer = world.build(Profile::Release, json!({})).good();
        (world.inputs(&answer).files, world.call("f", &[]))
    };
    let (inputs, first) = build();
    assert_eq!(first, "1");
    assert!(inputs.contains(&"assembly/n.ts".to_owned()));
    world.write("assembly/n.ts", "export const N: i32 = 2;\n");
    assert_eq!(build().1, "2");
    world.delete("assembly/n.ts");
    assert_eq!(build().1, "1");
    assert!(inputs.contains(&"asconfig.json".to_owned()));
    world.write("asconfig.json", r#"{"entries":["./other.ts"]}"#);
    world.write("other.ts", "export function f(): i32 { return 3; }\n");
    assert_eq!(build().1, "3");
}

#[test]
fn a_member_of_a_workspace_uses_the_packages_above() {
    let Some(world) = World::new("workspace", &[("package-lock.json", "{}")]) else {
        return;
    };
    world.write("package.json", r#"{"workspaces":["members/*"]}"#);
    let shim = "../../node_modules/@assemblyscript/wasi-shim/asconfig.json";
    world.write(
        "members/a b/asconfig.json",
        &format!(r#"{{"extends":"{shim}"}}"#),
    );
    world.write("members/a b/assembly/index.ts", "console.log(\"hi\");\n");
    let mut request = world.request(Profile::Release, json!({}));
    request.project = world.project().join("members/a b");
    let answer = world.plugin().build(&request).good();
    assert_eq!(world.run(&[]), "hi");
    let inputs = world.inputs(&answer);
    let root = world.project().to_str().unwrap();
    for file in [
        "package-lock.json",
        "node_modules/assemblyscript/package.json",
    ] {
        assert!(
            inputs.files.contains(&format!("{root}/{file}")),
            "{inputs:#?}"
        );
    }
    let nearer = "node_modules/assemblyscript/package.json".to_owned();
    assert!(inputs.files.contains(&nearer), "{inputs:#?}");

    // By its name, the package is found wherever it is.
    let shim = "@assemblyscript/wasi-shim/asconfig.json";
    world.write(
        "members/a b/asconfig.json",
        &format!(r#"{{"extends":"{shim}"}}"#),
    );
    request.stage = world.request(Profile::Release, json!({})).stage;
    world.plugin().build(&request).good();
    assert_eq!(world.run(&[]), "hi");
}

#[test]
fn a_compiler_in_the_path_will_do() {
    let Some(world) = World::new("global", &[("index.ts", "export const A: i32 = 1;\n")]) else {
        return;
    };
    let modules = world.project().join("node_modules");
    let packages = fs::read_link(&modules).unwrap();
    fs::remove_file(&modules).unwrap();
    let tools = world.project().parent().unwrap().join("tools");
    link(&packages.join(".bin/asc"), &tools.join("asc"));
    let answer = world.build(Profile::Release, json!({})).good();
    assert_eq!(answer.artifacts(), ["Wasm out.wasm"]);
    let nearer = "node_modules/assemblyscript/package.json".to_owned();
    assert!(world.inputs(&answer).files.contains(&nearer));
}

#[test]
fn with_a_transform_nothing_is_cached() {
    let transform = "export default class { afterParse() { console.log('transforming'); } }\n";
    let files = [
        ("index.ts", "export const A: i32 = 1;\n"),
        ("transform.mjs", transform),
        (
            "asconfig.json",
            r#"{"targets":{"release":{"transform":["./transform.mjs"]}}}"#,
        ),
    ];
    let Some(world) = World::new("transform", &files) else {
        return;
    };
    let answer = world.build(Profile::Release, json!({})).good();
    assert!(
        answer
            .result
            .uncacheable
            .as_ref()
            .unwrap()
            .contains("transform")
    );
    assert_eq!(answer.log(), "transforming");
    let answer = world.build(Profile::Debug, json!({})).good();
    assert_eq!(answer.result.uncacheable, None);
}
