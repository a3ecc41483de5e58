//! Reports for programs.

use serde_json::Value;

use super::{BROKEN, wat};
use crate::kit::World;

fn events(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

#[test]
fn json_has_one_event_a_line_and_nothing_else() {
    let world = World::new();
    world.write("hello.wat", wat(1));
    let run = world.run(&["compile", "hello.wat", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let events = events(&run.out);
    let kinds = kinds(&events);
    assert_eq!((kinds[0], kinds[1]), ("detect", "explain"), "{kinds:?}");
    assert_eq!(
        kinds[kinds.len() - 2..],
        ["artifact", "result"],
        "{kinds:?}"
    );
    assert!(kinds.contains(&"task"), "{kinds:?}");
    let result = events.last().unwrap();
    assert_eq!(result["status"], "ok");
    assert_eq!(
        (&result["exit"], &result["cached"]),
        (&0.into(), &false.into())
    );
    assert_eq!(result["size"]["raw"], 34);
    assert_eq!(result["previous"], Value::Null);
    let output = std::path::Path::new(result["output"].as_str().unwrap());
    assert!(output.is_absolute() && output.is_file());
    let artifact = &events[events.len() - 2];
    assert_eq!(artifact["sha256"], result["sha256"]);
    assert_eq!(artifact["written"], true);
}

#[test]
fn json_tells_diagnostics_and_the_error() {
    let world = World::new();
    world.write("hello.wat", BROKEN);
    let run = world.run(&["compile", "hello.wat", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let events = events(&run.out);
    let diagnostic = events
        .iter()
        .find(|event| event["type"] == "diagnostic")
        .unwrap();
    assert_eq!(diagnostic["severity"], "error");
    assert_eq!(diagnostic["file"], "hello.wat");
    assert_eq!(diagnostic["span"]["start"][0], 2);
    let result = events.last().unwrap();
    assert_eq!(
        (&result["type"], &result["status"]),
        (&"result".into(), &"error".into())
    );
    assert_eq!(
        (&result["code"], &result["exit"]),
        (&"build_failed".into(), &1.into())
    );
}

#[test]
fn json_tells_what_is_wrong_before_anything_is_built() {
    let world = World::new();
    let run = world.run(&["compile", "missing", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (2, ""));
    let events = events(&run.out);
    assert_eq!(events.len(), 1, "{}", run.out);
    assert_eq!(events[0]["code"], "not_found");
}

#[test]
fn every_event_and_field_is_in_the_documentation() {
    let page = include_str!("../../../docs/compile.md");
    let world = World::new();
    world.write("hello.wat", wat(1));
    world.write("broken.wat", BROKEN);
    for file in ["hello.wat", "broken.wat"] {
        let run = world.run(&["compile", file, "--format", "json"]);
        for event in events(&run.out) {
            let kind = event["type"].as_str().unwrap();
            let section = page.split(&format!("### `{kind}`")).nth(1);
            let section = section.unwrap_or_else(|| panic!("no section on `{kind}`"));
            let section = section.split("\n### ").next().unwrap();
            for field in event
                .as_object()
                .unwrap()
                .keys()
                .filter(|field| *field != "type")
            {
                assert!(
                    section.contains(&format!("`{field}`")),
                    "`{field}` of `{kind}`"
                );
            }
        }
    }
}

#[test]
fn github_gets_annotations_that_cannot_be_broken_out_of() {
    let world = World::new();
    world.write("a,b/hello.wat", BROKEN);
    let run = world.run(&["compile", "a,b/hello.wat", "--format", "github"]);
    assert_eq!(run.code, 1);
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(lines.len(), 1, "{}", run.out);
    assert!(
        lines[0].starts_with("::error file=a%2Cb/hello.wat,line=2,col="),
        "{}",
        run.out
    );
    let run = world.run(&["compile", "missing", "--format", "github"]);
    assert!(
        run.out.starts_with("::error title=wasmrun::"),
        "{}",
        run.out
    );
    assert_eq!(run.code, 2);
}

#[test]
fn colour_is_for_terminals_alone_unless_it_is_asked_for() {
    let world = World::new();
    world.write("hello.wat", BROKEN);
    let escape = char::from(27);
    let run = world.run(&["compile", "hello.wat"]);
    assert!(!run.err.contains(escape), "{}", run.err);
    let run = world.run(&["compile", "hello.wat", "--color", "always"]);
    assert!(run.err.contains(escape), "{}", run.err);
    for variable in ["CI", "NO_COLOR"] {
        let output = world
            .command(&["compile", "hello.wat"])
            .env(variable, "1")
            .output();
        let err = String::from_utf8(output.unwrap().stderr).unwrap();
        assert!(!err.contains(escape), "{err}");
    }
}
