//! The documents: their samples are parsed, their code is the examples' code, and
//! their tables and numbers are those of the crate.

use std::collections::BTreeSet;
use std::fs;

use plugin_protocol::{
    ErrorCode, HostCode, HostFrame, Inputs, Manifest, PluginFrame, PluginLine, limits,
};
use serde::Serialize;
use serde_json::Value;

use super::driver::root;
use super::schema::assert_fits;

/// Who writes a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Host,
    Plugin,
}

/// Fails unless a line is a frame, every field of it is known, and it comes back
/// as it was.
pub(crate) fn assert_sample(side: Side, line: &str, at: &str) {
    let value: Value = serde_json::from_str(line).unwrap();
    match side {
        Side::Host => {
            let frame = HostFrame::parse(line).unwrap_or_else(|e| panic!("{at}: {e}: {line}"));
            if let HostFrame::Unknown(_) = frame {
                return;
            }
            assert_covers(&value, &frame, at);
            let again = serde_json::to_string(&frame).unwrap();
            assert_eq!(HostFrame::parse(&again).unwrap(), frame, "{at}");
            assert_fits("HostFrame", &value);
            assert_fits("HostFrame", &serde_json::to_value(&frame).unwrap());
        }
        Side::Plugin => {
            let frame = PluginLine::parse(line).unwrap_or_else(|e| panic!("{at}: {e}: {line}"));
            assert!(
                !matches!(frame.frame, PluginFrame::Unknown(_)),
                "{at}: {line}"
            );
            assert_covers(&value, &frame, at);
            let again = serde_json::to_string(&frame).unwrap();
            assert_eq!(PluginLine::parse(&again).unwrap(), frame, "{at}");
            assert_fits("PluginLine", &value);
            assert_fits("PluginLine", &serde_json::to_value(&frame).unwrap());
        }
    }
}

/// Fails if the sample says something that the type does not.
fn assert_covers(sample: &Value, typed: &impl Serialize, at: &str) {
    let again = serde_json::to_value(typed).unwrap();
    assert!(
        covers(sample, &again),
        "{at}:\n{sample}\nis read as\n{again}"
    );
}

fn covers(sample: &Value, again: &Value) -> bool {
    match (sample, again) {
        (Value::Object(sample), Value::Object(again)) => {
            sample.iter().all(|(name, value)| match again.get(name) {
                Some(again) => covers(value, again),
                None => is_empty(value),
            })
        }
        (Value::Array(sample), Value::Array(again)) => {
            sample.len() == again.len() && sample.iter().zip(again).all(|(a, b)| covers(a, b))
        }
        _ => sample == again,
    }
}

/// What is left out when it is written.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        other => other == &Value::Bool(false),
    }
}

fn document(name: &str) -> String {
    let text = fs::read_to_string(root().join("docs").join(name)).unwrap();
    text.replace("\r\n", "\n")
}

/// The code blocks of a document: what follows the fence, and the code.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, opened)) = rest.split_once("\n```") {
        let (info, body) = opened.split_once('\n').unwrap();
        let (code, after) = body.split_once("\n```\n").unwrap_or_else(|| {
            panic!("a block is not closed: {info}");
        });
        found.push((info, code));
        rest = after;
    }
    found
}

#[test]
fn every_sample_is_a_frame() {
    let mut seen = BTreeSet::new();
    for name in ["plugin-protocol.md", "first-plugin.md"] {
        for (info, code) in blocks(&document(name)) {
            if info != "jsonl" {
                continue;
            }
            for line in code.lines() {
                let side = match line.get(..2) {
                    Some("> ") => Side::Host,
                    Some("< ") => Side::Plugin,
                    _ => panic!("{name}: neither > nor <: {line}"),
                };
                assert_sample(side, &line[2..], name);
                let value: Value = serde_json::from_str(&line[2..]).unwrap();
                seen.insert(value["type"].as_str().unwrap().to_owned());
            }
        }
    }
    for kind in [
        "hello",
        "info",
        "detect",
        "check",
        "validate",
        "build",
        "clean",
        "cancel",
        "ping",
        "shutdown",
        "result",
        "task",
        "log",
        "diagnostic",
        "artifact",
        "pong",
    ] {
        assert!(seen.contains(kind), "no sample of {kind}");
    }
}

/// Blocks of these kinds hold one document each: an inputs file, and a manifest.
#[test]
fn samples_of_files_are_read() {
    let text = document("plugin-protocol.md");
    let of = |kind: &str| {
        let all: Vec<&str> = blocks(&text)
            .into_iter()
            .filter_map(|(info, code)| (info == kind).then_some(code))
            .collect();
        assert!(!all.is_empty(), "no block of {kind}");
        all
    };
    for code in of("json") {
        let value: Value = serde_json::from_str(code).unwrap();
        assert_fits("Inputs", &value);
        assert_covers(
            &value,
            &serde_json::from_str::<Inputs>(code).unwrap(),
            "json",
        );
    }
    for code in of("toml") {
        let manifest: Manifest = toml::from_str(code).unwrap();
        assert_eq!(manifest.problems(), Vec::<String>::new());
        let value: Value = toml::from_str(code).unwrap();
        assert_fits("Manifest", &value);
        assert_covers(&value, &manifest, "toml");
    }
}

/// A paragraph or item that binds somebody begins with its own id.
#[test]
fn every_must_has_an_id() {
    let text = document("plugin-protocol.md");
    let mut ids = BTreeSet::new();
    let mut fenced = false;
    for part in text.split("\n\n").flat_map(|part| part.split("\n- ")) {
        let outside = !fenced;
        fenced ^= part.matches("```").count() % 2 == 1;
        let part = part.trim_start().trim_start_matches("- ");
        let id = part
            .strip_prefix("**P-")
            .and_then(|rest| rest.split_once("**"))
            .map(|(id, _)| id);
        if let Some(id) = id {
            assert!(ids.insert(id.to_owned()), "P-{id} is there twice");
            assert!(part.contains("MUST"), "P-{id} binds nobody");
            let (area, number) = id.rsplit_once('-').unwrap();
            assert!(
                area.chars().all(|letter| letter.is_ascii_uppercase()),
                "P-{id}"
            );
            assert!(number.parse::<u32>().is_ok(), "P-{id}");
        } else if outside && !part.starts_with("The words MUST") {
            assert!(!part.contains("MUST"), "a MUST without an id: {part}");
        }
    }
    assert!(ids.len() > 30, "{ids:?}");
}

/// The first cells of the rows of the table under a heading.
fn rows<'a>(text: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .map(|line| {
            line.split('|')
                .map(|cell| cell.trim().trim_matches('`'))
                .collect()
        })
        .collect()
}

#[test]
fn the_tables_are_those_of_the_crate() {
    let text = document("plugin-protocol.md");
    let codes: Vec<&str> = rows(&text, "Errors").iter().map(|row| row[0]).collect();
    let expected: Vec<&str> = ErrorCode::ALL
        .iter()
        .map(|code| code.name())
        .chain(HostCode::ALL.iter().map(|code| code.name()))
        .collect();
    assert_eq!(codes, expected);
    for code in ErrorCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.name());
    }
    for code in HostCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.name());
    }

    let times: Vec<(&str, &str)> = rows(&text, "Time")
        .iter()
        .map(|row| (row[0], row[1]))
        .collect();
    let expected: Vec<(&str, String)> = limits::TIMES
        .iter()
        .map(|(name, time)| match time.as_secs() {
            seconds if seconds >= 600 => (*name, format!("{} min", seconds / 60)),
            seconds => (*name, format!("{seconds} s")),
        })
        .collect();
    let expected: Vec<(&str, &str)> = expected.iter().map(|(n, t)| (*n, t.as_str())).collect();
    assert_eq!(times, expected);
    for size in [limits::HOST_FRAME, limits::PLUGIN_FRAME] {
        let digits = size.to_string();
        let (thousands, last) = digits.split_at(digits.len() - 3);
        let spaced = match thousands.len() {
            4.. => format!("{} {} {last}", &thousands[..1], &thousands[1..]),
            _ => format!("{thousands} {last}"),
        };
        assert!(text.contains(&spaced), "{spaced} is not in the text");
    }
}

/// Code in a document stands under `<!-- file: PATH -->` and is that file.
#[test]
fn the_code_in_the_documents_is_that_of_the_examples() {
    for name in ["first-plugin.md", "plugin-protocol.md"] {
        let text = document(name);
        let mut parts = text.split("<!-- file: ");
        let mut now = parts.next().unwrap().to_owned();
        for part in parts {
            let (path, rest) = part.split_once(" -->\n").unwrap();
            let (fence, rest) = rest.split_once('\n').unwrap();
            let (_, after) = format!("\n{rest}")
                .split_once("\n```\n")
                .map(|(code, after)| (code.to_owned(), after.to_owned()))
                .unwrap();
            let code = fs::read_to_string(root().join(path))
                .unwrap()
                .replace("\r\n", "\n");
            now += &format!("<!-- file: {path} -->\n{fence}\n{code}```\n{after}");
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(root().join("docs").join(name), &now).unwrap();
        }
        assert!(
            now == document(name),
            "{name} is stale; BLESS=1 writes it anew"
        );
    }
    let text = document("first-plugin.md");
    for (path, lines) in [
        ("examples/plugins/sh/wasmrun-plugin-copy", 60),
        ("examples/plugins/python/wasmrun-plugin-hex", 120),
        ("plugin-protocol/examples/copy.rs", 60),
        ("plugin-protocol/examples/tool.rs", 150),
    ] {
        assert!(
            text.contains(&format!("<!-- file: {path} -->")),
            "{path} is not shown"
        );
        let code = fs::read_to_string(root().join(path)).unwrap();
        assert!(code.lines().count() < lines, "{path} is no longer easy");
    }
}
