//! What the user is told of the server, besides what builds tell.

use std::path::Path;
use std::time::Duration;

use console::Style;
use serde::Serialize;

use super::{Format, keys};
use crate::commands::compile::{Human, Json, Report};
use crate::commands::paths;
use crate::compiler::{self, Outcome};
use crate::error::{Error, Exit, Result};
use crate::plugin::PluginInfo;
use crate::project::Project;
use crate::server::Board;
use crate::terminal::Terminal;
use crate::wasm::decimal;

pub(super) struct Speaker<'a> {
    terminal: &'a Terminal,
    format: Format,
}

/// What is not a build's.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Event<'a> {
    /// It listens.
    Server {
        url: &'a str,
        address: String,
        root: &'a str,
        session: &'a str,
    },
    /// Files have changed.
    Change { files: &'a [String] },
    /// A page has printed something.
    Console { level: &'a str, text: &'a str },
    /// Something that stops nothing.
    Log { level: &'a str, message: &'a str },
    /// It has ended.
    Stopped,
}

impl<'a> Speaker<'a> {
    pub(super) fn new(terminal: &'a Terminal, format: Format) -> Self {
        Self { terminal, format }
    }

    /// Who tells of the next build; `loaded` says that nothing is built, but loaded
    /// as it is.
    pub(super) fn report(&self, loaded: bool) -> Box<dyn Report + 'a> {
        let terminal = self.terminal;
        match self.format {
            Format::Human if loaded => Box::new(Loading(terminal)),
            Format::Human => Box::new(Human::new(terminal, false)),
            Format::Json => Box::new(Json::to(move |line| terminal.out(line))),
        }
    }

    /// Tells the user, and whoever listens to the server's events.
    pub(super) fn tell(&self, board: &Board, event: &Event<'_>) {
        if let Ok(line) = serde_json::to_string(event) {
            board.event(&line);
        }
        match self.format {
            Format::Json => self.terminal.json(event),
            Format::Human => self.say(event),
        }
    }

    /// Something that the user should know.
    pub(super) fn warn(&self, board: &Board, message: &str) {
        let level = "warning";
        self.tell(board, &Event::Log { level, message });
    }

    fn say(&self, event: &Event<'_>) {
        let dim = Style::new().dim();
        match event {
            Event::Server { url, .. } => {
                let url = self.terminal.paint_out(&Style::new().bold(), url);
                self.terminal.out(format_args!("serving at {url}"));
            }
            Event::Change { files } => self.terminal.status(changed(files)),
            Event::Console { level, text } => self.console(level, text),
            Event::Log { message, .. } => self.terminal.warn(message),
            Event::Stopped => self
                .terminal
                .status(self.terminal.paint_err(&dim, "stopped")),
        }
    }

    fn console(&self, level: &str, text: &str) {
        let style = match level {
            "error" | "uncaught" => Style::new().red(),
            "warn" => Style::new().yellow(),
            _ => Style::new().dim(),
        };
        let name = self
            .terminal
            .paint_err(&style, format_args!("page {level}:"));
        for line in text.lines() {
            let line: String = line.chars().map(shown).collect();
            self.terminal.status(format_args!("{name} {line}"));
        }
    }

    /// Says what the keys do.
    pub(super) fn keys(&self) {
        if self.format == Format::Human {
            let text = self.terminal.paint_err(&Style::new().dim(), keys::HELP);
            self.terminal.status(text);
        }
    }
}

/// Tells of what is loaded as it is.
struct Loading<'a>(&'a Terminal);

impl Report for Loading<'_> {
    fn detected(&mut self, _: &Project, _: &PluginInfo) {}

    fn event(&mut self, _: compiler::Event<'_>) {}

    fn done(&mut self, outcome: &Outcome, _: Duration) {
        let main = outcome.outputs.first();
        if let Some((output, path)) = main.and_then(|output| Some((output, output.path.as_ref()?)))
        {
            let size = decimal(output.size);
            self.0
                .status(format_args!("loaded {}, {size}", paths::short(path)));
        }
    }

    fn failed(&mut self, error: Error, _: Duration) -> Result<Exit> {
        Err(error)
    }
}

/// Nothing that a page prints moves the cursor.
fn shown(letter: char) -> char {
    match letter {
        '\t' => letter,
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    }
}

/// `src/lib.rs changed`, `a and b changed`, `a, b and 3 more changed`.
pub(super) fn changed(files: &[String]) -> String {
    match files {
        [] => "something changed".to_owned(),
        [one] => format!("{one} changed"),
        [one, other] => format!("{one} and {other} changed"),
        [one, other, rest @ ..] => format!("{one}, {other} and {} more changed", rest.len()),
    }
}

/// A file as it is told, with `/` between its parts.
pub(super) fn file(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_in_one_line() {
        let of = |files: &[&str]| {
            changed(
                &files
                    .iter()
                    .map(|file| (*file).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(of(&["a"]), "a changed");
        assert_eq!(of(&["a", "b"]), "a and b changed");
        assert_eq!(of(&["a", "b", "c", "d"]), "a, b and 2 more changed");
    }
}
