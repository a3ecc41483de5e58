use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::Voice;
use crate::error::{Code, Error, Result};

/// The longest file that is read, in bytes.
const LONGEST: u64 = 64 << 20;

/// A conversation to be played.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// The plugin that it names.
    pub plugin: Option<String>,
    /// What the host said of it, if it was written at a fault.
    pub fault: Option<Fault>,
    /// What is said, in order.
    pub(super) lines: Vec<Spoken>,
    /// Files of the project.
    pub(super) files: Vec<(String, String)>,
    /// Executables, which are all of the plugin's `PATH`.
    pub(super) tools: Vec<(String, String)>,
    /// The exit code at the end.
    pub(super) end: Option<i32>,
}

/// Why a conversation was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The host's code.
    pub code: String,
    /// The host's message.
    pub message: String,
    /// How many frames came before the first one in the file.
    pub forgotten: u64,
}

/// A line of the file.
#[derive(Debug, Clone)]
pub(super) struct Spoken {
    pub(super) voice: Voice,
    pub(super) text: String,
    pub(super) at: Option<Duration>,
    /// Whether a part of it is missing.
    pub(super) cut: bool,
}

impl Script {
    /// Reads a file of either form.
    ///
    /// # Errors
    /// When it cannot be read, or is of neither.
    pub fn read(path: &Path) -> Result<Self> {
        let meta = path
            .metadata()
            .map_err(|error| Error::io("read", path, &error))?;
        if meta.len() > LONGEST {
            let message = format!("{} is too long for a conversation", path.display());
            return Err(Error::new(Code::Usage, message));
        }
        let text =
            std::fs::read_to_string(path).map_err(|error| Error::io("read", path, &error))?;
        Self::parse(&text).map_err(|(line, why)| {
            Error::new(Code::Usage, format!("{}:{line}: {why}", path.display())).help(
                "name a file that wasmrun wrote at a fault, or one in the form of \
                 plugin-protocol/transcripts",
            )
        })
    }

    /// Reads the text of a file. An error has the number of its line.
    fn parse(text: &str) -> std::result::Result<Self, (usize, String)> {
        let first = text.lines().next().unwrap_or_default();
        match serde_json::from_str::<Value>(first) {
            Ok(head) if head.get("wasmrun_fault").is_some() => fault(&head, text),
            _ => transcript(text),
        }
    }
}

fn fault(head: &Value, text: &str) -> std::result::Result<Script, (usize, String)> {
    if head.get("wasmrun_fault") != Some(&Value::from(1)) {
        return Err((1, "written by another version of wasmrun".to_owned()));
    }
    let word = |name: &str| {
        head.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut script = Script {
        plugin: Some(word("plugin")),
        fault: Some(Fault {
            code: word("code"),
            message: word("message"),
            forgotten: head.get("forgotten").and_then(Value::as_u64).unwrap_or(0),
        }),
        ..Script::default()
    };
    for (number, line) in text.lines().enumerate().skip(1) {
        let value: Value =
            serde_json::from_str(line).map_err(|error| (number + 1, error.to_string()))?;
        let said = value.get("line").and_then(Value::as_str);
        let Some(said) = said else {
            return Err((number + 1, "no `line` in it".to_owned()));
        };
        let voice = match value.get("from").and_then(Value::as_str) {
            Some("host") => Voice::Host,
            Some("plugin") => Voice::Plugin,
            Some("stderr") => Voice::Aside,
            _ => {
                return Err((
                    number + 1,
                    "`from` is not host, plugin or stderr".to_owned(),
                ));
            }
        };
        let at = value
            .get("at_ms")
            .and_then(Value::as_f64)
            .filter(|ms| (0.0..1e12).contains(ms));
        script.lines.push(Spoken {
            voice,
            text: said.to_owned(),
            at: at.map(|ms| Duration::from_secs_f64(ms / 1000.0)),
            cut: value.get("cut").and_then(Value::as_u64).unwrap_or(0) > 0,
        });
    }
    complete(&mut script);
    Ok(script)
}

/// What the host no longer knew: the key is in every line of the plugin.
fn complete(script: &mut Script) {
    let has_hello = script
        .lines
        .iter()
        .any(|line| line.voice == Voice::Host && kind(&line.text) == "hello");
    if has_hello {
        return;
    }
    let key = script.lines.iter().find_map(|line| {
        let value: Value = serde_json::from_str(&line.text).ok()?;
        Some(value.get("s")?.as_str()?.to_owned())
    });
    let key = key.unwrap_or_else(|| "0123456789abcdef".to_owned());
    let text = format!(
        "{{\"type\":\"hello\",\"s\":\"{key}\",\"v\":[1],\"host\":\"wasmrun/replay\",\"features\":[\"task\",\"ping\"],\"max_frame\":1048576}}"
    );
    let hello = Spoken {
        voice: Voice::Host,
        text,
        at: None,
        cut: false,
    };
    script.lines.insert(0, hello);
}

fn transcript(text: &str) -> std::result::Result<Script, (usize, String)> {
    let mut script = Script::default();
    for (number, line) in text.lines().enumerate() {
        let wrong = |why: &str| (number + 1, why.to_owned());
        let (mark, rest) = match line.split_at_checked(1) {
            Some((mark, rest)) => (mark, rest.strip_prefix(' ').unwrap_or(rest)),
            None => continue,
        };
        let voice = match mark {
            ">" | "!" => Voice::Host,
            "<" => Voice::Plugin,
            "#" => {
                set(&mut script, rest).map_err(|why| wrong(&why))?;
                continue;
            }
            _ => return Err(wrong("a line begins with `>`, `<`, `!` or `#`")),
        };
        if voice == Voice::Plugin && serde_json::from_str::<Value>(rest).is_err() {
            return Err(wrong("the plugin's line is no JSON"));
        }
        script.lines.push(Spoken {
            voice,
            text: rest.to_owned(),
            at: None,
            cut: false,
        });
    }
    if script.lines.is_empty() {
        return Err((1, "no line of a conversation in it".to_owned()));
    }
    Ok(script)
}

/// Reads a line that sets the scene. One that means nothing is a comment.
fn set(script: &mut Script, line: &str) -> std::result::Result<(), String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let file = || {
        let (name, content) = rest.split_once(' ').ok_or("a name and a JSON text")?;
        let good = crate::plugin::artifact::is_inside(name);
        let content = serde_json::from_str(content).map_err(|error| error.to_string())?;
        if good {
            Ok((name.to_owned(), content))
        } else {
            Err(format!("`{name}` leads out of the folder"))
        }
    };
    match word {
        "example" => script.plugin = Some(rest.to_owned()),
        "file" if rest.ends_with('"') => script.files.push(file()?),
        "tool" if rest.ends_with('"') => script.tools.push(file()?),
        "end" => script.end = rest.parse().ok(),
        _ => {}
    }
    Ok(())
}

/// The type of a frame; empty for what is none.
pub(super) fn kind(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    value
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// The folders that the host's lines name: the project, and each stage.
pub(super) fn folders(lines: &[Spoken]) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for line in lines.iter().filter(|line| line.voice == Voice::Host) {
        let value: Value = serde_json::from_str(&line.text).unwrap_or_default();
        for (field, is_stage) in [("project", false), ("stage", true)] {
            if let Some(path) = value.get(field).and_then(Value::as_str) {
                found.insert(path.to_owned(), is_stage);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let fault = "{\"wasmrun_fault\":1,\"plugin\":\"x\",\"code\":\"crashed\",\"message\":\"m\",\"forgotten\":3}\n\
                     {\"at_ms\":1.5,\"from\":\"plugin\",\"line\":\"{\\\"s\\\":\\\"ab\\\",\\\"type\\\":\\\"pong\\\"}\"}\n";
        let script = Script::parse(fault).unwrap();
        assert_eq!(script.plugin.as_deref(), Some("x"));
        // The hello that was forgotten, with the key that the plugin repeats.
        assert!(script.lines[0].text.contains("\"s\":\"ab\""));
        assert_eq!(script.lines[1].at, Some(Duration::from_micros(1500)));
        let script =
            Script::parse("# a comment\n# file a/b \"c\"\n> {}\n\n< {\"s\":\"\"}\n# end 2\n")
                .unwrap();
        assert_eq!((script.lines.len(), script.end), (2, Some(2)));
        assert_eq!(script.files, [("a/b".to_owned(), "c".to_owned())]);
    }

    #[test]
    fn what_is_neither_is_told_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("hello", 1),
            ("> {}\n< no", 2),
            ("> {}\n# file ../x \"y\"", 2),
            ("{\"wasmrun_fault\":2}", 1),
            ("{\"wasmrun_fault\":1}\n{}", 2),
            ("{\"wasmrun_fault\":1}\n{\"line\":\"\",\"from\":\"me\"}", 2),
        ] {
            assert_eq!(Script::parse(text).unwrap_err().0, line, "{text}");
        }
    }
}
