//! Which plugins there are for a project, in the order in which they count: the
//! one that is named by its path, those of the project that the user trusts,
//! those in the user's plugin folder, and, when all of these do not build the
//! project, those beside wasmrun and on the path.
//!
//! Nothing is started here but an executable that is named and was never seen
//! before: it is asked once who it is.

mod memory;
mod outside;
mod project;

use std::path::{Path, PathBuf};

use plugin_protocol::Manifest;

use super::lock::{LOCK_FILE, Lock};
use super::store::Store;
use super::trust::Trust;
use super::{Installed, is_path};
use crate::config::{Home, Origin, Setting, Settings};
use crate::error::{Code, Error, Result};
use crate::process::Cancel;
use memory::Memory;
pub use outside::Outside;

/// Where a plugin was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// At the path that was named.
    Named,
    /// In the project, by its lock.
    Project,
    /// In the user's plugin folder.
    User,
    /// Beside wasmrun itself.
    Beside,
    /// On the path.
    Path,
}

impl Place {
    /// The word for it in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Project => "project",
            Self::User => "user",
            Self::Beside => "beside",
            Self::Path => "path",
        }
    }
}

/// A plugin that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The plugin.
    pub installed: Installed,
    /// Where it was found.
    pub place: Place,
}

/// A plugin that was found and does not take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// What it is called.
    pub name: String,
    /// What it says of itself, as far as that is known.
    pub manifest: Option<Manifest>,
    /// Why, with what mends it.
    pub why: Error,
}

/// The plugins for a project.
#[derive(Debug)]
pub struct Registry {
    /// The project's folder, absolute and without symbolic links.
    folder: PathBuf,
    store: Option<Store>,
    memory: Memory,
    lock: Option<Lock>,
    /// Whether to hold plugins to the lock.
    locked: bool,
    /// Whether the user, and not the project, said so: then what it pins may run.
    lock_counts_as_trust: bool,
    trust: Result<Trust>,
    found: Vec<Found>,
    absent: Vec<Absent>,
    outside_is_read: bool,
}

impl Registry {
    /// Looks for the plugins of a project; `path` is its folder, or a file in it.
    ///
    /// # Errors
    /// When the plugin that is named by its path cannot be used, or the
    /// project's lock cannot be understood.
    pub fn find(home: &Home, settings: &Settings, path: &Path, cancel: &Cancel) -> Result<Self> {
        let _span = tracing::debug_span!("plugins").entered();
        let folder = match path.is_dir() {
            true => path,
            false => path.parent().unwrap_or(path),
        };
        let folder = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let locked = &settings.locked;
        let mut this = Self {
            lock: Lock::read(&folder)?,
            folder,
            store: Store::of(home).ok(),
            memory: Memory::of(home),
            locked: locked.value,
            lock_counts_as_trust: locked.value && !matches!(locked.origin, Origin::Project { .. }),
            trust: Trust::read(home),
            found: Vec::new(),
            absent: Vec::new(),
            outside_is_read: false,
        };
        this.named(&settings.plugin, cancel)?;
        this.pinned();
        this.stored(settings);
        Ok(this)
    }

    /// The plugins that take part, the first the one that counts most.
    #[must_use]
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// What the plugins that take part say of themselves.
    #[must_use]
    pub fn manifests(&self) -> Vec<&Manifest> {
        let all = self.found.iter();
        all.map(|found| &found.installed.manifest).collect()
    }

    /// The plugin that was named by its path.
    #[must_use]
    pub fn by_path(&self) -> Option<&Found> {
        self.found
            .first()
            .filter(|found| found.place == Place::Named)
    }

    /// Those that do not take part, and why.
    #[must_use]
    pub fn absent(&self) -> &[Absent] {
        &self.absent
    }

    /// The project's lock.
    #[must_use]
    pub fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }

    /// Holds a plugin to the project's lock, if that was asked for.
    ///
    /// # Errors
    /// [`Code::ChecksumMismatch`] when it is another one than is pinned.
    pub fn check(&self, found: &Found) -> Result<()> {
        let Some(lock) = self.lock.as_ref().filter(|_| self.locked) else {
            return Ok(());
        };
        let Installed {
            manifest, sha256, ..
        } = &found.installed;
        match lock.get(&manifest.name) {
            Some(pinned) => pinned.check(&manifest.version, sha256),
            None => {
                let name = &manifest.name;
                let message = format!("the plugin `{name}` is not in {LOCK_FILE}");
                Err(Error::new(Code::ChecksumMismatch, message)
                    .help(format!("`wasmrun plugin lock {name}` pins it")))
            }
        }
    }

    /// The plugins beside wasmrun and on the path, known or not.
    #[must_use]
    pub fn outside(&self) -> Vec<Outside> {
        outside::all(&self.folder, &self.memory)
    }

    /// Looks beside wasmrun and on the path too. Whether that found something.
    pub fn look_outside(&mut self) -> bool {
        if std::mem::replace(&mut self.outside_is_read, true) {
            return false;
        }
        let before = self.found.len();
        for outside in outside::all(&self.folder, &self.memory) {
            if self.is_new(&outside.name)
                && let Some(found) = outside.found()
            {
                self.found.push(found);
            }
        }
        self.found.len() > before
    }

    /// Looks for a plugin by its name beside wasmrun and on the path, and asks it
    /// who it is if nobody did before.
    ///
    /// # Errors
    /// When it is no plugin.
    pub fn look_outside_for(&mut self, name: &str, cancel: &Cancel) -> Result<Option<&Found>> {
        let all = outside::all(&self.folder, &self.memory);
        let Some(outside) = all.into_iter().find(|outside| outside.name == name) else {
            return Ok(None);
        };
        let found = outside.asked(&self.memory, cancel)?;
        self.found.push(found);
        Ok(self.found.last())
    }

    fn named(&mut self, setting: &Setting<Option<String>>, cancel: &Cancel) -> Result<()> {
        let Some(text) = setting.value.as_deref().filter(|text| is_path(text)) else {
            return Ok(());
        };
        let of_project = matches!(setting.origin, Origin::Project { .. });
        let path = match of_project {
            true => self.folder.join(text),
            false => PathBuf::from(text),
        };
        let found = self.executable(&path, of_project, Place::Named, cancel)?;
        self.found.push(found);
        Ok(())
    }

    /// The executables in the project that its lock pins.
    fn pinned(&mut self) {
        let pinned = self.lock.iter().flat_map(Lock::plugins);
        let pinned: Vec<_> = pinned
            .filter_map(|pinned| Some((pinned.name.clone(), pinned.in_project(&self.folder)?)))
            .collect();
        for (name, exe) in pinned {
            if !self.is_new(&name) {
                continue;
            }
            // It ran before, since it is trusted and pinned: it may be asked.
            match self.executable(&exe, true, Place::Project, &Cancel::new()) {
                Ok(found) => self.found.push(found),
                Err(why) => self.absent.push(Absent {
                    name,
                    manifest: None,
                    why,
                }),
            }
        }
    }

    fn stored(&mut self, settings: &Settings) {
        let all: Vec<_> = self.store.iter().flat_map(Store::list).collect();
        for (name, stored) in all {
            let disabled = settings.plugins.get(&name).filter(|enabled| !enabled.value);
            match (stored, disabled) {
                (Err(why), _) => self.absent.push(Absent {
                    name,
                    manifest: None,
                    why,
                }),
                (Ok(stored), Some(setting)) => {
                    let message = format!("the plugin `{name}` is disabled");
                    let why = Error::new(Code::PluginMissing, message)
                        .because(format!("set by {}", setting.origin))
                        .help(format!("`wasmrun plugin enable {name}`"));
                    let manifest = Some(stored.installed.manifest);
                    self.absent.push(Absent {
                        name,
                        manifest,
                        why,
                    });
                }
                (Ok(stored), None) if self.is_new(&name) => self.found.push(Found {
                    installed: stored.installed,
                    place: Place::User,
                }),
                (Ok(_), None) => {}
            }
        }
    }

    fn is_new(&self, name: &str) -> bool {
        let known = |found: &Found| found.installed.manifest.name == name;
        !self.found.iter().any(known)
    }
}
