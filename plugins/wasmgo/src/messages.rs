//! The messages of the Go tools, as diagnostics.

use std::collections::VecDeque;
use std::path::{Component, Path, PathBuf};

use plugin_protocol::{Diagnostic, Severity};
use serde::Deserialize;

/// How many lines are kept for the case that nothing in them was understood.
const KEPT: usize = 100;

/// The endings of files that messages are about.
const SOURCES: &[&str] = &[
    "go", "mod", "sum", "work", "s", "S", "c", "h", "cc", "cpp", "cxx", "m",
];

/// A line of `go build -json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    #[serde(default)]
    action: String,
    #[serde(default)]
    output: String,
}

/// Reads what a tool prints.
pub(crate) struct Messages<'a> {
    project: &'a Path,
    severity: Severity,
    open: Option<Diagnostic>,
    done: Vec<Diagnostic>,
    kept: VecDeque<String>,
}

impl<'a> Messages<'a> {
    /// Of a compiler, where every message is an error, or of `go vet`.
    pub(crate) fn new(project: &'a Path, severity: Severity) -> Self {
        Self {
            project,
            severity,
            open: None,
            done: Vec::new(),
            kept: VecDeque::new(),
        }
    }

    /// Takes a line that is text, or JSON with text in it.
    pub(crate) fn line(&mut self, line: &str) {
        if line.starts_with('{')
            && let Ok(event) = serde_json::from_str::<Event>(line)
        {
            if event.action == "build-output" {
                self.text(event.output.trim_end_matches('\n'));
            }
            return;
        }
        self.text(line);
    }

    fn text(&mut self, line: &str) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(line.to_owned());
        if line.starts_with('#') || line.trim().is_empty() {
            self.close();
        } else if let Some(found) = self.placed(line) {
            self.close();
            self.open = Some(found);
        } else if line.starts_with(['\t', ' '])
            && let Some(open) = &mut self.open
        {
            open.notes.push(line.trim().to_owned());
        } else {
            self.close();
        }
    }

    /// `./main.go:3:8: "os" imported and not used`
    fn placed(&self, line: &str) -> Option<Diagnostic> {
        let (fatal, rest) = match line.strip_prefix("vet: ") {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        let (file, row, column, message) = place(rest)?;
        let severity = match message {
            // There are more than it says, and those before are the better ones.
            "too many errors" => Severity::Note,
            _ if fatal => Severity::Error,
            _ => self.severity,
        };
        let mut found = Diagnostic::new(severity, message);
        for end in ["; to add it:", "; to add:"] {
            if let Some(short) = message.strip_suffix(end) {
                found.message = short.to_owned();
                found.notes.push("to add it:".to_owned());
            }
        }
        Some(found.at(self.spell(file), row, column.unwrap_or(1)))
    }

    /// The name of a file as the host wants it.
    fn spell(&self, file: &str) -> String {
        let full = clean(&self.project.join(file));
        let inside = full.strip_prefix(self.project).unwrap_or(&full);
        let text = inside.to_string_lossy();
        if cfg!(windows) {
            text.replace('\\', "/")
        } else {
            text.into_owned()
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            // A package that two others use fails once for each.
            if !self.done.contains(&open) {
                self.done.push(open);
            }
        }
    }

    /// The messages, and all that was printed.
    pub(crate) fn finish(mut self) -> (Vec<Diagnostic>, String) {
        self.close();
        let text: Vec<String> = self.kept.into();
        (self.done, text.join("\n"))
    }
}

/// The place at the start of a line, and what follows.
fn place(line: &str) -> Option<(&str, u32, Option<u32>, &str)> {
    for (at, _) in line.match_indices(':') {
        let (file, rest) = (line.get(..at)?, line.get(at + 1..)?);
        let ending = Path::new(file).extension().and_then(|it| it.to_str());
        if !ending.is_some_and(|it| SOURCES.contains(&it)) {
            continue;
        }
        let Some((row, rest)) = digits(rest) else {
            continue;
        };
        let (column, message) = match digits(rest) {
            Some((column, message)) => (Some(column), message),
            None => (None, rest),
        };
        return Some((file, row, column, message.trim()));
    }
    None
}

/// A number and a colon, and what follows.
fn digits(text: &str) -> Option<(u32, &str)> {
    let (number, rest) = text.split_once(':')?;
    let number = number.parse().ok().filter(|number| *number > 0)?;
    Some((number, rest))
}

/// A path without `.` and `..`.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Vec<Diagnostic> {
        let mut messages = Messages::new(Path::new("/w/p"), Severity::Error);
        for line in lines {
            messages.line(line);
        }
        messages.finish().0
    }

    #[test]
    fn the_output_of_a_build_is_read() {
        let found = read(&[
            r##"{"ImportPath":"a/b","Action":"build-output","Output":"# a/b\n"}"##,
            r#"{"ImportPath":"a/b","Action":"build-output","Output":"./bad.go:2:33: too many arguments in call to f\n"}"#,
            r#"{"ImportPath":"a/b","Action":"build-output","Output":"\thave (number, string)\n"}"#,
            r#"{"ImportPath":"a/b","Action":"build-output","Output":"\twant (int)\n"}"#,
            r#"{"ImportPath":"a/b","Action":"build-output","Output":"./bad.go:3:1: too many errors\n"}"#,
            r#"{"ImportPath":"a/b","Action":"build-fail"}"#,
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].file.as_deref(), Some("bad.go"));
        assert_eq!(found[0].span.unwrap().start, [2, 33]);
        assert_eq!(found[0].notes, ["have (number, string)", "want (int)"]);
        assert_eq!(found[1].severity, Severity::Note);
    }

    #[test]
    fn plain_text_is_read() {
        let found = read(&[
            "# example.org/m",
            "main.go:5:2: no required module provides package x.y/z; to add it:",
            "\tgo get x.y/z",
            "../lib/a b/l.go:7: odd",
            "../lib/a b/l.go:7: odd",
            "go.mod:1: usage: module module/path",
            "vet: ./é.go:6:22: undefined: u",
        ]);
        assert_eq!(
            found[0].message,
            "no required module provides package x.y/z"
        );
        assert_eq!(found[0].notes, ["to add it:", "go get x.y/z"]);
        assert_eq!(found[1].file.as_deref(), Some("/w/lib/a b/l.go"));
        assert_eq!(found[1].span.unwrap().start, [7, 1]);
        assert_eq!(found[2].message, "usage: module module/path");
        assert_eq!(found[3].file.as_deref(), Some("é.go"));
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn what_only_looks_like_a_place_is_none() {
        for line in [
            "go: x@v1: Get \"https://h:443/\": dial tcp 1.2.3.4:443: refused",
            "main.go:0:1: x",
            "main.go:x:1: y",
            ":1:2: z",
            "go: downloading x v1.0.0",
            "",
            "::::",
        ] {
            assert_eq!(read(&[line]), [], "{line}");
        }
    }

    #[test]
    fn nothing_that_is_printed_is_lost() {
        let mut messages = Messages::new(Path::new("/p"), Severity::Error);
        for line in 0..KEPT + 3 {
            messages.line(&format!("go: line {line}"));
        }
        let (_, text) = messages.finish();
        assert_eq!(text.lines().count(), KEPT);
        assert!(text.ends_with(&format!("line {}", KEPT + 2)));
    }
}
