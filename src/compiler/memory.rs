use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cache::{self, Key, Spec};
use super::digest;
use crate::config::Home;
use crate::wasm::Sizes;

/// What wasmrun remembers of a project between builds: what it was asked for
/// last, and which files it has written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Memory {
    /// The last request that led to a result.
    pub(super) last: Option<Key>,
    /// The main module's sizes then.
    pub(super) sizes: Option<Sizes>,
    /// The main module's SHA-256 then.
    pub(super) main: Option<String>,
    /// What that depended on. The next build looks at it before and after, to
    /// know whether it held still.
    pub(super) spec: Option<Spec>,
    /// Each file that wasmrun has written and nobody has deleted since, with
    /// the SHA-256 of what it wrote.
    pub(super) outputs: BTreeMap<PathBuf, String>,
}

impl Memory {
    /// What is remembered of a project's entry; nothing when nothing is.
    pub(super) fn load(home: &Home, root: &Path, entry: Option<&str>) -> Self {
        let Some(path) = file(home, root, entry) else {
            return Self::default();
        };
        cache::read(&path).unwrap_or_else(|error| {
            tracing::debug!(%error, path = %path.display(), "no memory of the project");
            Self::default()
        })
    }

    /// Writes it down.
    pub(super) fn save(&self, home: &Home, root: &Path, entry: Option<&str>) -> io::Result<()> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "there is no home folder");
        let path = file(home, root, entry).ok_or_else(missing)?;
        let folder = home.projects().ok_or_else(missing)?;
        fs::create_dir_all(&folder)?;
        cache::write(&path, self, &folder)?;
        Ok(())
    }

    /// Whether a file has the content that wasmrun gave it.
    pub(super) fn is_ours(&self, path: &Path) -> bool {
        let known = self.outputs.get(path);
        known.is_some_and(|known| digest::of_file(path).as_ref() == Some(known))
    }
}

/// The file that remembers a project's entry. The project comes first in its
/// name, so that all entries of a project are found.
fn file(home: &Home, root: &Path, entry: Option<&str>) -> Option<PathBuf> {
    let entry = digest::of_bytes(entry.unwrap_or_default().as_bytes());
    let name = format!("{}-{}.json", prefix(root), &entry[..32]);
    Some(home.projects()?.join(name))
}

fn prefix(root: &Path) -> String {
    let digest = digest::of_bytes(root.as_os_str().as_encoded_bytes());
    digest[..32].to_owned()
}

/// The files that remember a project: all its entries, or one.
pub(super) fn files(home: &Home, root: &Path, entry: Option<&str>) -> Vec<PathBuf> {
    if entry.is_some() {
        return file(home, root, entry)
            .into_iter()
            .filter(|path| path.is_file())
            .collect();
    }
    let prefix = prefix(root);
    let mut all = all_files(home);
    all.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(&prefix))
    });
    all
}

/// The files that remember any project.
pub(super) fn all_files(home: &Home) -> Vec<PathBuf> {
    let is_ours = |name: &str| {
        let parts = name
            .strip_suffix(".json")
            .and_then(|name| name.split_once('-'));
        let hex = |text: &str| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        parts.is_some_and(|(root, entry)| hex(root) && hex(entry))
    };
    let Some(folder) = home.projects() else {
        return Vec::new();
    };
    if !fs::symlink_metadata(&folder).is_ok_and(|meta| meta.is_dir()) {
        return Vec::new();
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        entry.file_type().is_ok_and(|kind| kind.is_file())
            && entry.file_name().to_str().is_some_and(is_ours)
    });
    ours.map(|entry| entry.path()).collect()
}
