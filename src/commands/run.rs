mod builder;
mod desk;
mod frames;
mod keys;
mod loops;
mod made;
mod opening;
mod pages;
mod serving;
mod speaker;
mod subject;
mod told;

use std::time::Duration;

use super::Context;
use super::compile::What;
use crate::config::{ServerFlags, parse_duration};
use crate::error::{Exit, Result};

/// Arguments of `wasmrun run`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun                          build and serve the project here\n  \
    wasmrun run app/ --serve         and open a browser\n  \
    wasmrun run hello.wat -P 9000    on another port, or the next that is free\n  \
    wasmrun run site/                a folder with an index.html\n  \
    wasmrun stop                     end it from elsewhere")]
pub struct Args {
    #[command(flatten)]
    what: What,
    /// The port; when it is taken, the next one that is free [default: 8420]
    #[arg(short = 'P', long)]
    port: Option<u16>,
    /// Fail rather than take another port
    #[arg(long)]
    strict_port: bool,
    /// The address to listen on; `0.0.0.0` lets the whole network in [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// Another name that requests may call this machine by
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Open a browser
    #[arg(short, long)]
    serve: bool,
    /// Build again when files change, whatever the settings say
    #[arg(long, overrides_with = "no_watch")]
    watch: bool,
    /// Build once, and serve that
    #[arg(long)]
    no_watch: bool,
    /// Look at all files so often, for file systems that tell of no changes
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    poll: Option<Duration>,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How to report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One event a line
    Json,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let flags = ServerFlags {
            port: self.port,
            strict_port: self.strict_port,
            host: self.host,
            allow_hosts: self.allow_host,
            open: self.serve,
            watch: match (self.watch, self.no_watch) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            },
            poll: self.poll,
        };
        serving::serve(context, &self.what, flags, self.format)
    }
}
