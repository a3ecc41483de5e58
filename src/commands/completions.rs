use clap_complete::Shell;

use super::Context;
use crate::error::{Exit, Result};

/// Arguments of `wasmrun completions`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  wasmrun completions bash > ~/.local/share/bash-completion/completions/wasmrun\n  \
    wasmrun completions fish > ~/.config/fish/completions/wasmrun.fish"
)]
pub struct Args {
    /// The shell
    shell: Shell,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut (context.command_line)(),
            "wasmrun",
            &mut script,
        );
        context.terminal.write_out(&script);
        Ok(Exit::Ok)
    }
}
