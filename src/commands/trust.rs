use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Context;
use super::plugin::{Format, end};
use crate::config::{Flags, Settings};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::is_path;
use crate::plugin::lock::Lock;
use crate::plugin::trust::{Trust, Trusted};

/// Arguments of `wasmrun trust`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    wasmrun trust tools/my-plugin           let this one run, as it is now\n  \
    wasmrun trust                           those that the project here names\n  \
    wasmrun trust --list                    what you trust\n  \
    wasmrun trust --remove tools/my-plugin  no longer")]
pub struct Args {
    /// The executables [default: those that the project here names]
    #[arg(value_name = "EXE")]
    paths: Vec<PathBuf>,
    /// List what is trusted
    #[arg(long, conflicts_with_all = ["paths", "remove"])]
    list: bool,
    /// Trust them no longer
    #[arg(long, requires = "paths")]
    remove: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// An executable, in a report.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Trusted { path: String, sha256: &'a str },
    Removed { path: String },
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        let outcome = self.change(context);
        end(context, self.format, outcome)
    }

    fn change(&self, context: &Context) -> Result<Exit> {
        let mut trust = Trust::read(&context.home)?;
        if self.list {
            for trusted in trust.all() {
                self.tell(context, trusted);
            }
            return Ok(Exit::Ok);
        }
        if self.remove {
            self.forget(context, &mut trust)?;
            return Ok(Exit::Ok);
        }
        let paths = match self.paths.is_empty() {
            true => named_here(context)?,
            false => self.paths.clone(),
        };
        let added = paths.iter().map(|path| trust.add(path));
        let added = added.collect::<Result<Vec<_>>>()?;
        trust.write(&context.home)?;
        for trusted in &added {
            self.tell(context, trusted);
        }
        Ok(Exit::Ok)
    }

    fn forget(&self, context: &Context, trust: &mut Trust) -> Result<()> {
        for path in &self.paths {
            if !trust.remove(path) {
                let message = format!("{} is not trusted", path.display());
                return Err(
                    Error::new(Code::Usage, message).help("`wasmrun trust --list` tells what is")
                );
            }
        }
        trust.write(&context.home)?;
        for path in &self.paths {
            let path = path.display().to_string();
            match self.format {
                Format::Json => context.terminal.json(&Line::Removed { path }),
                Format::Human => context
                    .terminal
                    .status(format!("{path} is not trusted now")),
            }
        }
        Ok(())
    }

    fn tell(&self, context: &Context, trusted: &Trusted) {
        let (path, sha256) = (trusted.path.display().to_string(), &trusted.sha256);
        match self.format {
            Format::Json => context.terminal.json(&Line::Trusted { path, sha256 }),
            Format::Human => context.terminal.out(format!("{sha256}  {path}")),
        }
    }
}

/// The executables that the settings and the lock of the project here name.
fn named_here(context: &Context) -> Result<Vec<PathBuf>> {
    let here = Path::new(".");
    let settings = Settings::load(&context.home, Some(here), Flags::default())?;
    let named = settings.plugin.value.filter(|text| is_path(text));
    let lock = Lock::read(here)?;
    let pinned = lock.iter().flat_map(Lock::plugins);
    let pinned = pinned.filter_map(|pinned| pinned.in_project(here));
    let all: Vec<_> = named.map(PathBuf::from).into_iter().chain(pinned).collect();
    if all.is_empty() {
        let message = "the project here names no executable as its plugin";
        return Err(Error::new(Code::Usage, message).help("name one: `wasmrun trust EXE`"));
    }
    Ok(all)
}
