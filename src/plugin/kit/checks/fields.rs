//! Fields of frames in all conversations.

use std::path::Path;

use serde_json::Value;

use super::audit::each;
use crate::plugin::artifact::is_inside;
use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::record::{Said, What};
use crate::plugin::kit::verdict::{Checked, Finding};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Conversation, says, run)
}

pub(super) const CHECKS: [Check; 4] = [
    check(
        "paths",
        "names files relative to the project or the stage, with `/`",
        paths,
    ),
    check(
        "diagnostics",
        "gives diagnostics a severity and a message of one line",
        diagnostics,
    ),
    check("positions", "counts lines and columns from 1", positions),
    check("words", "uses the words that the page knows", words),
];

fn frames(bench: &Bench<'_>, mut look: impl FnMut(&Said) -> Result<(), Finding>) -> Checked {
    each(bench, |_, said| match said.what {
        What::Frame => look(said),
        _ => Ok(()),
    })
}

fn paths(bench: &Bench<'_>) -> Checked {
    frames(bench, |said| {
        let texts = |value: Option<&Value>| -> Vec<String> {
            let list = value.and_then(Value::as_array).into_iter().flatten();
            list.filter_map(|it| it.as_str().map(str::to_owned))
                .collect()
        };
        let one = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let mut relative = Vec::new();
        match said.kind() {
            "result" => {
                relative.extend(one(said.value.get("inputs_file")));
                relative.extend(texts(said.value.get("removed")));
                relative.extend(one(said.value.pointer("/match/entry")));
            }
            "artifact" => relative.extend(one(said.value.get("path"))),
            _ => {}
        }
        let file = one(said.value.get("file")).filter(|_| said.kind() == "diagnostic");
        let outside = |file: &&String| Path::new(file.as_str()).is_absolute();
        if let Some(file) = file
            .as_ref()
            .filter(|file| !outside(file) && !is_inside(file))
        {
            let expected = "`file` relative to the project with `/`, or absolute when outside";
            let fix = "cut the project's folder off what the compiler says, and turn \\ into /";
            return Err(Finding::new("P-DIAG-3", expected, format!("`{file}`"), fix));
        }
        let Some(path) = relative.iter().find(|path| !is_inside(path)) else {
            return Ok(());
        };
        let must = if said.kind() == "artifact" {
            "P-ART-2"
        } else {
            "P-REQ-9"
        };
        let expected = "paths relative to the project or the stage, with `/` and without `..`";
        let fix = "cut the folder off; the host knows where the project and the stage are";
        Err(Finding::new(must, expected, format!("`{path}`"), fix))
    })?;
    inside(bench)
}

/// A file of the project by its absolute path.
fn inside(bench: &Bench<'_>) -> Checked {
    each(bench, |record, said| {
        if said.what != What::Frame || said.kind() != "diagnostic" {
            return Ok(());
        }
        let asked = said.id().and_then(|id| record.request(id));
        let project = asked
            .map(|asked| asked.text_of("project"))
            .unwrap_or_default();
        let file = said.text_of("file");
        if project.is_empty() || !Path::new(file).starts_with(project) {
            return Ok(());
        }
        let expected = "`file` relative to the project when it is inside";
        let fix = "cut the project's folder off what the compiler says";
        Err(Finding::new("P-DIAG-3", expected, format!("`{file}`"), fix))
    })
}

fn diagnostics(bench: &Bench<'_>) -> Checked {
    const SEVERITIES: [&str; 3] = ["note", "warning", "error"];
    frames(bench, |said| {
        if said.kind() != "diagnostic" {
            return Ok(());
        }
        let (severity, message) = (said.text_of("severity"), said.text_of("message"));
        let first = message
            .split([':', '['])
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let came = if !SEVERITIES.contains(&severity) {
            format!("severity `{severity}`")
        } else if message.trim().is_empty() {
            "no message".to_owned()
        } else if message.contains(['\n', '\r']) {
            "a message of several lines".to_owned()
        } else if SEVERITIES.contains(&first.as_str()) && message.contains(':') {
            format!("the severity in the message: `{}`", super::short(message))
        } else {
            return Ok(());
        };
        let expected = "severity note, warning or error, and a `message` of one line without \
                        severity and place";
        let fix = "split what the compiler prints: further lines go under `notes`, the whole under \
                   `rendered`";
        Err(Finding::new("P-DIAG-1", expected, came, fix))
    })
}

fn positions(bench: &Bench<'_>) -> Checked {
    frames(bench, |said| {
        let Some(span) = said
            .value
            .get("span")
            .filter(|_| said.kind() == "diagnostic")
        else {
            return Ok(());
        };
        let number = |place: &str| span.pointer(place).and_then(Value::as_u64).unwrap_or(0);
        let (start, end) = (
            (number("/start/0"), number("/start/1")),
            (number("/end/0"), number("/end/1")),
        );
        let bytes = (number("/bytes/0"), number("/bytes/1"));
        let came = if [start.0, start.1, end.0, end.1].contains(&0) {
            "a line or a column of 0"
        } else if end < start || bytes.1 < bytes.0 {
            "an end before the start"
        } else {
            return Ok(());
        };
        let expected = "lines and columns from 1, and an `end` behind the range";
        let fix = "add 1 to what counts from 0; leave `span` out when the place is not known";
        Err(Finding::new(
            "P-DIAG-2",
            expected,
            format!("{came}: {span}"),
            fix,
        ))
    })
}

fn words(bench: &Bench<'_>) -> Checked {
    const ARTIFACTS: [&str; 6] = ["wasm", "js", "html", "map", "types", "asset"];
    const MISSING: [&str; 3] = ["tool", "target", "library"];
    frames(bench, |said| {
        let size = said.value.get("size").and_then(Value::as_u64);
        let hash = said.text_of("sha256");
        let hex = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
        if said.kind() == "artifact" {
            let came = match said.text_of("kind") {
                kind if !ARTIFACTS.contains(&kind) => format!("kind `{kind}`"),
                _ if size.is_none() => "no `size`".to_owned(),
                _ if !hash.is_empty() && (hash.len() != 64 || !hash.bytes().all(hex)) => {
                    format!("sha256 `{hash}`")
                }
                _ => return Ok(()),
            };
            let expected = format!(
                "a kind of {}, a size, and a hash of 64 hex digits if any",
                ARTIFACTS.join(", ")
            );
            let fix = "use `asset` for what has no word of its own";
            return Err(Finding::new("P-ART-1", expected, came, fix));
        }
        let missing = said.value.get("missing").and_then(Value::as_array);
        for thing in missing.into_iter().flatten() {
            let text = |field: &str| thing.get(field).and_then(Value::as_str).unwrap_or_default();
            let came = if !MISSING.contains(&text("kind")) {
                format!("kind `{}`", text("kind"))
            } else if !thing.get("blocking").is_some_and(Value::is_boolean) {
                "no `blocking`".to_owned()
            } else if thing.get("fix").is_some_and(|fix| !fix.is_array()) {
                "`fix` that is no list".to_owned()
            } else {
                continue;
            };
            let expected =
                "`name`, `kind` (tool, target, library), `blocking`, and `fix` as a list";
            let fix = "say what is missing in the page's words, and the command as arguments";
            return Err(Finding::new("P-CHECK-1", expected, came, fix));
        }
        Ok(())
    })
}
