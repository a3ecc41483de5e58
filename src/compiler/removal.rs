//! Deleting what is ours, and nothing through a symbolic link.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

/// Deletes a folder with all that is in it. A folder in it that its tools have
/// made read-only (as Go's module cache is) is no obstacle.
pub(super) fn tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            make_writable(path);
            fs::remove_dir_all(path)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(unix)]
fn make_writable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
    let Ok(entries) = fs::read_dir(path) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            make_writable(&entry.path());
        }
    }
}

#[cfg(not(unix))]
fn make_writable(_path: &Path) {}

/// Whether a file or folder belongs to this process's user.
#[cfg(unix)]
pub(super) fn is_mine(meta: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    meta.uid() == rustix::process::geteuid().as_raw()
}

/// The temporary folder is a user's own elsewhere.
#[cfg(not(unix))]
pub(super) fn is_mine(_meta: &Metadata) -> bool {
    true
}

/// How many bytes a file has, or all files under a folder; links count nothing.
pub(super) fn weight(path: &Path) -> u64 {
    let Ok(meta) = fs::symlink_metadata(path) else {
        return 0;
    };
    if meta.is_file() {
        return meta.len();
    }
    if !meta.is_dir() {
        return 0;
    }
    let Ok(entries) = fs::read_dir(path) else {
        return 0;
    };
    entries.flatten().map(|entry| weight(&entry.path())).sum()
}
