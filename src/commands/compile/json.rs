use std::path::Path;
use std::time::Duration;

use plugin_protocol::Event as BuilderEvent;
use serde_json::{Value, json};

use super::Report;
use crate::compiler::{Change, Event, Outcome, Output};
use crate::error::{Error, Exit, Result};
use crate::plugin::PluginInfo;
use crate::project::Project;
use crate::terminal::Terminal;

/// One event a line, as `docs/compile.md` describes them. Nothing else goes to
/// standard output, and nothing to standard error.
pub(super) struct Json<'a> {
    terminal: &'a Terminal,
}

impl<'a> Json<'a> {
    pub(super) fn new(terminal: &'a Terminal) -> Self {
        Self { terminal }
    }

    fn say(&self, event: &Value) {
        self.terminal.json(event);
    }
}

impl Report for Json<'_> {
    fn detected(&mut self, project: &Project, plugin: &PluginInfo) {
        let others = project.others.iter().map(|other| {
            json!({
                "language": other.language.name(),
                "score": other.score,
                "why": other.why,
            })
        });
        self.say(&json!({
            "type": "detect",
            "root": text(&project.root),
            "language": project.language.name(),
            "why": project.why,
            "entry": project.entry,
            "name": project.name,
            "others": others.collect::<Vec<_>>(),
            "plugin": { "name": plugin.name, "version": plugin.version },
        }));
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            // The protocol's events have a `type` themselves.
            Event::Builder(event @ (BuilderEvent::Task(_) | BuilderEvent::Diagnostic(_))) => {
                self.terminal.json(&event);
            }
            Event::Builder(BuilderEvent::Log(log)) => self.say(&json!({
                "type": "log", "level": log.level, "message": log.message,
            })),
            Event::Builder(_) => {}
            Event::Explain { cached, reasons } => self.say(&json!({
                "type": "explain", "cached": cached, "reasons": reasons,
            })),
            Event::Warning(message) => self.say(&json!({
                "type": "log", "level": "warning", "message": message,
            })),
            Event::Artifact(output) => self.say(&artifact(output)),
        }
    }

    fn done(&mut self, outcome: &Outcome, took: Duration) {
        let previous = match outcome.change {
            Change::First => None,
            Change::Same => Some(outcome.sizes),
            Change::From(sizes) => Some(sizes),
        };
        let main = outcome.outputs.first();
        self.say(&json!({
            "type": "result",
            "status": "ok",
            "exit": Exit::Ok as u8,
            "cached": outcome.cached,
            "output": main.and_then(|output| output.path.as_deref()).map(text),
            "sha256": main.map(|output| &output.sha256),
            "size": outcome.sizes,
            "previous": previous,
            "changed": outcome.change != Change::Same,
            "seconds": took.as_secs_f64(),
        }));
    }

    fn failed(&mut self, error: Error, took: Duration) -> Result<Exit> {
        self.say(&json!({
            "type": "result",
            "status": "error",
            "exit": error.exit() as u8,
            "code": error.code().name(),
            "message": error.message(),
            "causes": error.causes(),
            "help": error.help_text(),
            "seconds": took.as_secs_f64(),
        }));
        Ok(error.exit())
    }
}

fn artifact(output: &Output) -> Value {
    json!({
        "type": "artifact",
        "kind": output.kind,
        "path": output.path.as_deref().map(text),
        "size": output.size,
        "sha256": output.sha256,
        "written": output.written,
    })
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
