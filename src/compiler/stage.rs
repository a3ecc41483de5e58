use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::removal;

const PREFIX: &str = "wasmrun-stage-";
const LOCK: &str = "lock";
const OUT: &str = "out";

/// A folder without a lock this old was left by somebody who died in between.
const ABANDONED: Duration = Duration::from_secs(600);

/// A private folder for one build, under the system's temporary folder. It is
/// deleted when this is dropped. While it lives, an advisory lock on a file in
/// it tells [`sweep`] so.
#[derive(Debug)]
pub(super) struct Stage {
    folder: Option<TempDir>,
    lock: Option<File>,
}

impl Stage {
    /// An empty stage that nobody else can read.
    pub(super) fn new() -> io::Result<Self> {
        // A sweep may take a folder before its lock is held; then try again.
        for _ in 0..16 {
            let folder = private_folder()?;
            let path = folder.path().join(LOCK);
            let lock = match File::create_new(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                lock => lock?,
            };
            match lock.try_lock() {
                Ok(()) if path.exists() => {}
                Ok(()) | Err(TryLockError::WouldBlock) => continue,
                // Some file systems have no locks. Then nothing is swept there
                // that a lock would protect: sweeping needs the lock too.
                Err(TryLockError::Error(error)) => tracing::debug!(%error, "no lock on the stage"),
            }
            fs::create_dir(folder.path().join(OUT))?;
            return Ok(Self {
                folder: Some(folder),
                lock: Some(lock),
            });
        }
        Err(io::Error::other("somebody deletes every temporary folder"))
    }

    /// Where the builder's artifacts go.
    pub(super) fn out(&self) -> PathBuf {
        self.own().join(OUT)
    }

    /// Beside it: for wasmrun's own files.
    pub(super) fn own(&self) -> &Path {
        self.folder.as_ref().map_or(Path::new(""), TempDir::path)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // The lock has to go first where an open file cannot be deleted.
        self.lock = None;
        if let Some(folder) = self.folder.take() {
            let path = folder.keep();
            if let Err(error) = removal::tree(&path) {
                tracing::debug!(%error, path = %path.display(), "could not delete the stage");
            }
        }
    }
}

fn private_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

/// The stages of processes that have died, each with the lock that says so.
/// They are this user's own.
pub(super) fn dead() -> Vec<Dead> {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        .filter_map(|entry| Dead::claim(entry.path()))
        .collect()
}

/// A stage whose process has died.
#[derive(Debug)]
pub(super) struct Dead {
    /// Its folder.
    pub(super) path: PathBuf,
    // Held so that no other sweep takes it at the same time.
    _lock: Option<File>,
}

impl Dead {
    fn claim(path: PathBuf) -> Option<Self> {
        let meta = fs::symlink_metadata(&path).ok()?;
        if !meta.is_dir() || !removal::is_mine(&meta) {
            return None;
        }
        let lock = path.join(LOCK);
        if !fs::symlink_metadata(&lock).is_ok_and(|meta| meta.is_file()) {
            let age = SystemTime::now().duration_since(meta.modified().ok()?);
            return age
                .is_ok_and(|age| age > ABANDONED)
                .then_some(Self { path, _lock: None });
        }
        let lock = File::open(lock).ok()?;
        lock.try_lock().ok()?;
        Some(Self {
            path,
            _lock: Some(lock),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_stage_is_never_taken_for_dead() {
        let stage = Stage::new().unwrap();
        let own = stage.own().to_owned();
        assert!(Dead::claim(own.clone()).is_none());
        fs::write(stage.out().join("x"), "x").unwrap();
        drop(stage);
        assert!(!own.exists());
    }

    #[test]
    fn a_dead_stage_is_found() {
        let folder = private_folder().unwrap();
        File::create_new(folder.path().join(LOCK)).unwrap();
        assert!(Dead::claim(folder.path().to_owned()).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let stage = Stage::new().unwrap();
        let mode = fs::metadata(stage.own()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
