//! Reports for programs.

use serde_json::Value;

use super::{bad, good};
use crate::kit::{Run, World};

/// A valid file, an invalid one, one against a rule, and one that is missing.
fn mixed(format: &str) -> Run {
    let world = World::new();
    world.write("bad, 100%.wasm", bad());
    world.write("good.wasm", good());
    let rule = "--require-export=run";
    world.write("rule.wasm", wat::parse_str("(module)").unwrap());
    let files = ["bad, 100%.wasm", "good.wasm", "rule.wasm", "missing.wasm"];
    let args = [&["verify", "--format", format, rule][..], &files].concat();
    let run = world.run(&args);
    assert_eq!(run.code, 2);
    run
}

#[test]
fn json_is_one_documented_document() {
    let run = mixed("json");
    assert_eq!(run.out.lines().count(), 1);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["valid"], false);
    let files = document["files"].as_array().unwrap();
    let valid: Vec<_> = files
        .iter()
        .map(|f| f["valid"].as_bool().unwrap())
        .collect();
    assert_eq!(valid, [false, true, false]);
    let fault = &files[0]["findings"][0];
    assert_eq!(fault["rule"], "invalid-module");
    assert_eq!(fault["section"], "code");
    assert_eq!(fault["function"]["index"], 1);
    assert_eq!(fault["function"]["name"], "app::main");
    assert_eq!(fault["source"]["file"], "app.wat");
    assert_eq!(fault["source"]["line"], 6);
    assert_eq!(fault["excerpt"]["kind"], "instructions");
    let lines = fault["excerpt"]["lines"].as_array().unwrap();
    let marked: Vec<_> = lines.iter().filter(|l| l["fault"] == true).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0]["offset"], fault["offset"]);
    assert_eq!(files[2]["findings"][0]["rule"], "require-export");
    assert_eq!(document["errors"][0]["code"], "not_found");
}

#[test]
fn json_has_details_when_asked() {
    let world = World::new();
    world.write("a.wasm", good());
    let run = world.run(&["verify", "a.wasm", "--format=json", "--detailed"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let file = &document["files"][0];
    assert_eq!(file["sizes"]["raw"], good().len());
    assert!(file["sizes"]["gzip"].as_u64().unwrap() > 18);
    assert_eq!(file["sections"][0]["name"], "type");
    assert_eq!(file["sections"][0]["count"], 1);
    assert_eq!(file["kind"], "module");
}

#[test]
fn every_json_field_is_documented() {
    let docs = include_str!("../../../docs/verify.md");
    let mut missing = Vec::new();
    collect(
        &serde_json::from_str(&mixed("json").out).unwrap(),
        docs,
        &mut missing,
    );
    assert_eq!(missing, Vec::<String>::new());
}

fn collect(value: &Value, docs: &str, missing: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if !docs.contains(&format!("`{name}`")) {
                    missing.push(name.clone());
                }
                collect(value, docs, missing);
            }
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect(value, docs, missing)),
        _ => {}
    }
}

#[test]
fn sarif_has_what_its_schema_requires() {
    let log: Value = serde_json::from_str(&mixed("sarif").out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert!(
        log["$schema"]
            .as_str()
            .unwrap()
            .ends_with("sarif-schema-2.1.0.json")
    );
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "wasmrun");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        assert!(result["message"]["text"].is_string());
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(rules[index]["shortDescription"]["text"].is_string());
    }
    let place = &results[0]["locations"][0];
    let physical = &place["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "bad%2C%20100%25.wasm");
    assert!(physical["region"]["byteOffset"].as_u64().unwrap() > 8);
    assert_eq!(place["logicalLocations"][0]["name"], "app::main");
    let related = &results[0]["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["region"]["startLine"], 6);
    let call = &run["invocations"][0];
    assert_eq!(call["executionSuccessful"], false);
    let told = &call["toolExecutionNotifications"][0]["message"]["text"];
    assert!(told.as_str().unwrap().contains("missing.wasm"));
}

#[test]
fn github_gets_one_escaped_command_a_finding() {
    let run = mixed("github");
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", run.out);
    let start = "::error file=bad%2C 100%25.wasm,title=wasmrun invalid-module::bad, 100%25.wasm: type mismatch";
    assert!(lines[0].starts_with(start), "{}", lines[0]);
    assert!(lines[1].starts_with("::error file=rule.wasm,title=wasmrun require-export::"));
    assert!(
        lines[2].starts_with("::error title=wasmrun::"),
        "{}",
        lines[2]
    );
    assert_eq!(run.err, "");
}

#[test]
fn junit_is_well_formed_and_counts() {
    let run = mixed("junit");
    let text = run.out.as_str();
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    assert!(text.contains("<testsuites name=\"wasmrun\" tests=\"4\" failures=\"2\" errors=\"1\">"));
    assert_eq!(text.matches("<testcase ").count(), 4);
    assert_eq!(text.matches("<failure ").count(), 2);
    assert_eq!(text.matches("<error ").count(), 1);
    // Every tag that opens closes, in order.
    let mut open = Vec::new();
    for tag in text
        .split('<')
        .skip(2)
        .map(|rest| rest.split('>').next().unwrap())
    {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}
