//! `wasmrun plugin`: installing plugins and looking after them, one file a
//! subcommand.

mod enable;
mod info;
mod install;
mod list;
mod lock;
mod new;
mod report;
mod row;
mod schema;
mod template;
mod test;
mod uninstall;
mod update;

pub(super) use report::{Format, end};
pub(super) use row::{Row, State};

use super::Context;
use crate::error::{Exit, Result};

/// Arguments of `wasmrun plugin`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun plugin install wasmgo           install a plugin of the index\n  \
    wasmrun plugin install ./my-plugin      install an executable\n  \
    wasmrun plugin list --all               what there is, installed or not\n  \
    wasmrun plugin update all               install all again from where they came from\n  \
    wasmrun plugin new --lang py my-plugin  begin one of your own")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What to do with plugins.
#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the installed plugins
    List(list::Args),
    /// Show what is known of a plugin
    Info(info::Args),
    /// Install a plugin from the index, a crate, a folder, an executable or an archive
    Install(install::Args),
    /// Take a plugin away
    #[command(visible_alias = "remove")]
    Uninstall(uninstall::Args),
    /// Install plugins again from where they came from
    Update(update::Args),
    /// Let a plugin take part again
    Enable(enable::Args),
    /// Keep a plugin, and let it take no part
    Disable(enable::Args),
    /// Pin the plugins of a project in wasmrun.lock
    Lock(lock::Args),
    /// Test whether a plugin keeps to the protocol
    Test(test::Args),
    /// Print the JSON Schema of the protocol
    Schema(schema::Args),
    /// Begin a plugin of your own
    New(new::Args),
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        match self.command {
            Command::List(args) => args.run(context),
            Command::Info(args) => args.run(context),
            Command::Install(args) => args.run(context),
            Command::Uninstall(args) => args.run(context),
            Command::Update(args) => args.run(context),
            Command::Enable(args) => args.run(context, true),
            Command::Disable(args) => args.run(context, false),
            Command::Lock(args) => args.run(context),
            Command::Test(args) => args.run(context),
            Command::Schema(args) => args.run(context),
            Command::New(args) => args.run(context),
        }
    }
}
