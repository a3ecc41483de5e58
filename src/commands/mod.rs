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
mod run;
mod stop;
mod trust;
mod verify;
mod version;

pub use version::version;

use std::ffi::OsString;

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

/// The commands, from their list.
macro_rules! commands {
    ($($(#[doc = $about:literal])* $name:ident as $word:literal $(or $alias:literal)*, in $file:ident;)*) => {
        /// The commands.
        #[derive(Debug)]
        pub enum Command {
            $($(#[doc = $about])* $name($file::Args),)*
        }

        impl Command {
            /// What they are called, with their other names.
            pub const WORDS: &[&str] = &[$($word, $($alias,)*)*];

            /// Does it.
            ///
            /// # Errors
            /// What the user has to know; its code gives the exit code.
            pub fn run(self, context: &Context) -> Result<Exit> {
                match self {
                    $(Self::$name(args) => args.run(context),)*
                }
            }

            /// Adds the commands to the program, with their arguments.
            pub fn add_all(program: clap::Command) -> clap::Command {
                $(let program = program.subcommand(arguments::$name(describe::$name()));)*
                program
            }

            /// Adds the commands that a line may mean: those whose words are on it if
            /// it begins with one, else all. Arguments are left out until the one is
            /// known that is run. To make them all takes longer than to run a small
            /// module.
            pub fn add_meant(program: clap::Command, line: &[OsString]) -> clap::Command {
                let said = |words: &[&str]| line.iter().any(|word| words.iter().any(|own| word == own));
                let first = line.iter().skip(1).find(|word| !word.as_encoded_bytes().starts_with(b"-"));
                let all = !first.is_some_and(|first| Self::WORDS.iter().any(|word| first == word));
                $(
                    let program = match all || said(&[$word, $($alias,)*]) {
                        true => program.subcommand(describe::$name().defer(arguments::$name)),
                        false => program,
                    };
                )*
                program
            }

            /// The command that was given, if any was.
            ///
            /// # Errors
            /// When what was given for it makes no sense.
            pub fn given(matches: &clap::ArgMatches) -> clap::error::Result<Option<Self>> {
                use clap::FromArgMatches;
                Ok(match matches.subcommand() {
                    $(Some(($word, own)) => Some(Self::$name($file::Args::from_arg_matches(own)?)),)*
                    _ => None,
                })
            }
        }

        /// What each command is, without its arguments.
        #[allow(non_snake_case, reason = "they are called as the commands are")]
        mod describe {
            $(
                pub(super) fn $name() -> clap::Command {
                    clap::Command::new($word)
                        .about(concat!($($about,)*).trim())
                        .visible_aliases([$($alias,)*] as [&str; _])
                }
            )*
        }

        /// Adds the arguments of each command.
        #[allow(non_snake_case, reason = "they are called as the commands are")]
        mod arguments {
            $(
                pub(super) fn $name(own: clap::Command) -> clap::Command {
                    // The arguments bring a text of their own, which is not it.
                    <super::$file::Args as clap::Args>::augment_args(own)
                        .about(concat!($($about,)*).trim())
                        .long_about(None)
                }
            )*
        }
    };
}

commands! {
    /// Serve a project, and build it again when it changes
    Run as "run" or "dev" or "serve", in run;
    /// End a server that runs
    Stop as "stop" or "kill", in stop;
    /// Build a project into a verified module
    Compile as "compile" or "build" or "c", in compile;
    /// Run a module, or a project that is built first
    Exec as "exec" or "x", in exec;
    /// Check that modules are valid and keep the rules
    Verify as "verify", in verify;
    /// Show what is in a module
    Inspect as "inspect", in inspect;
    /// Delete what builds have made
    Clean as "clean" or "clear" or "reset", in clean;
    /// Show each setting and where it came from
    Config as "config", in config;
    /// Say what is there to build with, and what is missing
    Doctor as "doctor", in doctor;
    /// Install, write and test plugins
    Plugin as "plugin", in plugin;
    /// Let an executable of a project run as a plugin
    Trust as "trust", in trust;
    /// Print a completion script for a shell
    Completions as "completions", in completions;
    /// Write the manual pages
    Man as "man", in man;
}
