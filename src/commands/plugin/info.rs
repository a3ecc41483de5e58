use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::Context;
use super::report::{Format, end};
use super::row::Row;
use crate::config::{Flags, Settings};
use crate::error::{Exit, Result};
use crate::plugin::registry::Registry;
use crate::plugin::store::Store;
use crate::plugin::{Manager, index};
use plugin_protocol::Manifest;

/// Arguments of `wasmrun plugin info`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plugin's name
    name: String,
    /// The project that may have it
    #[arg(short, long, default_value = ".")]
    path: PathBuf,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What is known of a plugin.
#[derive(Serialize)]
struct Known {
    #[serde(flatten)]
    row: Row,
    manifest: Option<Manifest>,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let outcome = find(context, &self.name, &self.path).map(|known| {
            match self.format {
                Format::Json => context.terminal.json(&known),
                Format::Human => show(context, &known),
            }
            Exit::Ok
        });
        end(context, self.format, outcome)
    }
}

fn find(context: &Context, name: &str, here: &Path) -> Result<Known> {
    let settings = Settings::load(&context.home, Some(here), Flags::default())?;
    let own = Manager::new();
    if let Some(plugin) = own.plugins().iter().find(|own| own.info().name == name) {
        let row = Row::built_in(plugin.info());
        return Ok(Known {
            row,
            manifest: None,
        });
    }
    let store = Store::of(&context.home)?;
    if let Some(stored) = store.get(name)? {
        let enabled = settings
            .plugins
            .get(name)
            .is_none_or(|enabled| enabled.value);
        return Ok(Known {
            row: Row::stored(&stored, enabled),
            manifest: Some(stored.installed.manifest),
        });
    }
    let mut registry = Registry::find(&context.home, &settings, here, &context.cancel)?;
    let is_it = |found: &&crate::plugin::registry::Found| found.installed.manifest.name == name;
    let found = match registry.found().iter().find(is_it) {
        Some(found) => Some(found),
        None => registry.look_outside_for(name, &context.cancel)?,
    };
    if let Some(found) = found {
        return Ok(Known {
            row: Row::found(found),
            manifest: Some(found.installed.manifest.clone()),
        });
    }
    match index::known(name) {
        Some(known) => Ok(Known {
            row: Row::known(known),
            manifest: None,
        }),
        None => Err(store.not_installed(name)),
    }
}

fn show(context: &Context, known: &Known) {
    let terminal = &context.terminal;
    let row = &known.row;
    let line = |name: &str, value: &str| {
        if !value.is_empty() {
            terminal.out(format!("{name:<11}{value}"));
        }
    };
    terminal.out(match &row.version {
        Some(version) => format!("{} {version}", row.name),
        None => row.name.clone(),
    });
    line("state", row.state.word());
    line("builds", &row.languages.join(", "));
    if let Some(known) = index::known(&row.name) {
        line("with", known.tools);
    }
    if let Some(source) = &row.source {
        line("from", &source.to_string());
    } else if row.place == "built-in" {
        line("from", "part of wasmrun");
    } else if row.place == "index" {
        line("install", &format!("wasmrun plugin install {}", row.name));
    }
    line("file", row.executable.as_deref().unwrap_or_default());
    line("sha256", row.sha256.as_deref().unwrap_or_default());
    if let Some(manifest) = &known.manifest {
        let versions: Vec<_> = manifest.protocol.iter().map(u32::to_string).collect();
        line("protocol", &versions.join(", "));
        line("level", &manifest.level.to_string());
        line("endings", &manifest.extensions.join(", "));
        let detect = &manifest.detect;
        line(
            "marks",
            &detect
                .all
                .iter()
                .chain(&detect.any)
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
        );
        line("variables", &manifest.env.pass.join(", "));
    }
    if let Some(problem) = &row.problem {
        terminal.warn(problem);
    }
}
