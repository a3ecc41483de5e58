use serde::Serialize;

use super::super::Context;
use super::report::{Format, end};
use crate::error::{Exit, Result};
use crate::plugin::installer::uninstall;

/// Arguments of `wasmrun plugin uninstall`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plugin's name
    name: String,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A plugin that was taken away.
#[derive(Serialize)]
#[serde(tag = "type", rename = "uninstalled")]
struct Done<'a> {
    name: &'a str,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let name = &self.name;
        let outcome = uninstall(&context.home, name).map(|()| {
            match self.format {
                Format::Json => context.terminal.json(&Done { name }),
                Format::Human => context.terminal.status(format!("{name} is uninstalled")),
            }
            Exit::Ok
        });
        end(context, self.format, outcome)
    }
}
