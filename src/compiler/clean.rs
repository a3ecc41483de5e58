use std::fs;
use std::path::{Path, PathBuf};

use super::cache::{self, Layout};
use super::memory::{self, Memory};
use super::{digest, removal, stage};
use crate::config::Home;
use crate::error::{Error, Result};

/// What was deleted, and what was not although wasmrun had written it.
#[derive(Debug, Default)]
pub struct Cleaning {
    /// Deleted, or to be deleted.
    pub removed: Vec<Removed>,
    /// Left alone.
    pub kept: Vec<Kept>,
}

/// Something that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// What it was: `output`, `cache`, `memory`, `temporary`, or what a plugin
    /// is called.
    pub what: String,
    /// Where it was.
    pub path: PathBuf,
    /// How much it held, in bytes.
    pub bytes: u64,
    /// How many files it was.
    pub files: u64,
}

/// Something that was left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it is.
    pub path: PathBuf,
    /// Why it was left alone.
    pub why: String,
}

/// Deletes the outputs that wasmrun has written for a project: those of all its
/// entries, or of one. An output that somebody has changed since stays.
///
/// # Errors
/// When a file cannot be deleted.
pub fn clean_outputs(
    home: &Home,
    root: &Path,
    entry: Option<&str>,
    dry_run: bool,
) -> Result<Cleaning> {
    let mut cleaning = Cleaning::default();
    for file in memory::files(home, root, entry) {
        let Ok(memory) = cache::read::<Memory>(&file) else {
            continue;
        };
        let kept_before = cleaning.kept.len();
        for (path, sha256) in &memory.outputs {
            clean_output(path, sha256, root, dry_run, &mut cleaning)?;
        }
        if !dry_run && cleaning.kept.len() == kept_before {
            fs::remove_file(&file).map_err(|error| Error::io("delete", &file, &error))?;
        }
    }
    Ok(cleaning)
}

fn clean_output(
    path: &Path,
    sha256: &str,
    root: &Path,
    dry_run: bool,
    cleaning: &mut Cleaning,
) -> Result<()> {
    let Ok(meta) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    let mut keep = |why: &str| {
        cleaning.kept.push(Kept {
            path: path.to_owned(),
            why: why.to_owned(),
        });
        Ok(())
    };
    if !meta.is_file() {
        return keep("it is not a plain file any more");
    }
    let bytes = fs::read(path).map_err(|error| Error::io("read", path, &error))?;
    if digest::of_bytes(&bytes) != sha256 {
        return keep("it was changed after wasmrun wrote it");
    }
    if !dry_run {
        fs::remove_file(path).map_err(|error| Error::io("delete", path, &error))?;
        // The folder that was made for it, if nothing else is in it.
        let folder = path.parent().unwrap_or(path);
        if folder != root && folder.starts_with(root) {
            let _ = fs::remove_dir(folder);
        }
    }
    cleaning.removed.push(Removed {
        what: "output".to_owned(),
        path: path.to_owned(),
        bytes: meta.len(),
        files: 1,
    });
    Ok(())
}

/// Deletes the build cache, what is remembered of projects, and the temporary
/// folders of processes that have died. Only files that are where and what
/// wasmrun puts there; nothing behind a symbolic link.
#[must_use]
pub fn clean_all(home: &Home, dry_run: bool) -> Cleaning {
    let mut cleaning = Cleaning::default();
    clean_cache(home, dry_run, &mut cleaning);
    clean_memory(home, dry_run, &mut cleaning);
    for dead in stage::dead() {
        cleaning.removed.push(Removed {
            what: "temporary".to_owned(),
            path: dead.path.clone(),
            bytes: removal::weight(&dead.path),
            files: 1,
        });
        if !dry_run && let Err(error) = removal::tree(&dead.path) {
            cleaning.removed.pop();
            cleaning.kept.push(Kept {
                path: dead.path.clone(),
                why: crate::error::plain(&error),
            });
        }
    }
    cleaning
}

fn clean_cache(home: &Home, dry_run: bool, cleaning: &mut Cleaning) {
    let Some(path) = home.cache() else {
        return;
    };
    if refuse_link(&path, cleaning) {
        return;
    }
    let (files, bytes) = total(Layout::of(&path).files().map(|(_, size)| size));
    if !dry_run {
        cache::wipe(&path);
    }
    if files > 0 {
        cleaning.removed.push(Removed {
            what: "cache".to_owned(),
            path,
            bytes,
            files,
        });
    }
}

fn clean_memory(home: &Home, dry_run: bool, cleaning: &mut Cleaning) {
    let Some(path) = home.projects() else {
        return;
    };
    if refuse_link(&path, cleaning) {
        return;
    }
    let all = memory::all_files(home);
    let (files, bytes) = total(all.iter().map(|path| removal::weight(path)));
    if !dry_run {
        for file in all {
            let _ = fs::remove_file(file);
        }
        let _ = fs::remove_dir(&path);
    }
    if files > 0 {
        cleaning.removed.push(Removed {
            what: "memory".to_owned(),
            path,
            bytes,
            files,
        });
    }
}

fn refuse_link(path: &Path, cleaning: &mut Cleaning) -> bool {
    let is_link = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
    if is_link {
        cleaning.kept.push(Kept {
            path: path.to_owned(),
            why: "it is a symbolic link, and wasmrun deletes nothing behind one".to_owned(),
        });
    }
    is_link
}

fn total(sizes: impl Iterator<Item = u64>) -> (u64, u64) {
    sizes.fold((0, 0), |(files, bytes), size| (files + 1, bytes + size))
}

/// How many bytes a file has, or all files under a folder.
#[must_use]
pub fn weight(path: &Path) -> u64 {
    removal::weight(path)
}
