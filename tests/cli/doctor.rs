use std::path::Path;

use serde_json::Value;

use crate::kit::{Run, World};
use crate::tools;

fn doctor(world: &World) -> (i32, Value) {
    let run = world.run(&["doctor", "--format", "json"]);
    assert_eq!(run.err, "");
    (run.code, serde_json::from_str(&run.out).unwrap())
}

fn language<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut all = report["languages"].as_array().unwrap().iter();
    all.find(|language| language["name"] == name).unwrap()
}

fn install(world: &World, example: &str) {
    let exe = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/plugins")
        .join(example);
    let run = world.run(&["plugin", "install", exe.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn a_fresh_machine_is_healthy_and_is_told_what_it_lacks() {
    let (code, report) = doctor(&World::new());
    assert_eq!((code, &report["healthy"]), (0, &true.into()));
    let go = language(&report, "go");
    assert_eq!(go["ready"], false);
    let fix = ["wasmrun", "plugin", "install", "wasmgo"];
    assert_eq!(go["missing"][0]["fix"], serde_json::json!(fix));
    assert_eq!(language(&report, "wat")["ready"], true);
    assert!(report["cache"].is_null(), "nothing was made");
    let rust = language(&report, "rust")["tools"].as_array().unwrap();
    let cargo = rust.iter().find(|tool| tool["name"] == "cargo").unwrap();
    assert!(cargo["path"].is_string(), "cargo runs this test");
    assert_eq!(report["system"]["os"], std::env::consts::OS);
    assert_eq!(report["terminal"]["colour_out"], false);
}

#[test]
fn without_any_tool_c_is_not_ready_and_says_what_would_make_it() {
    let world = World::new();
    let mut command = world.command(&["doctor", "--format", "json"]);
    command.env("PATH", world.path());
    let run = Run::of(command.output().unwrap());
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let c = language(&report, "c");
    assert_eq!((&c["ready"], run.code), (&false.into(), 0));
    let missing = c["missing"].as_array().unwrap();
    let is_blocking = |missing: &&Value| missing["blocking"] == true;
    let first = missing.iter().find(is_blocking).unwrap();
    assert!(!first["fix"].as_array().unwrap().is_empty(), "{first}");
}

#[test]
fn the_versions_of_tools_are_those_that_the_tools_say() {
    let Some(node) = tools::find("node", "") else {
        return;
    };
    let said = std::process::Command::new(node).arg("--version").output();
    let said = String::from_utf8(said.unwrap().stdout).unwrap();
    let (_, report) = doctor(&World::new());
    let tools = language(&report, "assemblyscript")["tools"]
        .as_array()
        .unwrap();
    let node = tools.iter().find(|tool| tool["name"] == "node").unwrap();
    assert_eq!(node["version"], said.trim().trim_start_matches('v'));
}

#[cfg(unix)]
#[test]
fn plugins_are_greeted_and_a_broken_one_is_told_of() {
    let world = World::new();
    install(&world, "sh/wasmrun-plugin-copy");
    install(&world, "python/wasmrun-plugin-hex");
    let (code, report) = doctor(&world);
    assert_eq!(code, 0, "{report}");
    assert_eq!(language(&report, "hex")["plugin"], "hex");
    let protocols: Vec<_> = report["plugins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plugin| plugin["protocol"].clone())
        .collect();
    assert_eq!(protocols, [1, 1]);

    // One whose executable has changed, one whose manifest is damaged.
    let plugins = world.wasmrun_home().join("plugins");
    std::fs::write(plugins.join("copy/copy"), "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::write(plugins.join("hex/wasmrun.toml"), "?").unwrap();
    let (code, report) = doctor(&world);
    assert_eq!((code, &report["healthy"]), (1, &false.into()));
    assert_eq!(report["plugins"][0]["state"], "changed");
    assert_eq!(report["plugins"][1]["state"], "damaged");
    assert_eq!(report["problems"].as_array().unwrap().len(), 2, "{report}");
    let run = world.run(&["doctor"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("`wasmrun plugin update copy`"),
        "{}",
        run.out
    );
}

#[cfg(unix)]
#[test]
fn a_plugin_that_does_not_answer_is_broken() {
    let world = World::new();
    install(&world, "sh/wasmrun-plugin-copy");
    // The interpreter that it needs has gone, and not the plugin itself.
    let mut command = world.command(&["doctor", "--format", "json"]);
    command.env("PATH", world.path());
    let run = Run::of(command.output().unwrap());
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(run.code, 1, "{report}");
    assert!(report["plugins"][0]["protocol"].is_null());
}

#[test]
fn a_damaged_cache_is_seen() {
    let world = World::new();
    world.write("main.wat", "(module)");
    assert_eq!(world.run(&["compile"]).code, 0);
    let (code, report) = doctor(&world);
    assert_eq!((code, &report["cache"]["results"]), (0, &1.into()));
    let objects = world.wasmrun_home().join("cache/objects");
    let shelf = std::fs::read_dir(objects).unwrap().next().unwrap().unwrap();
    let object = std::fs::read_dir(shelf.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::write(object.path(), "rot").unwrap();
    let (code, report) = doctor(&world);
    assert_eq!(code, 1);
    assert_eq!(report["cache"]["damaged"].as_array().unwrap().len(), 1);
    assert_eq!(world.run(&["clean", "--all"]).code, 0);
    assert_eq!(doctor(&world).0, 0);
}

#[test]
fn settings_that_make_no_sense_are_told_of_with_all_the_rest() {
    let world = World::new();
    world.write("wasmrun.toml", "profil = 'size'\n");
    let (code, report) = doctor(&world);
    assert_eq!(code, 1);
    let problem = &report["problems"][0];
    assert!(
        problem["message"]
            .as_str()
            .unwrap()
            .contains("unknown setting `profil`")
    );
    assert_eq!(problem["help"], "did you mean `profile`?");
    assert_eq!(report["languages"].as_array().unwrap().len(), 6);
    let files = report["settings"]["files"].as_array().unwrap();
    assert_eq!(files.len(), 1, "{files:?}");
}
