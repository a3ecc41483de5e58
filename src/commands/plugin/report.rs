use serde::Serialize;

use super::super::Context;
use crate::error::{Error, Exit, Result};
use crate::plugin::installer::{Installer, Step};
use crate::process;
use crate::terminal::Verbosity;

/// How to report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::commands) enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object a line
    Json,
}

/// The last line of every JSON report.
#[derive(Serialize)]
#[serde(tag = "type", rename = "result")]
struct End<'a> {
    status: &'static str,
    exit: u8,
    #[serde(flatten)]
    error: Option<Fault<'a>>,
}

/// An error, for programs.
#[derive(Debug, Clone, Serialize)]
pub(in crate::commands) struct Fault<'a> {
    code: &'static str,
    message: &'a str,
    causes: &'a [String],
    help: Option<&'a str>,
}

impl<'a> Fault<'a> {
    pub(in crate::commands) fn of(error: &'a Error) -> Self {
        Self {
            code: error.code().name(),
            message: error.message(),
            causes: error.causes(),
            help: error.help_text(),
        }
    }
}

/// Ends a report. For people, an error goes its usual way.
pub(in crate::commands) fn end(
    context: &Context,
    format: Format,
    outcome: Result<Exit>,
) -> Result<Exit> {
    context.terminal.progress_end();
    if format == Format::Human {
        return outcome;
    }
    let (exit, error) = match &outcome {
        Ok(exit) => (*exit, None),
        Err(error) => (error.exit(), Some(Fault::of(error))),
    };
    context.terminal.json(&End {
        status: match exit {
            Exit::Ok => "ok",
            _ => "error",
        },
        exit: exit.code(),
        error,
    });
    Ok(exit)
}

/// A step of an installation, for programs.
#[derive(Serialize)]
#[serde(tag = "type", rename = "step")]
struct Line<'a> {
    message: &'a str,
}

/// Has an installer do something, and tells of its steps. Ctrl-C ends it.
pub(super) fn with_installer<T>(
    context: &Context,
    format: Format,
    offline: bool,
    work: impl FnOnce(&mut Installer<'_>) -> Result<T>,
) -> Result<T> {
    process::cancel_on_interrupt(&context.cancel)
        .map_err(|error| Error::io("listen to", "Ctrl-C".as_ref(), &error))?;
    let terminal = &context.terminal;
    let listener = &mut |step: Step<'_>| match (step, format) {
        (Step::Begin(message), Format::Json) => terminal.json(&Line { message }),
        (Step::Begin(message), Format::Human) => {
            terminal.detail(message);
            terminal.progress(message);
        }
        (Step::Line(line), Format::Human) if terminal.verbosity() == Verbosity::Verbose => {
            terminal.detail(line);
        }
        (Step::Line(line), Format::Human) => terminal.progress(line.trim()),
        (Step::Line(_), Format::Json) => {}
    };
    work(&mut Installer {
        home: &context.home,
        offline,
        cancel: &context.cancel,
        listener,
    })
}
