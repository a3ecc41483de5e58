use std::path::Path;
use std::time::Duration;

use plugin_protocol::{ArtifactKind, Event as BuilderEvent, Log, Severity};
use serde::Serialize;

use super::Report;
use crate::compiler::{Change, Event, Outcome, Output};
use crate::error::{Error, Exit, Result};
use crate::plugin::PluginInfo;
use crate::project::Project;
use crate::terminal::Terminal;
use crate::wasm::Sizes;

/// One event a line, as `docs/compile.md` describes them. Nothing else goes to
/// standard output, and nothing to standard error.
pub(in crate::commands) struct Json<'a> {
    say: Box<dyn Fn(&str) + 'a>,
}

/// The events that are not the builder's own.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Detect {
        root: String,
        language: &'static str,
        why: &'a str,
        entry: Option<&'a str>,
        name: &'a str,
        others: Vec<Other<'a>>,
        plugin: Plugin<'a>,
    },
    Log {
        level: Severity,
        message: &'a str,
    },
    Explain {
        cached: bool,
        reasons: &'a [String],
    },
    Artifact {
        kind: ArtifactKind,
        path: Option<String>,
        size: u64,
        sha256: &'a str,
        written: bool,
    },
    Result(End<'a>),
}

#[derive(Serialize)]
struct Other<'a> {
    language: &'static str,
    score: u8,
    why: &'a str,
}

#[derive(Serialize)]
struct Plugin<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum End<'a> {
    Ok {
        exit: u8,
        cached: bool,
        output: Option<String>,
        sha256: Option<&'a str>,
        size: Sizes,
        previous: Option<Sizes>,
        changed: bool,
        seconds: f64,
    },
    Error {
        exit: u8,
        code: &'static str,
        message: &'a str,
        causes: &'a [String],
        help: Option<&'a str>,
        seconds: f64,
    },
}

impl<'a> Json<'a> {
    pub(super) fn new(terminal: &'a Terminal) -> Self {
        Self::to(|line| terminal.out(line))
    }

    /// Events go wherever is said, a line each.
    pub(in crate::commands) fn to(say: impl Fn(&str) + 'a) -> Self {
        Self { say: Box::new(say) }
    }

    fn say(&self, line: &impl Serialize) {
        (self.say)(&serde_json::to_string(line).unwrap_or_default());
    }
}

impl Report for Json<'_> {
    fn detected(&mut self, project: &Project, plugin: &PluginInfo) {
        let others = project.others.iter().map(|other| Other {
            language: other.language.name(),
            score: other.score,
            why: &other.why,
        });
        self.say(&Line::Detect {
            root: text(&project.root),
            language: project.language.name(),
            why: &project.why,
            entry: project.entry.as_deref(),
            name: &project.name,
            others: others.collect(),
            plugin: Plugin {
                name: &plugin.name,
                version: &plugin.version,
            },
        });
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            // These have a `type` themselves.
            Event::Builder(event @ (BuilderEvent::Task(_) | BuilderEvent::Diagnostic(_))) => {
                self.say(&event);
            }
            Event::Builder(BuilderEvent::Log(Log { level, message })) => self.say(&Line::Log {
                level,
                message: &message,
            }),
            Event::Builder(_) => {}
            Event::Explain { cached, reasons } => self.say(&Line::Explain { cached, reasons }),
            Event::Warning(message) => self.say(&Line::Log {
                level: Severity::Warning,
                message: &message,
            }),
            Event::Artifact(output) => self.say(&artifact(output)),
        }
    }

    fn done(&mut self, outcome: &Outcome, took: Duration) {
        let main = outcome.outputs.first();
        self.say(&Line::Result(End::Ok {
            exit: Exit::Ok.code(),
            cached: outcome.cached,
            output: main.and_then(|output| output.path.as_deref()).map(text),
            sha256: main.map(|output| output.sha256.as_str()),
            size: outcome.sizes,
            previous: match outcome.change {
                Change::First => None,
                Change::Same => Some(outcome.sizes),
                Change::From(sizes) => Some(sizes),
            },
            changed: outcome.change != Change::Same,
            seconds: took.as_secs_f64(),
        }));
    }

    fn failed(&mut self, error: Error, took: Duration) -> Result<Exit> {
        self.say(&Line::Result(End::Error {
            exit: error.exit().code(),
            code: error.code().name(),
            message: error.message(),
            causes: error.causes(),
            help: error.help_text(),
            seconds: took.as_secs_f64(),
        }));
        Ok(error.exit())
    }
}

fn artifact(output: &Output) -> Line<'_> {
    Line::Artifact {
        kind: output.kind,
        path: output.path.as_deref().map(text),
        size: output.size,
        sha256: &output.sha256,
        written: output.written,
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
