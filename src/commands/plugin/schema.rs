use crate::commands::Context;
use crate::error::{Exit, Result};

/// Arguments of `wasmrun plugin schema`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun plugin schema > wasmrun-plugin.schema.json")]
pub(super) struct Args {}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        context
            .terminal
            .write_out(plugin_protocol::SCHEMA.as_bytes());
        Ok(Exit::Ok)
    }
}
