//! `wasmrun plugin`: one file a subcommand.

mod replay;
mod schema;
mod test;

use super::Context;
use crate::error::{Exit, Result};

/// Arguments of `wasmrun plugin`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun plugin test ./my-plugin --project demo   does it keep the protocol?\n  \
    wasmrun plugin replay fault.jsonl                what happened, once more")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Test whether a plugin keeps to the protocol
    Test(test::Args),
    /// Play a conversation with a plugin again
    Replay(replay::Args),
    /// Print the JSON Schema of the protocol
    Schema(schema::Args),
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        match self.command {
            Command::Test(args) => args.run(context),
            Command::Replay(args) => args.run(context),
            Command::Schema(args) => args.run(context),
        }
    }
}
