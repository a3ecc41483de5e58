//! The JavaScript beside a module.

use plugin_protocol::Profile;
use serde_json::json;

use crate::world::World;

const GREET: &str = "export function greet(name: string): string { return \"hello, \" + name; }\n";

#[test]
fn a_loader_and_its_types_lie_beside_the_module() {
    let Some(world) = World::new("greet", &[("assembly/index.ts", GREET)]) else {
        return;
    };
    let answer = world
        .build(Profile::Release, json!({"bindings": "esm"}))
        .good();
    let artifacts = ["Wasm out.wasm", "Types out.d.ts", "Js out.js"];
    assert_eq!(answer.artifacts(), artifacts);
    let script = "import { greet } from './out.js'; console.log(greet('wörld'));";
    assert_eq!(world.load(script), "hello, wörld");

    let answer = world
        .build(Profile::Release, json!({"bindings": "raw"}))
        .good();
    assert_eq!(answer.artifacts(), artifacts);
    let script = "import fs from 'node:fs'; import { instantiate } from './out.js';\
        const file = new URL('out.wasm', import.meta.url);\
        const module = new WebAssembly.Module(fs.readFileSync(file));\
        const { greet } = await instantiate(module, {}); console.log(greet('raw'));";
    assert_eq!(world.load(script), "hello, raw");
}

#[test]
fn an_option_replaces_what_the_configuration_says() {
    let config = r#"{"options":{"bindings":"esm"},"targets":{"release":{"bindings":["esm"]}}}"#;
    let files = [("assembly/index.ts", GREET), ("asconfig.json", config)];
    let Some(world) = World::new("greet", &files) else {
        return;
    };
    let esm = world.build(Profile::Release, json!({})).good();
    assert_eq!(esm.artifacts().len(), 3);
    assert!(
        std::fs::read_to_string(world.stage("out.js"))
            .unwrap()
            .contains("export const {")
    );
    world
        .build(Profile::Release, json!({"bindings": "raw"}))
        .good();
    assert!(
        !std::fs::read_to_string(world.stage("out.js"))
            .unwrap()
            .contains("export const {")
    );
    let none = world
        .build(Profile::Release, json!({"bindings": "none"}))
        .good();
    assert_eq!(none.artifacts(), ["Wasm out.wasm"]);
}
