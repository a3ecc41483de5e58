use std::path::Path;

use serde::Serialize;

use super::super::Context;
use super::report::{Format, end, with_installer};
use super::row::Row;
use crate::config::{Flags, Settings};
use crate::error::{Error, Exit, Result};
use crate::plugin::installer::{Change, Source};

/// Arguments of `wasmrun plugin install`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun plugin install wasmrust                    of the index\n  \
    wasmrun plugin install wasmrust --version 0.1.0    one version alone\n  \
    wasmrun plugin install crate:my-plugin             a crate of the registry\n  \
    wasmrun plugin install ./my-plugin                 an executable, which is asked who it is\n  \
    wasmrun plugin install my-plugin.tar.gz --sha256 HASH")]
pub(super) struct Args {
    /// A name of the index, a crate, a folder with a manifest, an executable or a .tar.gz
    source: String,
    /// The version to install
    #[arg(long)]
    version: Option<String>,
    /// The SHA-256 that the archive or the executable must have
    #[arg(long, value_name = "HASH")]
    sha256: Option<String>,
    /// Fail rather than use the network
    #[arg(long)]
    offline: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A plugin that was installed.
#[derive(Serialize)]
#[serde(tag = "type", rename = "installed")]
struct Done {
    plugin: Row,
    before: Option<String>,
    changed: bool,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let outcome = self.install(context).map(|change| {
            told(context, self.format, &change);
            Exit::Ok
        });
        end(context, self.format, outcome)
    }

    fn install(&self, context: &Context) -> Result<Change> {
        let here = std::env::current_dir()
            .map_err(|error| Error::io("find", Path::new("the current folder"), &error))?;
        let offline = self.offline || is_offline(context)?;
        let source = Source::find(&self.source, &here)?;
        with_installer(context, self.format, offline, |installer| {
            installer.install(&source, self.version.as_deref(), self.sha256.as_deref())
        })
    }
}

/// Whether the user's settings say so. What lies in this folder does not count.
pub(super) fn is_offline(context: &Context) -> Result<bool> {
    let settings = Settings::load(&context.home, None, Flags::default())?;
    Ok(settings.offline.value)
}

/// Tells what was installed.
pub(super) fn told(context: &Context, format: Format, change: &Change) {
    let terminal = &context.terminal;
    let row = Row::stored(&change.stored, true);
    if format == Format::Json {
        terminal.json(&Done {
            plugin: row,
            before: change.before.clone(),
            changed: !change.same,
        });
        return;
    }
    terminal.progress_end();
    let (name, version) = (&row.name, row.version.as_deref().unwrap_or_default());
    let source = &change.stored.record.source;
    terminal.status(match &change.before {
        _ if change.same => format!("{name} {version} is as it was, from the {source}"),
        None => format!("installed {name} {version} from the {source}"),
        Some(before) if before == version => {
            format!("installed {name} {version} again, from the {source}")
        }
        Some(before) => {
            format!("installed {name} {version} in place of {before}, from the {source}")
        }
    });
    terminal.status(format!("it builds {}", row.languages.join(", ")));
}
