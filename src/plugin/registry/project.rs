//! Executables that are named by a path, among them those of the project
//! itself, which run only if the user lets them.

use std::path::{Path, PathBuf};

use super::{Found, Place, Registry};
use crate::error::{Code, Error, Result};
use crate::plugin::artifact::digest_of_file;
use crate::plugin::lock::{Lock, Pinned};
use crate::process::Cancel;

impl Registry {
    /// The plugin that an executable is. `of_project` says that the project, and
    /// not the user, names it.
    pub(super) fn executable(
        &self,
        path: &Path,
        of_project: bool,
        place: Place,
        cancel: &Cancel,
    ) -> Result<Found> {
        let exe = real(path)?;
        let sha256 = digest_of_file(&exe).map_err(|error| Error::io("read", &exe, &error))?;
        if of_project || exe.starts_with(&self.folder) {
            self.allow(path, &exe, &sha256)?;
        }
        Ok(Found {
            installed: self.memory.installed(&exe, sha256, cancel)?,
            place,
        })
    }

    /// Whether an executable of the project may run: the user has said so, or has
    /// asked to hold to a lock that pins it.
    fn allow(&self, path: &Path, exe: &Path, sha256: &str) -> Result<()> {
        let trust = self.trust.as_ref().map_err(Clone::clone)?;
        if trust.holds(exe, sha256) || (self.lock_counts_as_trust && self.is_pinned(exe, sha256)) {
            return Ok(());
        }
        let changed = trust.all().iter().any(|known| known.path == exe);
        let message = match changed {
            true => format!(
                "the plugin {} has changed since you trusted it",
                path.display()
            ),
            false => format!(
                "the plugin {} is part of the project, and nobody trusts it",
                path.display()
            ),
        };
        let pinned = self.lock.iter().flat_map(Lock::plugins);
        let is_here = |pinned: &&Pinned| self.leads_to(pinned, exe);
        let error = Error::new(Code::Untrusted, message).because(format!("SHA-256 {sha256}"));
        Err(match pinned.into_iter().find(is_here) {
            Some(pinned) if pinned.holds(sha256) => error.help(format!(
                "`wasmrun trust {}` after a look at it, or `--locked`, since the lock pins it",
                exe.display()
            )),
            _ => error.help(format!(
                "`wasmrun trust {}` after a look at it",
                exe.display()
            )),
        })
    }

    fn is_pinned(&self, exe: &Path, sha256: &str) -> bool {
        let mut pinned = self.lock.iter().flat_map(Lock::plugins);
        pinned.any(|pinned| self.leads_to(pinned, exe) && pinned.holds(sha256))
    }

    fn leads_to(&self, pinned: &Pinned, exe: &Path) -> bool {
        let path = pinned.in_project(&self.folder);
        path.and_then(|path| std::fs::canonicalize(path).ok())
            .is_some_and(|path| path == exe)
    }
}

fn real(path: &Path) -> Result<PathBuf> {
    let real = std::fs::canonicalize(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            let message = format!("there is no plugin {}", path.display());
            Error::new(Code::PluginMissing, message)
                .help("check the path, or name an installed plugin: `wasmrun plugin list`")
        }
        _ => Error::io("read", path, &error),
    })?;
    if real.is_file() {
        return Ok(real);
    }
    let message = format!("{} is not a file", path.display());
    Err(Error::new(Code::Usage, message).help("name the plugin's executable itself"))
}
