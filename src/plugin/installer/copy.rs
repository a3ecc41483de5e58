use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{Ready, with_manifest};
use crate::error::{Code, Error, Result};
use crate::plugin::store::Origin;

/// How many files a plugin may be made of. A larger folder is another one than
/// was meant.
const MOST_FILES: u32 = 50_000;

/// Copies a folder with a manifest.
pub(super) fn from_folder(from: &Path, to: &Path) -> Result<Ready> {
    let mut left = MOST_FILES;
    tree(from, from, to, &mut left)?;
    let path = from.to_owned();
    with_manifest(to, Origin::Folder { path })
}

/// Copies an executable.
pub(super) fn from_executable(from: &Path, to: &Path) -> Result<Ready> {
    if !is_executable(from)? {
        let message = format!("{} is not executable", from.display());
        return Err(Error::new(Code::Usage, message).help(format!(
            "`chmod +x {}`, or name an archive or a folder",
            from.display()
        )));
    }
    let executable = format!("plugin{}", std::env::consts::EXE_SUFFIX);
    file(from, &to.join(&executable))?;
    Ok(Ready {
        executable,
        manifest: None,
        origin: Origin::Executable {
            path: from.to_owned(),
        },
    })
}

/// Copies a file with its rights, and makes sure that it is on the disk.
pub(super) fn file(from: &Path, to: &Path) -> Result<()> {
    let copied = fs::copy(from, to).and_then(|_| File::open(to)?.sync_all());
    copied.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::io("read", from, &error),
        _ => Error::io("write", to, &error),
    })
}

fn tree(root: &Path, from: &Path, to: &Path, left: &mut u32) -> Result<()> {
    let unreadable = |error| Error::io("read", from, &error);
    for entry in fs::read_dir(from).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        // What version control keeps is no part of a plugin.
        if entry.file_name() == ".git" {
            continue;
        }
        *left = left.checked_sub(1).ok_or_else(|| {
            let message = format!("{} holds more than {MOST_FILES} files", root.display());
            Error::new(Code::Usage, message).help("name a folder that holds the plugin alone")
        })?;
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            fs::create_dir(&target).map_err(|error| Error::io("make", &target, &error))?;
            tree(root, &source, &target, left)?;
        } else if kind.is_symlink() {
            link(root, &source, &target)?;
        } else if kind.is_file() {
            file(&source, &target)?;
        } else {
            let message = format!("{} is neither a file nor a folder", source.display());
            return Err(Error::new(Code::Usage, message).help("take it out of the plugin"));
        }
    }
    Ok(())
}

/// A link stays one if it leads to something in the folder. What it leads to
/// elsewhere would not be part of what was installed.
fn link(root: &Path, source: &Path, target: &Path) -> Result<()> {
    let to = fs::read_link(source).map_err(|error| Error::io("read", source, &error))?;
    let real = fs::canonicalize(source);
    if to.is_relative() && real.is_ok_and(|real| real.starts_with(root)) {
        return make_link(&to, target).map_err(|error| Error::io("make", target, &error));
    }
    let message = format!("{} is a link out of the folder", source.display());
    Err(Error::new(Code::Usage, message)
        .because(format!("it leads to {}", to.display()))
        .help("put the file itself there"))
}

#[cfg(unix)]
fn make_link(to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(windows)]
fn make_link(to: &Path, at: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(to, at)
}

#[cfg(unix)]
fn is_executable(path: &Path) -> Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let state = fs::metadata(path).map_err(|error| Error::io("read", path, &error))?;
    Ok(state.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> Result<bool> {
    fs::metadata(path).map_err(|error| Error::io("read", path, &error))?;
    Ok(true)
}
