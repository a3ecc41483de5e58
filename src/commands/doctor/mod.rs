//! `wasmrun doctor`: what is there, what is missing, and what gets it.

mod human;
mod languages;
mod plugins;
mod system;
mod tools;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use super::Context;
use super::plugin::Format;
use crate::config::{Flags, Settings};
use crate::error::{Error, Exit, Result};
use crate::process;

/// How long to wait for a tool that is asked for its version, and for a plugin.
const PATIENCE: Duration = Duration::from_secs(20);

/// Arguments of `wasmrun doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun doctor                  what is there, and what is missing\n  \
    wasmrun doctor --format json    for programs\n\n\
    It exits with 1 when something is broken. What is missing is not broken.")]
pub struct Args {
    /// The project whose settings are looked at
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// All that was found out.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "doctor")]
struct Report {
    version: &'static str,
    target: &'static str,
    healthy: bool,
    languages: Vec<languages::Language>,
    plugins: Vec<plugins::Plugin>,
    system: system::System,
    cache: Option<system::Cache>,
    settings: system::Files,
    terminal: system::Screen,
    problems: Vec<Problem>,
}

/// Something that is broken.
#[derive(Debug, Clone, Serialize)]
struct Problem {
    message: String,
    help: Option<String>,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        process::cancel_on_interrupt(&context.cancel)
            .map_err(|error| Error::io("listen to", "Ctrl-C".as_ref(), &error))?;
        context.terminal.progress("looking around");
        let report = examine(context, &self.path);
        context.terminal.progress_end();
        match self.format {
            Format::Json => context.terminal.json(&report),
            Format::Human => human::show(&context.terminal, &report),
        }
        Ok(match report.healthy {
            true => Exit::Ok,
            false => Exit::Failed,
        })
    }
}

/// Everything is looked at at the same time.
fn examine(context: &Context, path: &Path) -> Report {
    let mut problems = Vec::new();
    let settings = Settings::load(&context.home, Some(path), Flags::default());
    let settings = settings.unwrap_or_else(|error| {
        problems.push(Problem::of(&error));
        Settings::default()
    });
    let home = &context.home;
    let cancel = context.cancel.clone().with_limit(Some(PATIENCE));
    let (settings, cancel) = (&settings, &cancel);
    let (languages, plugins, cache) = std::thread::scope(|scope| {
        let languages = scope.spawn(|| languages::examine(home, settings, cancel));
        let plugins = scope.spawn(|| plugins::examine(home, settings, cancel));
        let cache = system::cache(home, settings);
        (
            languages.join().unwrap_or_default(),
            plugins.join().unwrap_or_default(),
            cache,
        )
    });
    problems.extend(plugins.iter().filter_map(plugins::Plugin::broken));
    problems.extend(cache.iter().filter_map(system::Cache::broken));
    let system = system::System::of(home);
    problems.extend(system.broken());
    Report {
        version: env!("CARGO_PKG_VERSION"),
        target: crate::plugin::lock::platform(),
        healthy: problems.is_empty(),
        languages,
        plugins,
        system,
        cache,
        settings: system::Files::of(home, path, settings),
        terminal: system::Screen::of(&context.terminal),
        problems,
    }
}

impl Problem {
    fn of(error: &Error) -> Self {
        let causes = error.causes().iter().map(|cause| format!(": {cause}"));
        Self {
            message: error.message().to_owned() + &causes.collect::<String>(),
            help: error.help_text().map(str::to_owned),
        }
    }
}
