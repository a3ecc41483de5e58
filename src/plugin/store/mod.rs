//! The user's plugin folder: a folder a plugin, with its manifest, its
//! executable and a record of where it came from. A plugin appears in it whole
//! or not at all.

mod exchange;
mod record;
mod workspace;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

pub use record::{Origin, Record};
pub(super) use workspace::Workspace;

use super::artifact::digest_of_file;
use super::metadata::{MANIFEST, is_name, read_manifest, read_small, unreadable};
use super::{Installed, Manager, index};
use crate::config::Home;
use crate::error::{Code, Error, Result, nearest};

/// The name of the record beside a manifest.
pub(super) const RECORD: &str = "installed.toml";

/// The file that is locked while the folder is changed.
const LOCK: &str = ".lock";

/// The user's plugin folder. It need not exist.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// A plugin in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The plugin.
    pub installed: Installed,
    /// Where it came from.
    pub record: Record,
}

impl Store {
    /// The folder of a home.
    ///
    /// # Errors
    /// [`Code::Io`] when there is no home.
    pub fn of(home: &Home) -> Result<Self> {
        match home.plugins() {
            Some(root) => Ok(Self { root }),
            None => Err(
                Error::new(Code::Io, "there is no home folder to keep plugins in")
                    .help("set WASMRUN_HOME to a folder"),
            ),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The plugins in it, by name; one that is damaged with what is wrong.
    #[must_use]
    pub fn list(&self) -> Vec<(String, Result<Stored>)> {
        let mut names: Vec<String> = fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.path().is_dir())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| is_name(name))
            .collect();
        names.sort();
        let read = |name: String| {
            let stored = self.read(&name);
            (name, stored)
        };
        names.into_iter().map(read).collect()
    }

    /// The plugin of a name, if it is installed.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn get(&self, name: &str) -> Result<Option<Stored>> {
        if !self.has(name) {
            return Ok(None);
        }
        self.read(name).map(Some)
    }

    /// Whether something is installed under a name, damaged or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        is_name(name) && self.root.join(name).is_dir()
    }

    /// The error of a name under which nothing is installed.
    #[must_use]
    pub fn not_installed(&self, name: &str) -> Error {
        let message = format!("no plugin named `{name}` is installed");
        let error = Error::new(Code::PluginMissing, message);
        let installed: Vec<_> = self.list().into_iter().map(|(name, _)| name).collect();
        if Manager::is_built_in(name) {
            return error.help(format!("`{name}` is part of wasmrun, and always there"));
        }
        if index::known(name).is_some() {
            return error.help(format!("`wasmrun plugin install {name}`"));
        }
        error.help(match nearest(name, installed.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if installed.is_empty() => {
                "none is; `wasmrun plugin list --all` lists what can be installed".to_owned()
            }
            None => format!("installed are {}", installed.join(", ")),
        })
    }

    fn read(&self, name: &str) -> Result<Stored> {
        let folder = self.root.join(name);
        let damaged = |error: Error| {
            let message = format!("the installed plugin `{name}` is damaged");
            let mut this = Error::new(Code::PluginFault, message).because(error.message());
            for cause in error.causes() {
                this = this.because(cause);
            }
            this.help(format!(
                "install it again, or take it away with `wasmrun plugin uninstall {name}`"
            ))
        };
        let manifest = read_manifest(&folder.join(MANIFEST)).map_err(damaged)?;
        let path = folder.join(RECORD);
        let bytes = read_small(&path).map_err(|error| damaged(unreadable(&path, &error)))?;
        let record = Record::read(&bytes).map_err(|why| {
            let message = format!("{} is not a record: {why}", path.display());
            damaged(Error::new(Code::PluginFault, message))
        })?;
        if manifest.name != name {
            let message = format!("its manifest says that it is `{}`", manifest.name);
            return Err(damaged(Error::new(Code::PluginFault, message)));
        }
        Ok(Stored {
            installed: Installed {
                manifest,
                exe: folder.join(&record.executable),
                sha256: record.sha256.clone(),
                folder,
            },
            record,
        })
    }

    /// Waits until nobody else changes the folder, and keeps others from it until
    /// the file is dropped.
    fn exclusive(&self) -> Result<File> {
        let failed =
            |action: &'static str| move |error| Error::io(action, &self.root.join(LOCK), &error);
        fs::create_dir_all(&self.root).map_err(|error| Error::io("make", &self.root, &error))?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.root.join(LOCK))
            .map_err(failed("open"))?;
        file.lock().map_err(failed("lock"))?;
        Ok(file)
    }

    /// Whether the executable is the one that was installed.
    ///
    /// # Errors
    /// [`Code::ChecksumMismatch`] when it is another one.
    pub fn check(stored: &Stored) -> Result<()> {
        let Installed {
            manifest,
            exe,
            sha256,
            ..
        } = &stored.installed;
        let name = &manifest.name;
        let digest = digest_of_file(exe).map_err(|error| unreadable(exe, &error))?;
        if digest == *sha256 {
            return Ok(());
        }
        let message = format!("the executable of `{name}` has changed since it was installed");
        Err(Error::new(Code::ChecksumMismatch, message)
            .because(exe.display().to_string())
            .help(format!("`wasmrun plugin update {name}` installs it again")))
    }

    /// Takes a plugin away. `forget` is done while nobody else can install it;
    /// if it fails, the plugin stays.
    ///
    /// # Errors
    /// When it cannot be moved, or what `forget` says.
    pub(super) fn remove(&self, name: &str, forget: impl FnOnce() -> Result<()>) -> Result<()> {
        let workspace = Workspace::new(self)?;
        let _exclusive = self.exclusive()?;
        let place = self.root.join(name);
        fs::rename(&place, workspace.plugin())
            .map_err(|error| Error::io("take away", &place, &error))?;
        forget().inspect_err(|_| {
            // It was there a moment ago; if it cannot go back, the error of
            // `forget` is still the one to tell.
            let _ = fs::rename(workspace.plugin(), &place);
        })
    }
}
