//! A private copy of a project, for build systems that build where the sources
//! are. Objects of earlier builds stay behind: a Makefile without header
//! dependencies would take them for up to date.

use std::fs::{self, File, FileTimes};
use std::io;
use std::path::Path;

use plugin_protocol::PluginError;

use crate::plugin::Failure;
use crate::plugin::languages::entry::io_error;
use crate::process::Cancel;

/// Folders that no build reads.
const LEFT_OUT: &[&str] = &[".git", ".hg", ".svn", ".jj", ".bzr", ".wasmrun", "CVS"];

/// Endings of what compilers leave behind.
const OBJECTS: &[&str] = &["o", "obj", "lo", "gch"];

/// Copies a project with the times of its files. `objects` says whether those
/// go too; `stage` never does.
pub(super) fn project(
    from: &Path,
    to: &Path,
    stage: &Path,
    objects: bool,
    cancel: &Cancel,
) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(|error| io_error("make the folder", to, &error))?;
    let entries = fs::read_dir(from).map_err(|error| io_error("read", from, &error))?;
    for entry in entries {
        if cancel.reason().is_some() {
            return Err(Failure::Cancelled);
        }
        let entry = entry.map_err(|error| io_error("read", from, &error))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry
            .file_type()
            .map_err(|error| io_error("read", &source, &error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if source == stage || (kind.is_dir() && LEFT_OUT.contains(&name.as_ref())) {
            continue;
        }
        if kind.is_dir() {
            project(&source, &target, stage, objects, cancel)?;
        } else if kind.is_symlink() {
            link(&source, &target)?;
        } else if kind.is_file() && (objects || !is_object(&source)) {
            file(&source, &target).map_err(|error| io_error("copy", &source, &error))?;
        }
    }
    Ok(())
}

fn is_object(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let stale_dependencies = ending == Some("d") && path.with_extension("o").exists();
    stale_dependencies || ending.is_some_and(|ending| OBJECTS.contains(&ending))
}

fn file(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let about = fs::metadata(from)?;
    // A build may write to its own copy, and the time can only be set then.
    let mut rights = about.permissions();
    if rights.readonly() {
        make_writable(&mut rights);
        fs::set_permissions(to, rights)?;
    }
    let times = FileTimes::new().set_modified(about.modified()?);
    File::options().write(true).open(to)?.set_times(times)
}

#[cfg(unix)]
fn make_writable(rights: &mut fs::Permissions) {
    use std::os::unix::fs::PermissionsExt;
    rights.set_mode(rights.mode() | 0o200);
}

#[cfg(not(unix))]
fn make_writable(rights: &mut fs::Permissions) {
    rights.set_readonly(false);
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<(), PluginError> {
    fs::read_link(from)
        .and_then(|target| std::os::unix::fs::symlink(target, to))
        .map_err(|error| io_error("copy the link", from, &error))
}

/// Elsewhere links need rights that most users lack: what they lead to is
/// copied, unless that is a folder.
#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> Result<(), PluginError> {
    if !from.is_file() {
        return Ok(());
    }
    file(from, to).map_err(|error| io_error("copy", from, &error))
}
