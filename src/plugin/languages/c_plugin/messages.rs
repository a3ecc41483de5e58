//! What compilers, linkers, make and CMake print, as diagnostics.

mod header;
mod link;
mod tool;

use std::path::{Path, PathBuf};

use plugin_protocol::{Diagnostic, Severity};

pub(super) use tool::is_aftermath;

use self::header::Place;

use super::layout::relative;

/// The longest list of diagnostics that is kept. Nobody reads more, and a
/// broken header can make a hundred thousand.
const MOST: usize = 1000;

/// Reads a tool's output, line by line.
pub(super) struct Messages {
    /// Folders that stand for the project: itself and its private copy.
    roots: Vec<PathBuf>,
    /// Texts to write in another way: an object's path is its source's.
    aliases: Vec<(String, String)>,
    /// The working directories of nested makes.
    folders: Vec<PathBuf>,
    /// `In file included from`
    stack: Vec<String>,
    open: Option<Open>,
    done: Vec<Diagnostic>,
    /// Lines that are no diagnostics, the last ones.
    other: std::collections::VecDeque<String>,
    /// Somebody's `__DATE__`, and where.
    clock: Option<String>,
}

/// A diagnostic that further lines may belong to.
struct Open {
    diagnostic: Diagnostic,
    lines: Vec<String>,
    expects: Expects,
}

/// What the next line of an open diagnostic may be.
#[derive(PartialEq)]
enum Expects {
    /// A source line with a caret under it. The source line is held back until
    /// the caret has been seen.
    Source(Vec<String>),
    /// A suggestion under the caret.
    FixIt,
    /// Indented or empty lines (CMake), or lines behind `>>>` (the linker).
    Block,
}

impl Messages {
    /// For tools that run in `folder`.
    pub(super) fn new(folder: &Path, roots: Vec<PathBuf>) -> Self {
        Self {
            roots,
            aliases: vec![],
            folders: vec![folder.to_owned()],
            stack: vec![],
            open: None,
            done: vec![],
            other: std::collections::VecDeque::new(),
            clock: None,
        }
    }

    /// Writes one text in another way from now on.
    pub(super) fn alias(&mut self, text: impl Into<String>, better: impl Into<String>) {
        self.aliases.push((text.into(), better.into()));
    }

    /// Takes the next line. Gives back what was not understood.
    pub(super) fn line(&mut self, line: &str) {
        let mut line = line.to_owned();
        for (text, better) in &self.aliases {
            if line.contains(text.as_str()) {
                line = line.replace(text.as_str(), better);
            }
        }
        if self.continues(&line) {
            return;
        }
        if let Some(place) = header::included_from(&line) {
            self.close();
            let file = self.file(&place.file);
            self.stack
                .push(format!("included from {file}:{}", place.line));
        } else if let Some(header) = header::parse(&line) {
            self.begin(header, line);
        } else if let Some(folder) = tool::entering(&line) {
            self.close();
            self.folders.push(folder);
        } else if tool::is_leaving(&line) {
            self.close();
            if self.folders.len() > 1 {
                self.folders.pop();
            }
        } else if let Some((diagnostic, place, expects_block)) = tool::parse(&line) {
            self.tool(diagnostic, place, line, expects_block);
        } else {
            self.close();
            self.stack.clear();
            self.set_aside(line);
        }
    }

    /// The diagnostics that are complete by now.
    pub(super) fn take(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.done)
    }

    /// The rest, at the end of the output.
    pub(super) fn finish(&mut self) -> Vec<Diagnostic> {
        self.close();
        self.take()
    }

    /// The last lines that are no diagnostics.
    pub(super) fn rest(&self) -> Vec<String> {
        self.other.iter().cloned().collect()
    }

    /// The file whose result depends on the clock, if one was seen.
    pub(super) fn clock(&self) -> Option<&str> {
        self.clock.as_deref()
    }

    fn set_aside(&mut self, line: String) {
        if header::is_summary(&line) || line.trim().is_empty() {
            return;
        }
        if self.other.len() == 40 {
            self.other.pop_front();
        }
        self.other.push_back(line);
    }

    fn begin(&mut self, header: header::Header, line: String) {
        let file = header.place.as_ref().map(|place| self.file(&place.file));
        if header.severity == Severity::Note
            && let Some(open) = &mut self.open
        {
            let place = header.place.as_ref().zip(file);
            let note = match place {
                Some((place, file)) => {
                    format!("{file}:{}:{}: {}", place.line, place.column, header.message)
                }
                None => header.message,
            };
            open.flush();
            open.diagnostic.notes.push(note);
            open.lines.push(line);
            open.expects = Expects::Source(vec![]);
            return;
        }
        self.close();
        if header.code.as_deref() == Some("-Wdate-time") {
            self.clock = Some(file.unwrap_or_default());
            self.stack.clear();
            // Its source line and caret have to be swallowed too.
            let mut hidden = Diagnostic::new(Severity::Note, "");
            hidden.code = header.code;
            self.open = Some(Open::new(hidden, line, Expects::Source(vec![])));
            return;
        }
        let mut diagnostic = Diagnostic::new(header.severity, header.message);
        diagnostic.code = header.code;
        if let Some((place, file)) = header.place.as_ref().zip(file) {
            diagnostic = diagnostic.at(file, place.line, place.column);
        }
        diagnostic.notes = std::mem::take(&mut self.stack);
        link::advise(&mut diagnostic);
        self.open = Some(Open::new(diagnostic, line, Expects::Source(vec![])));
    }

    fn tool(
        &mut self,
        mut diagnostic: Diagnostic,
        place: Option<Place>,
        line: String,
        block: bool,
    ) {
        self.close();
        if let Some(place) = place {
            let file = self.file(&place.file);
            diagnostic = diagnostic.at(file, place.line, place.column);
        }
        link::advise(&mut diagnostic);
        let expects = if block {
            Expects::Block
        } else {
            Expects::FixIt
        };
        self.open = Some(Open::new(diagnostic, line, expects));
    }

    /// Whether a line belongs to the open diagnostic.
    fn continues(&mut self, line: &str) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        match &mut open.expects {
            Expects::Block => {
                let inside = line.is_empty() || line.starts_with(' ') || line.starts_with(">>> ");
                if inside {
                    open.add_to_block(line);
                }
                inside
            }
            Expects::FixIt => {
                let inside = header::is_gutter(line)
                    || (line.starts_with(' ') && header::parse(line).is_none());
                if inside {
                    open.lines.push(line.to_owned());
                }
                inside
            }
            Expects::Source(held) => {
                if header::is_gutter(line) {
                    open.lines.push(line.to_owned());
                    return true;
                }
                if header::is_caret(line) {
                    open.lines.append(held);
                    open.lines.push(line.to_owned());
                    open.expects = Expects::FixIt;
                    return true;
                }
                if held.is_empty() && !begins(line) {
                    held.push(line.to_owned());
                    return true;
                }
                false
            }
        }
    }

    fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            let held = open.flush();
            if open.diagnostic.code.as_deref() != Some("-Wdate-time") && self.done.len() < MOST {
                while open.lines.last().is_some_and(|line| line.trim().is_empty()) {
                    open.lines.pop();
                }
                open.diagnostic.rendered = Some(self.project_relative(open.lines.join("\n")));
                if let Some(diagnostic) = tool::worth_telling(open.diagnostic) {
                    self.done.push(diagnostic);
                }
            }
            for line in held {
                self.set_aside(line);
            }
        }
    }

    /// A text without the folders that stand for the project.
    fn project_relative(&self, text: String) -> String {
        self.roots.iter().fold(text, |text, root| {
            let prefix = format!("{}{}", root.display(), std::path::MAIN_SEPARATOR);
            text.replace(&prefix, "")
        })
    }

    /// A file as the project sees it: relative with `/`, or absolute when it is
    /// outside.
    fn file(&self, file: &str) -> String {
        let folder = self.folders.last().cloned().unwrap_or_default();
        let path = tidy(&folder.join(file));
        let inside = self.roots.iter().find_map(|root| relative(root, &path));
        inside.unwrap_or_else(|| path.to_string_lossy().into_owned())
    }
}

impl Open {
    fn new(diagnostic: Diagnostic, line: String, expects: Expects) -> Self {
        Self {
            diagnostic,
            lines: vec![line],
            expects,
        }
    }

    /// Gives back a line that was held for a caret that never came.
    fn flush(&mut self) -> Vec<String> {
        match &mut self.expects {
            Expects::Source(held) => std::mem::take(held),
            _ => vec![],
        }
    }

    fn add_to_block(&mut self, line: &str) {
        self.lines.push(line.to_owned());
        let text = line.trim_start_matches(">>> ").trim();
        if text.is_empty() {
            return;
        }
        // CMake's first paragraph is the message itself.
        if self.diagnostic.message.is_empty() {
            text.clone_into(&mut self.diagnostic.message);
        } else {
            self.diagnostic.notes.push(text.to_owned());
        }
    }
}

/// Whether a line is the first of something that we know.
fn begins(line: &str) -> bool {
    header::included_from(line).is_some()
        || header::parse(line).is_some()
        || header::is_summary(line)
        || tool::entering(line).is_some()
        || tool::is_leaving(line)
        || tool::parse(line).is_some()
}

/// A path without `.` and `..`, as far as that needs no look at the disk.
pub(super) fn tidy(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests;
