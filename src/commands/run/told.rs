//! What a build tells, to the user and to the pages.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Duration;

use plugin_protocol::{Event as BuilderEvent, Severity};

use crate::commands::compile::{Json, Report, excerpt};
use crate::compiler::{Event, Outcome};
use crate::error::{Error, Exit, Result};
use crate::plugin::PluginInfo;
use crate::project::Project;
use crate::server::{Board, Diagnostic, Excerpt, Failure, LogLine};

/// So many lines of the tools' output are kept.
const LINES: usize = 500;

/// So many of them are shown with a failure of which nothing else is known.
const SHOWN: usize = 40;

/// More diagnostics than anybody reads are not kept.
const DIAGNOSTICS: usize = 200;

/// Passes on what is told, and keeps it for the pages.
pub(super) struct Told<'a> {
    user: &'a mut dyn Report,
    events: Json<'a>,
    root: PathBuf,
    /// Whether it is the first build.
    first: bool,
    /// Whether the builder was asked, or all came from the cache.
    pub(super) asked: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) log: VecDeque<LogLine>,
    /// Called with each event: what else there is to do meanwhile.
    meanwhile: &'a mut dyn FnMut(),
}

impl<'a> Told<'a> {
    pub(super) fn new(
        user: &'a mut dyn Report,
        board: &'a Board,
        (root, first): (&Path, bool),
        meanwhile: &'a mut dyn FnMut(),
    ) -> Self {
        Self {
            user,
            events: Json::to(|line| board.event(line)),
            root: root.to_owned(),
            first,
            asked: false,
            diagnostics: Vec::new(),
            log: VecDeque::new(),
            meanwhile,
        }
    }

    /// Why the build failed, for the pages.
    pub(super) fn failure(&self, error: &Error) -> Failure {
        let errors = self.diagnostics.iter();
        let errors = errors.filter(|diagnostic| diagnostic.severity == Severity::Error);
        let errors: Vec<_> = errors.cloned().collect();
        let log = match errors.is_empty() {
            true => self.log.iter().rev().take(SHOWN).rev(),
            false => self.log.iter().rev().take(0).rev(),
        };
        Failure {
            message: error.message().to_owned(),
            causes: error.causes().to_vec(),
            help: error.help_text().map(ToOwned::to_owned),
            diagnostics: errors,
            log: log.map(|line| line.message.clone()).collect(),
        }
    }

    fn keep(&mut self, event: &BuilderEvent) {
        match event {
            BuilderEvent::Diagnostic(found) if self.diagnostics.len() < DIAGNOSTICS => {
                let excerpt = excerpt(&self.root, found);
                self.diagnostics.push(Diagnostic {
                    severity: found.severity,
                    message: plain(&found.message),
                    file: found.file.clone(),
                    span: found.span,
                    code: found.code.clone(),
                    notes: found.notes.iter().map(|note| plain(note)).collect(),
                    excerpt: excerpt.map(|excerpt| Excerpt {
                        line: excerpt.line,
                        text: excerpt.text,
                        from: excerpt.mark.start,
                        to: excerpt.mark.end,
                    }),
                });
            }
            BuilderEvent::Task(task) => self.asked |= task.task == "build",
            BuilderEvent::Log(line) => {
                if self.log.len() == LINES {
                    self.log.pop_front();
                }
                self.log.push_back(LogLine {
                    level: line.level,
                    message: plain(&line.message),
                });
            }
            _ => {}
        }
    }
}

/// Without what colours a terminal.
fn plain(text: &str) -> String {
    console::strip_ansi_codes(text).into_owned()
}

impl Report for Told<'_> {
    fn detected(&mut self, project: &Project, plugin: &PluginInfo) {
        self.events.detected(project, plugin);
        // The user knows it, once it was said.
        if self.first {
            self.user.detected(project, plugin);
        }
    }

    fn event(&mut self, event: Event<'_>) {
        (self.meanwhile)();
        match event {
            Event::Builder(event) => {
                self.keep(&event);
                self.events.event(Event::Builder(event.clone()));
                self.user.event(Event::Builder(event));
            }
            Event::Explain { cached, reasons } => {
                self.events.event(Event::Explain { cached, reasons });
                self.user.event(Event::Explain { cached, reasons });
            }
            Event::Warning(text) => {
                self.events.event(Event::Warning(text.clone()));
                self.user.event(Event::Warning(text));
            }
            Event::Artifact(output) => {
                self.events.event(Event::Artifact(output));
                self.user.event(Event::Artifact(output));
            }
        }
    }

    fn done(&mut self, outcome: &Outcome, took: Duration) {
        self.user.done(outcome, took);
        self.events.done(outcome, took);
    }

    fn failed(&mut self, error: Error, took: Duration) -> Result<Exit> {
        // The pages' line takes nothing away: it says what the user's says.
        let _ = self.events.failed(error.clone(), took);
        self.user.failed(error, took)
    }
}
