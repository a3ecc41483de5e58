use std::path::Path;
use std::time::Duration;

use plugin_protocol::{Diagnostic, Event as BuilderEvent, Severity};

use super::Report;
use super::human::Human;
use crate::annotation::Annotation;
use crate::compiler::{Event, Outcome};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::PluginInfo;
use crate::project::Project;
use crate::terminal::Terminal;

/// Reports for people, with annotations for GitHub Actions on standard output.
pub(super) struct Github<'a> {
    terminal: &'a Terminal,
    human: Human<'a>,
    root: std::path::PathBuf,
}

impl<'a> Github<'a> {
    pub(super) fn new(terminal: &'a Terminal, explain: bool) -> Self {
        Self {
            terminal,
            human: Human::new(terminal, explain),
            root: Default::default(),
        }
    }

    fn annotate(&self, diagnostic: &Diagnostic) {
        let file = diagnostic
            .file
            .as_ref()
            .map(|file| relative(&self.root.join(file)));
        let mut message = diagnostic.message.clone();
        for note in &diagnostic.notes {
            message.push('\n');
            message.push_str(note);
        }
        self.terminal.out(Annotation {
            level: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                _ => "notice",
            },
            file,
            span: diagnostic.span.map(|span| (span.start, span.end)),
            title: diagnostic.code.clone(),
            message,
        });
    }
}

/// A path as the repository's pages know it: the checkout is `GITHUB_WORKSPACE`,
/// or the current folder.
fn relative(path: &Path) -> String {
    let workspace = std::env::var_os("GITHUB_WORKSPACE").filter(|value| !value.is_empty());
    let workspace = workspace
        .map(Into::into)
        .or_else(|| std::env::current_dir().ok());
    let workspace = workspace.and_then(|folder| folder.canonicalize().ok());
    let inside = workspace.and_then(|folder| path.strip_prefix(folder).ok());
    inside.unwrap_or(path).to_string_lossy().replace('\\', "/")
}

impl Report for Github<'_> {
    fn detected(&mut self, project: &Project, plugin: &PluginInfo) {
        self.root.clone_from(&project.root);
        self.human.detected(project, plugin);
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Builder(BuilderEvent::Diagnostic(diagnostic)) => {
                self.annotate(&diagnostic);
                self.human
                    .event(Event::Builder(BuilderEvent::Diagnostic(diagnostic)));
            }
            Event::Warning(message) => {
                self.terminal.out(Annotation {
                    level: "warning",
                    message: message.clone(),
                    ..Annotation::default()
                });
                self.human.event(Event::Warning(message));
            }
            event => self.human.event(event),
        }
    }

    fn done(&mut self, outcome: &Outcome, took: Duration) {
        self.human.done(outcome, took);
    }

    fn failed(&mut self, error: Error, took: Duration) -> Result<Exit> {
        // The diagnostics have said already what the compiler refused.
        if error.code() != Code::BuildFailed {
            self.terminal.out(Annotation {
                level: "error",
                title: Some("wasmrun".to_owned()),
                message: error.to_string(),
                ..Annotation::default()
            });
        }
        self.human.failed(error, took)
    }
}
