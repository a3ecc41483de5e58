//! Conversations played again.

use std::path::Path;

use libtest_mimic::Trial;
use serde_json::Value;
use wasmrun::plugin::bridge::{Launch, Session};
use wasmrun::process::Cancel;

use super::examples::example;
use super::replay;
use super::world::World;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![replay:
        golden_transcripts_are_the_same,
        a_transcript_that_departs,
        a_fault_is_the_same_again,
        a_fault_that_was_mended_departs,
        what_cannot_be_played,
    ]
}

pub(crate) fn golden_transcripts_are_the_same() {
    let world = World::new(0);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-protocol/transcripts");
    let mut count = 0;
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = text
            .lines()
            .find_map(|line| line.strip_prefix("# example "))
            .unwrap();
        let exe = example(name);
        let run = world.wasmrun(&[
            "plugin",
            "replay",
            path.to_str().unwrap(),
            "--exe",
            exe.to_str().unwrap(),
        ]);
        assert_eq!(run.code, 0, "{}: {}{}", path.display(), run.out, run.err);
        assert!(run.out.ends_with("the same conversation as recorded\n"));
        count += 1;
    }
    assert!(count > 4);
}

pub(crate) fn a_transcript_that_departs() {
    let world = World::new(0);
    let hello =
        r#"> {"type":"hello","s":"9f2c41d0","v":[1],"host":"x","features":[],"max_frame":1048576}"#;
    let answer = r#"< {"type":"result","s":"9f2c41d0","id":1,"status":"ok","match":null}"#;
    let ask = r#"> {"type":"detect","id":1,"project":"$PROJECT"}"#;
    let said = r#"< {"s":"9f2c41d0","type":"hello","v":1,"name":"texts","version":"1.2.3","ops":["info","detect","check","validate","build","clean"],"features":["cancel","ping"],"column_unit":"codepoint","max_concurrent":1}"#;
    let text = format!("# file main.txt \"x\"\n{hello}\n{said}\n{ask}\n{answer}\n# end 0\n");
    world.write("t.jsonl", &text);
    let run = world.wasmrun(&[
        "plugin",
        "replay",
        "t.jsonl",
        "--exe",
        world.plugin("").to_str().unwrap(),
    ]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.out
            .contains("the conversation departs\n  recorded  {\"type\":\"result\""),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("  came      {") && run.out.contains("\"score\":70"),
        "{}",
        run.out
    );
    assert!(
        run.out.lines().any(|line| line.contains(" ms X {")),
        "{}",
        run.out
    );
}

/// A file that the host wrote about a plugin that tells of what is not there.
fn fault(world: &World, fault: &str) -> String {
    let mut launch = Launch::new("texts", world.plugin(fault), world.project());
    launch.env = vec![("PATH".into(), std::env::var_os("PATH").unwrap())];
    launch.faults = Some(world.path().join("faults"));
    let (quiet, cancel) = (&mut |_| (), Cancel::new());
    let mut session = Session::start(launch, quiet, &cancel).unwrap();
    let stage = world.write("stage/none", "");
    let request =
        plugin_protocol::BuildRequest::new(world.project(), "app", stage.parent().unwrap());
    assert!(session.build(&request, quiet, &cancel).is_err());
    drop(session);
    std::fs::remove_dir_all(world.path().join("stage")).unwrap();
    let entry = world.path().join("faults").read_dir().unwrap().next();
    entry.unwrap().unwrap().path().to_str().unwrap().to_owned()
}

pub(crate) fn a_fault_is_the_same_again() {
    let world = World::new(0);
    let file = fault(&world, "wrong-size");
    let exe = world.plugin("wrong-size");
    let exe = exe.to_str().unwrap();
    let run = world.wasmrun(&["plugin", "replay", &file, "--exe", exe]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.err.contains("recorded: the artifact `app.wasm`") && run.err.contains("(bad_artifact)"),
        "{}",
        run.err
    );
    assert!(run.out.contains(" (then "), "{}", run.out);
    // The plugin that the file names, when it is installed.
    let run = world.wasmrun(&["plugin", "replay", &file]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(
        run.err.contains("no plugin `texts` is installed"),
        "{}",
        run.err
    );
    let run = world.wasmrun(&["plugin", "install", exe]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let run = world.wasmrun(&["plugin", "replay", &file, "--format", "json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (&report["same"], &report["departure"]),
        (&Value::from(true), &Value::Null)
    );
    assert_eq!(report["end"], "exit code 0");
    let lines = report["lines"].as_array().unwrap();
    assert!(
        lines
            .iter()
            .any(|line| line["from"] == "plugin" && line["recorded_ms"].is_number())
    );
}

pub(crate) fn a_fault_that_was_mended_departs() {
    let world = World::new(0);
    let file = fault(&world, "no-artifact");
    let run = world.wasmrun(&[
        "plugin",
        "replay",
        &file,
        "--exe",
        world.plugin("").to_str().unwrap(),
    ]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("  recorded  {") && run.out.contains("  came      {"),
        "{}",
        run.out
    );
    // A project of another place stands in for the recorded one.
    let args = [
        "plugin",
        "replay",
        &file,
        "--exe",
        &world.plugin("no-artifact").display().to_string(),
        "--project",
        "project",
    ];
    let run = world.wasmrun(&args);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

pub(crate) fn what_cannot_be_played() {
    let world = World::new(0);
    world.write("x.jsonl", "what is this\n");
    world.write("y.jsonl", "> {}\n");
    for (args, part) in [
        (&["x.jsonl"][..], "x.jsonl:1: a line begins with"),
        (&["none.jsonl"], "could not read none.jsonl"),
        (&["y.jsonl"], "the file names no plugin"),
        (&["y.jsonl", "--exe", "none"], "there is no plugin none"),
    ] {
        let run = world.wasmrun(&[&["plugin", "replay"], args].concat());
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
    }
}
