use std::path::PathBuf;

use super::Context;
use crate::error::{Error, Exit, Result};

/// Arguments of `wasmrun man`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  wasmrun man | man -l -\n  wasmrun man /usr/local/share/man/man1"
)]
pub struct Args {
    /// Write one page a command to this folder; without it, print the main page
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        // `help` would be listed in one page and have none of its own.
        let program = (context.command_line)().disable_help_subcommand(true);
        let Some(folder) = self.folder else {
            let mut page = Vec::new();
            clap_mangen::Man::new(program)
                .render(&mut page)
                .map_err(|error| Error::io("write", "the manual page".as_ref(), &error))?;
            context.terminal.write_out(&page);
            return Ok(Exit::Ok);
        };
        std::fs::create_dir_all(&folder).map_err(|error| Error::io("create", &folder, &error))?;
        clap_mangen::generate_to(program, &folder)
            .map_err(|error| Error::io("write the manual pages to", &folder, &error))?;
        context
            .terminal
            .status(format_args!("manual pages written to {}", folder.display()));
        Ok(Exit::Ok)
    }
}
