use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::super::digest::is_digest;

/// The files of a cache that are where and what wasmrun puts there. Whatever
/// else is in the folder, and whatever is behind a symbolic link, is not ours.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Contents.
    pub(super) objects: Vec<Found>,
    /// Results.
    pub(super) records: Vec<Found>,
    /// Files that are being written, or were when their process died.
    pub(super) scratch: Vec<Found>,
}

/// A file of the cache.
#[derive(Debug)]
pub(crate) struct Found {
    pub(super) path: PathBuf,
    /// In bytes.
    pub(super) size: u64,
    /// When it was written or last used.
    pub(super) used: SystemTime,
}

impl Layout {
    /// What is in the cache's folder.
    pub(crate) fn of(root: &Path) -> Self {
        let mut this = Self::default();
        for shelf in folders(&root.join("objects"), |name| name.len() == 2) {
            let fits = |name: &str| is_digest(name) && shelf.ends_with(&name[..2]);
            this.objects.extend(files(&shelf, fits));
        }
        for shelf in folders(&root.join("records"), is_digest) {
            this.records.extend(files(&shelf, is_record));
        }
        if is_folder(&root.join("tmp")) {
            let scratch = files(&root.join("tmp"), |name| name.starts_with("new-"));
            this.scratch.extend(scratch);
        }
        this
    }

    /// All files with their sizes in bytes.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, u64)> {
        let all = self
            .objects
            .iter()
            .chain(&self.records)
            .chain(&self.scratch);
        all.map(|found| (found.path.as_path(), found.size))
    }

    /// The size of all files, in bytes.
    pub(super) fn size(&self) -> u64 {
        self.files().map(|(_, size)| size).sum()
    }
}

/// Deletes the files of a cache, and the folders that are empty then. Other
/// processes may use it at the same time: what is gone is a miss to them.
pub(crate) fn wipe(root: &Path) {
    for (path, _) in Layout::of(root).files() {
        let _ = fs::remove_file(path);
    }
    let _ = fs::remove_file(root.join(super::evict::LOCK));
    for (parent, fits) in [("objects", 2), ("records", 64)] {
        let parent = root.join(parent);
        for shelf in folders(&parent, |name| name.len() == fits) {
            let _ = fs::remove_dir(shelf);
        }
        let _ = fs::remove_dir(parent);
    }
    let _ = fs::remove_dir(root.join("tmp"));
    let _ = fs::remove_dir(root);
}

fn is_record(name: &str) -> bool {
    let parts = name
        .strip_suffix(".json")
        .and_then(|name| name.split_once('-'));
    parts.is_some_and(|(spec, state)| spec.len() == 16 && is_digest(state))
}

fn folders(parent: &Path, fits: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let all = entries(parent)
        .filter(|(entry, name)| fits(name) && entry.file_type().is_ok_and(|kind| kind.is_dir()));
    all.map(|(entry, _)| entry.path()).collect()
}

fn files(folder: &Path, fits: impl Fn(&str) -> bool) -> Vec<Found> {
    let found = |(entry, name): (DirEntry, String)| {
        // This does not follow links.
        let meta = entry.metadata().ok()?;
        (meta.is_file() && fits(&name)).then(|| Found {
            path: entry.path(),
            size: meta.len(),
            used: meta.modified().unwrap_or(SystemTime::UNIX_EPOCH),
        })
    };
    entries(folder).filter_map(found).collect()
}

fn entries(folder: &Path) -> impl Iterator<Item = (DirEntry, String)> {
    let entries = is_folder(folder)
        .then(|| fs::read_dir(folder).ok())
        .flatten();
    entries.into_iter().flatten().flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        Some((entry, name))
    })
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_files_are_ours() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().join("cache");
        let digest = "ab".repeat(32);
        let ours = [
            format!("objects/ab/{digest}"),
            format!("records/{digest}/{}-{digest}.json", "0".repeat(16)),
            "tmp/new-x".to_owned(),
        ];
        let others = ["objects/ab/notes.txt", "objects/README", "tmp/mine", "x"];
        for path in ours.iter().map(String::as_str).chain(others) {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        assert_eq!(Layout::of(&root).size(), 3);
        wipe(&root);
        assert!(ours.iter().all(|path| !root.join(path).exists()));
        assert!(others.iter().all(|path| root.join(path).exists()));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_behind_a_link_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let [root, elsewhere] = ["cache", "elsewhere"].map(|name| folder.path().join(name));
        let digest = "ab".repeat(32);
        fs::create_dir_all(root.join("objects")).unwrap();
        fs::create_dir_all(&elsewhere).unwrap();
        fs::write(elsewhere.join(&digest), "precious").unwrap();
        std::os::unix::fs::symlink(&elsewhere, root.join("objects/ab")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, root.join("records")).unwrap();
        wipe(&root);
        assert!(elsewhere.join(&digest).exists());
    }
}
