//! One file a command: its arguments and what it does with them.

mod bytes;
mod clean;
mod compile;
mod completions;
mod config;
mod doctor;
mod exec;
mod functions;
mod input;
mod inspect;
mod man;
mod paths;
mod plugin;
mod trust;
mod verify;
mod version;

pub use version::version;

use crate::config::Home;
use crate::error::{Exit, Result};
use crate::process::Cancel;
use crate::terminal::Terminal;

/// What every command gets.
#[derive(Debug)]
pub struct Context {
    /// Where to print.
    pub terminal: Terminal,
    /// Where wasmrun keeps its own files.
    pub home: Home,
    /// Whether the user wants it to end.
    pub cancel: Cancel,
    /// The whole command line, for completions and manual pages. A function,
    /// since most commands have no use for it.
    pub command_line: fn() -> clap::Command,
}

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Build a project into a verified module
    #[command(visible_aliases = ["build", "c"])]
    Compile(compile::Args),
    /// Run a module, or a project that is built first
    #[command(visible_alias = "x")]
    Exec(exec::Args),
    /// Check that modules are valid and keep the rules
    Verify(verify::Args),
    /// Show what is in a module
    Inspect(inspect::Args),
    /// Delete what builds have made
    #[command(visible_aliases = ["clear", "reset"])]
    Clean(clean::Args),
    /// Show each setting and where it came from
    Config(config::Args),
    /// Say what is there to build with, and what is missing
    Doctor(doctor::Args),
    /// Install, write and test plugins
    Plugin(plugin::Args),
    /// Let an executable of a project run as a plugin
    Trust(trust::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Write the manual pages
    Man(man::Args),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// What the user has to know; its code gives the exit code.
    pub fn run(self, context: &Context) -> Result<Exit> {
        match self {
            Self::Compile(args) => args.run(context),
            Self::Exec(args) => args.run(context),
            Self::Verify(args) => args.run(context),
            Self::Inspect(args) => args.run(context),
            Self::Clean(args) => args.run(context),
            Self::Config(args) => args.run(context),
            Self::Doctor(args) => args.run(context),
            Self::Plugin(args) => args.run(context),
            Self::Trust(args) => args.run(context),
            Self::Completions(args) => args.run(context),
            Self::Man(args) => args.run(context),
        }
    }
}
