use super::super::Context;
use super::install::{is_offline, told};
use super::report::{Format, end, with_installer};
use crate::error::{Code, Error, Exit, Result};
use crate::plugin::installer::Change;
use crate::plugin::store::{Store, Stored};

/// Arguments of `wasmrun plugin update`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plugin's name, or `all`
    #[arg(value_name = "NAME|all", default_value = "all")]
    name: String,
    /// Fail rather than use the network
    #[arg(long)]
    offline: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Args {
    pub(super) fn run(self, context: &Context) -> Result<Exit> {
        end(context, self.format, self.update(context))
    }

    /// One that fails does not keep the others from it.
    fn update(&self, context: &Context) -> Result<Exit> {
        let store = Store::of(&context.home)?;
        let offline = self.offline || is_offline(context)?;
        if self.name != "all" {
            let Some(stored) = store.get(&self.name)? else {
                return Err(store.not_installed(&self.name));
            };
            told(context, self.format, &self.one(context, offline, &stored)?);
            return Ok(Exit::Ok);
        }
        let all = store.list();
        if all.is_empty() && self.format == Format::Human {
            context.terminal.status("no plugin is installed");
        }
        let mut failed: Vec<(String, Error)> = Vec::new();
        for (name, stored) in all {
            let updated = stored.and_then(|stored| self.one(context, offline, &stored));
            match updated {
                Ok(change) => told(context, self.format, &change),
                Err(error) if error.code() == Code::Interrupted => return Err(error),
                Err(error) => failed.push((name, error)),
            }
        }
        context.terminal.progress_end();
        let Some((_, first)) = failed.first() else {
            return Ok(Exit::Ok);
        };
        if let [(_, only)] = failed.as_slice() {
            return Err(only.clone());
        }
        let names: Vec<_> = failed.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!("{} are as they were", names.join(", "));
        let error = Error::new(first.code(), message);
        let error = failed
            .iter()
            .fold(error, |error, (_, why)| error.because(why.to_string()));
        Err(error.help("`wasmrun plugin update NAME` does one of them again"))
    }

    fn one(&self, context: &Context, offline: bool, stored: &Stored) -> Result<Change> {
        with_installer(context, self.format, offline, |installer| {
            installer.update(stored)
        })
    }
}
