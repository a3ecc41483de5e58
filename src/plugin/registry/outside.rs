use std::path::{Path, PathBuf};

use plugin_protocol::Manifest;

use super::memory::Memory;
use super::{Found, Place};
use crate::error::{Error, Result};
use crate::plugin::Installed;
use crate::plugin::artifact::digest_of_file;
use crate::plugin::metadata::is_name;
use crate::process::Cancel;

/// How the names of plugins begin that are not installed.
const PREFIX: &str = "wasmrun-plugin-";

/// An executable that is called like a plugin.
#[derive(Debug, Clone)]
pub struct Outside {
    /// The plugin's name.
    pub name: String,
    /// Where it is.
    pub exe: PathBuf,
    /// Beside wasmrun or on the path.
    pub place: Place,
    /// What it says of itself, and the SHA-256 of the executable that said so.
    known: Option<(Manifest, String)>,
}

/// The plugins beside wasmrun and on the path, each name once. What lies in the
/// project does not count: being on the path is no reason to trust it.
pub(super) fn all(project: &Path, memory: &Memory) -> Vec<Outside> {
    let own = std::env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = beside.into_iter().map(|folder| (folder, Place::Beside));
    let folders = folders.chain(std::env::split_paths(&path).map(|folder| (folder, Place::Path)));
    let mut found: Vec<Outside> = Vec::new();
    for (folder, place) in folders.filter(|(folder, _)| folder.is_absolute()) {
        let Ok(folder) = std::fs::canonicalize(folder) else {
            continue;
        };
        if folder.starts_with(project) {
            continue;
        }
        for (name, exe) in executables(&folder) {
            if found.iter().all(|known| known.name != name) {
                found.push(Outside::new(name, exe, place, memory));
            }
        }
    }
    found
}

/// The names and paths of plugins in a folder, sorted.
fn executables(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let name = name.strip_prefix(PREFIX)?;
        let name = name.strip_suffix(std::env::consts::EXE_SUFFIX)?;
        (is_name(name) && which::which(entry.path()).is_ok())
            .then(|| (name.to_owned(), entry.path()))
    };
    let mut all: Vec<_> = entries.filter_map(named).collect();
    all.sort();
    all
}

impl Outside {
    fn new(name: String, exe: PathBuf, place: Place, memory: &Memory) -> Self {
        let known = || {
            let sha256 = digest_of_file(&exe).ok()?;
            let manifest = memory.known(&exe, &sha256)?;
            (manifest.name == name).then_some((manifest, sha256))
        };
        let known = known();
        Self {
            name,
            exe,
            place,
            known,
        }
    }

    /// The plugin, if it is known what it says of itself.
    #[must_use]
    pub fn found(self) -> Option<Found> {
        let (manifest, sha256) = self.known?;
        Some(Found {
            installed: Installed {
                manifest,
                folder: self.exe.parent()?.to_owned(),
                exe: self.exe,
                sha256,
            },
            place: self.place,
        })
    }

    /// The plugin, which is asked if need be.
    pub(super) fn asked(self, memory: &Memory, cancel: &Cancel) -> Result<Found> {
        let (exe, place) = (self.exe.clone(), self.place);
        if let Some(found) = self.found() {
            return Ok(found);
        }
        let sha256 = digest_of_file(&exe).map_err(|error| Error::io("read", &exe, &error))?;
        Ok(Found {
            installed: memory.installed(&exe, sha256, cancel)?,
            place,
        })
    }
}
