use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use console::Style;
use plugin_protocol::{Diagnostic, Event as BuilderEvent, Log, Severity, Task, TaskState};

use super::super::paths;
use super::{Report, is_quiet, source, words};
use crate::compiler::{Event, Outcome};
use crate::error::{Error, Exit, Result};
use crate::plugin::PluginInfo;
use crate::project::Project;
use crate::terminal::{Terminal, Verbosity};

/// So many lines of the tools' output are shown when a build fails.
const TAIL: usize = 40;

/// Reports for people.
pub(in crate::commands) struct Human<'a> {
    terminal: &'a Terminal,
    explain: bool,
    root: PathBuf,
    /// The last lines of the tools' output that were not shown.
    log: VecDeque<String>,
    errors: usize,
}

impl<'a> Human<'a> {
    pub(in crate::commands) fn new(terminal: &'a Terminal, explain: bool) -> Self {
        Self {
            terminal,
            explain,
            root: PathBuf::new(),
            log: VecDeque::new(),
            errors: 0,
        }
    }

    fn builder(&mut self, event: BuilderEvent) {
        match event {
            BuilderEvent::Task(task) => self.task(&task),
            BuilderEvent::Log(log) => self.log(&log),
            BuilderEvent::Diagnostic(diagnostic) => self.diagnostic(&diagnostic),
            _ => {}
        }
    }

    fn task(&self, task: &Task) {
        if task.state == TaskState::End {
            return;
        }
        let counted = match (task.done, task.total, &task.unit) {
            (Some(done), Some(total), unit) => {
                format!(" {done}/{total} {}", unit.as_deref().unwrap_or_default())
            }
            (Some(done), None, unit) => format!(" {done} {}", unit.as_deref().unwrap_or_default()),
            _ => String::new(),
        };
        self.terminal
            .progress(format_args!("{}{counted}", task.task));
    }

    fn log(&mut self, log: &Log) {
        let line = plain(&log.message);
        if self.terminal.verbosity() == Verbosity::Verbose {
            return self.terminal.detail(line);
        }
        if self.log.len() == TAIL {
            self.log.pop_front();
        }
        self.log.push_back(line);
    }

    fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        let is_error = diagnostic.severity == Severity::Error;
        self.errors += usize::from(is_error);
        if is_error || !is_quiet(self.terminal) {
            self.terminal.err(self.text(diagnostic));
        }
    }

    fn text(&self, diagnostic: &Diagnostic) -> String {
        if let Some(rendered) = &diagnostic.rendered {
            return plain(rendered.trim_end());
        }
        let (style, name) = match diagnostic.severity {
            Severity::Error => (Style::new().red().bold(), "error:"),
            Severity::Warning => (Style::new().yellow().bold(), "warning:"),
            _ => (Style::new().cyan().bold(), "note:"),
        };
        let place = diagnostic.file.as_ref().map(|file| {
            let file = paths::short(&self.root.join(file));
            match diagnostic.span {
                Some(span) => format!("{file}:{}:{}: ", span.start[0], span.start[1]),
                None => format!("{file}: "),
            }
        });
        let mut text = format!(
            "{}{} {}",
            self.terminal
                .paint_err(&Style::new().bold(), place.unwrap_or_default()),
            self.terminal.paint_err(&style, name),
            plain(&diagnostic.message),
        );
        if let Some(code) = &diagnostic.code {
            text.push_str(&format!(" [{code}]"));
        }
        if let Some(excerpt) = source::excerpt(&self.root, diagnostic) {
            text.push_str(&format!("\n{excerpt}"));
        }
        for note in &diagnostic.notes {
            text.push_str(&format!("\n  {}", plain(note)));
        }
        for fix in &diagnostic.fixes {
            text.push_str(&format!("\n  help: {}", plain(&fix.title)));
        }
        text
    }
}

/// A tool's text without anything that moves the cursor or colours what
/// follows: what a project makes a tool say must not rewrite the screen.
fn plain(text: &str) -> String {
    let text = console::strip_ansi_codes(text);
    let safe = |letter: char| match letter {
        '\n' | '\t' => letter,
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(safe).collect()
}

impl Report for Human<'_> {
    fn detected(&mut self, project: &Project, plugin: &PluginInfo) {
        self.root.clone_from(&project.root);
        self.terminal.status(words::detected(project, plugin));
        if let Some(others) = words::others(project) {
            self.terminal.status(others);
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Builder(event) => self.builder(event),
            Event::Explain { cached, reasons } if self.explain => {
                let what = if cached { "from the cache" } else { "built" };
                for reason in reasons {
                    self.terminal.err(format_args!("{what}: {reason}"));
                }
            }
            Event::Warning(text) => self.terminal.warn(text),
            Event::Explain { .. } | Event::Artifact(_) => {}
        }
    }

    fn done(&mut self, outcome: &Outcome, took: Duration) {
        let line = words::result(outcome, took);
        match &outcome.stdout {
            // Standard output has the module.
            Some(_) => self.terminal.status(line),
            None if is_quiet(self.terminal) => {}
            None => self.terminal.out(line),
        }
    }

    fn failed(&mut self, error: Error, _took: Duration) -> Result<Exit> {
        // What could not be told apart into messages is all that there is.
        if self.errors == 0 && error.exit() != Exit::Interrupted {
            for line in &self.log {
                self.terminal.err(line);
            }
        }
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_cannot_move_the_cursor() {
        let escape = char::from(27);
        let text = format!("a{escape}[2J{escape}[31mb\tc{escape}]0;title\u{7}\rd");
        let shown = plain(&text);
        assert!(
            !shown.contains(|c: char| c.is_control() && c != '\t'),
            "{shown:?}"
        );
        assert!(
            shown.starts_with("ab\tc") && shown.ends_with('d'),
            "{shown:?}"
        );
    }
}
