use serde::Serialize;

use super::super::Context;
use super::report::{Format, end};
use crate::config::register;
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::Manager;
use crate::plugin::store::Store;

/// Arguments of `wasmrun plugin enable` and `disable`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plugin's name
    name: String,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Whether a plugin takes part from now on.
#[derive(Serialize)]
#[serde(tag = "type", rename = "enabled")]
struct Done<'a> {
    name: &'a str,
    enabled: bool,
}

impl Args {
    pub(super) fn run(self, context: &Context, enabled: bool) -> Result<Exit> {
        let name = &self.name;
        let outcome = set(context, name, enabled).map(|()| {
            let word = if enabled { "enabled" } else { "disabled" };
            match self.format {
                Format::Json => context.terminal.json(&Done { name, enabled }),
                Format::Human => context.terminal.status(format!("{name} is {word}")),
            }
            Exit::Ok
        });
        end(context, self.format, outcome)
    }
}

fn set(context: &Context, name: &str, enabled: bool) -> Result<()> {
    let store = Store::of(&context.home)?;
    if !store.has(name) {
        if Manager::is_built_in(name) && !enabled {
            let message = format!("`{name}` is part of wasmrun and cannot be disabled");
            return Err(Error::new(Code::Usage, message)
                .help("name another plugin with `--plugin` where it is not wanted"));
        }
        return Err(store.not_installed(name));
    }
    register(&context.home, name, Some(enabled))
}
