use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::Context;
use super::report::{Format, end};
use crate::config::{Flags, Settings};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::Manager;
use crate::plugin::lock::{LOCK_FILE, Lock, Pinned};
use crate::plugin::registry::{Place, Registry};
use crate::plugin::store::Store;

/// Arguments of `wasmrun plugin lock`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun plugin lock               pin the plugin that builds the project here\n  \
    wasmrun plugin lock wasmgo waspy  pin these\n  \
    wasmrun compile --locked          hold to it")]
pub(super) struct Args {
    /// The plugins [default: the one that builds the project]
    names: Vec<String>,
    /// The project's folder
    #[arg(short, long, default_value = ".")]
    path: PathBuf,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What was pinned.
#[derive(Serialize)]
#[serde(tag = "type", rename = "locked")]
struct Done<'a> {
    #[serde(flatten)]
    pinned: &'a Pinned,
    file: String,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        end(context, self.format, self.lock(context))
    }

    fn lock(&self, context: &Context) -> Result<Exit> {
        let folder = std::fs::canonicalize(&self.path)
            .map_err(|error| Error::io("find", &self.path, &error))?;
        if !folder.is_dir() {
            let message = format!("{} is not a folder", self.path.display());
            return Err(Error::new(Code::Usage, message).help("name the project's folder"));
        }
        let mut lock = Lock::read(&folder)?.unwrap_or_default();
        let names = match self.names.is_empty() {
            true => vec![builder(context, &folder)?],
            false => self.names.clone(),
        };
        let pinned = names.iter().map(|name| pin(context, &folder, name));
        let pinned = pinned.collect::<Result<Vec<_>>>()?;
        for pinned in &pinned {
            lock.pin(pinned.clone());
        }
        lock.write(&folder)?;
        for pinned in &pinned {
            let file = self.path.join(LOCK_FILE).display().to_string();
            match self.format {
                Format::Json => context.terminal.json(&Done { pinned, file }),
                Format::Human => context.terminal.status(format!(
                    "{} {} is pinned in {file}",
                    pinned.name, pinned.version
                )),
            }
        }
        Ok(Exit::Ok)
    }
}

/// The name of the plugin that builds a project.
fn builder(context: &Context, folder: &Path) -> Result<String> {
    let (home, cancel) = (&context.home, &context.cancel);
    let mut settings = Settings::load(home, Some(folder), Flags::default())?;
    // What is pinned now may be what is to be replaced.
    settings.locked.value = false;
    let mut manager = Manager::find(home, &settings, folder, Vec::new(), cancel)?;
    let language = manager.language(&settings.language)?;
    let mut project = manager.detect(folder, language, settings.entry.value.as_deref())?;
    let plugin = manager.choose(&mut project, settings.plugin.value.as_deref())?;
    Ok(plugin.info().name.clone())
}

fn pin(context: &Context, folder: &Path, name: &str) -> Result<Pinned> {
    let mut settings = Settings::load(&context.home, Some(folder), Flags::default())?;
    settings.locked.value = false;
    let registry = Registry::find(&context.home, &settings, folder, &context.cancel)?;
    let is_it = |found: &&crate::plugin::registry::Found| found.installed.manifest.name == name;
    if let Some(found) = registry.found().iter().find(is_it)
        && found.place != Place::User
    {
        return match found.installed.exe.strip_prefix(folder) {
            Ok(path) => Ok(Pinned::of_project(&found.installed, &slashed(path))),
            Err(_) => {
                let message = format!("`{name}` is neither installed nor a part of the project");
                Err(Error::new(Code::Usage, message).help(format!(
                    "`wasmrun plugin install {}`",
                    found.installed.exe.display()
                )))
            }
        };
    }
    let store = Store::of(&context.home)?;
    match store.get(name)? {
        Some(stored) => {
            Store::check(&stored)?;
            Ok(Pinned::of(&stored))
        }
        None if Manager::is_built_in(name) => {
            let message = format!("`{name}` is part of wasmrun, and is pinned with it");
            Err(Error::new(Code::Usage, message).help("there is nothing to lock"))
        }
        None => Err(store.not_installed(name)),
    }
}

fn slashed(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}
