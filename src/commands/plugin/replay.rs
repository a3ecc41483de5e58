use std::path::PathBuf;
use std::time::Duration;

use console::Style;
use serde_json::json;

use super::test::executable;
use crate::commands::Context;
use crate::config::{Home, parse_duration};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::kit::replay::{Likeness, Line, Outcome, Script, Stage, Voice, play};
use crate::plugin::store::Store;
use crate::terminal::Terminal;

/// Arguments of `wasmrun plugin replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun plugin replay ~/.wasmrun/faults/x-1.jsonl              with the plugin that it names\n  \
    wasmrun plugin replay fault.jsonl --exe ./my-plugin            with one that you work on\n  \
    wasmrun plugin replay fault.jsonl --exe ./my-plugin --project copy-of-the-project\n\n\
    Marks: `>` the host, `<` the plugin, `~` the plugin with other details than recorded,\n  \
    `X` where it departs, `!` what is no frame. The build runs in the recorded project\n  \
    unless `--project` names another.\n\
    Exit codes: 0 the same conversation again, 1 it departs, 2 it could not be played.")]
pub(super) struct Args {
    /// What wasmrun wrote at a fault, or a transcript
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The plugin's executable, instead of the installed plugin that the file names
    #[arg(long, value_name = "EXE")]
    exe: Option<PathBuf>,
    /// The project, instead of the one in the file
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// How long to wait for a line that came when it was recorded
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration)]
    patience: Duration,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text for people
    Text,
    /// One JSON document
    Json,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let script = Script::read(&self.file)?;
        let exe = match &self.exe {
            Some(exe) => executable(exe)?,
            None => installed(&script, &context.home)?,
        };
        let stage = Stage {
            exe,
            project: self
                .project
                .as_deref()
                .map(super::test::folder)
                .transpose()?,
            patience: self.patience,
            env: std::env::vars_os().collect(),
        };
        let terminal = &context.terminal;
        if let Some(fault) = &script.fault {
            terminal.status(format_args!("recorded: {} ({})", fault.message, fault.code));
            if fault.forgotten > 0 {
                let first = format!(
                    "{} frames before the first one here are not known",
                    fault.forgotten
                );
                terminal.warn(first);
            }
        }
        let mut lines = Vec::new();
        let told = &mut |line: Line| match self.format {
            Format::Text => show(&line, terminal),
            Format::Json => lines.push(value(&line)),
        };
        let outcome = play(&script, &stage, told, &context.cancel)?;
        if context.cancel.reason().is_some() {
            return Err(Error::new(Code::Interrupted, "interrupted"));
        }
        match self.format {
            Format::Text => conclude(&outcome, terminal),
            Format::Json => terminal.json(&json!({
                "schema": 1,
                "same": outcome.departure.is_none(),
                "departure": outcome.departure.as_ref().map(|(recorded, came)| {
                    json!({"recorded": recorded, "came": came})
                }),
                "end": outcome.end,
                "lines": lines,
            })),
        }
        Ok(match outcome.departure {
            None => Exit::Ok,
            Some(_) => Exit::Failed,
        })
    }
}

/// The executable of the installed plugin that a file names.
fn installed(script: &Script, home: &Home) -> Result<PathBuf> {
    let Some(name) = &script.plugin else {
        return Err(
            Error::new(Code::Usage, "the file names no plugin").help("add `--exe ./my-plugin`")
        );
    };
    match Store::of(home)?.get(name)? {
        Some(stored) => Ok(stored.installed.exe),
        None => Err(Error::new(
            Code::PluginMissing,
            format!("no plugin `{name}` is installed"),
        )
        .help("name its executable: `--exe ./my-plugin`")),
    }
}

fn show(line: &Line, terminal: &Terminal) {
    let (mark, style) = match (line.voice, line.likeness) {
        (Voice::Host, _) => ('>', Style::new().cyan()),
        (Voice::Aside, _) => ('!', Style::new().dim()),
        (Voice::Plugin, Likeness::Same) => ('<', Style::new().green()),
        (Voice::Plugin, Likeness::Similar) => ('~', Style::new().yellow()),
        (Voice::Plugin, Likeness::Departs) => ('X', Style::new().red().bold()),
    };
    let then = line
        .recorded
        .map_or(String::new(), |at| format!(" (then {})", at.as_millis()));
    let text = format!(
        "{:>7} ms{then} {mark} {}",
        line.at.as_millis(),
        plain(&line.text)
    );
    terminal.out(terminal.paint_out(&style, text));
}

/// A line without what would move a cursor.
fn plain(text: &str) -> String {
    let shown = text.chars().map(|letter| {
        if letter.is_control() {
            '\u{fffd}'
        } else {
            letter
        }
    });
    shown.collect()
}

fn conclude(outcome: &Outcome, terminal: &Terminal) {
    terminal.out(format_args!("the plugin ended with {}", outcome.end));
    match &outcome.departure {
        None => terminal
            .out(terminal.paint_out(&Style::new().green(), "the same conversation as recorded")),
        Some((recorded, came)) => {
            let style = Style::new().red().bold();
            terminal.out(terminal.paint_out(&style, "the conversation departs"));
            terminal.out(format_args!("  recorded  {}", plain(recorded)));
            terminal.out(format_args!("  came      {}", plain(came)));
        }
    }
}

fn value(line: &Line) -> serde_json::Value {
    json!({
        "at_ms": line.at.as_secs_f64() * 1000.0,
        "recorded_ms": line.recorded.map(|at| at.as_secs_f64() * 1000.0),
        "from": match line.voice {
            Voice::Host => "host",
            Voice::Plugin => "plugin",
            Voice::Aside => "aside",
        },
        "compared": match line.likeness {
            Likeness::Same => "same",
            Likeness::Similar => "similar",
            Likeness::Departs => "departs",
        },
        "line": line.text,
    })
}
