//! What a file system tells of a file, by platform.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// What changes whenever a file's content does.
#[cfg(unix)]
pub(super) fn stamp(of: &Metadata) -> impl PartialEq + use<> {
    use std::os::unix::fs::MetadataExt;
    (
        of.len(),
        (of.mtime(), of.mtime_nsec()),
        (of.ctime(), of.ctime_nsec()),
    )
}

/// What changes whenever a file's content does.
#[cfg(not(unix))]
pub(super) fn stamp(of: &Metadata) -> impl PartialEq + use<> {
    (of.len(), of.modified().ok())
}

/// Whether somebody may run it.
#[cfg(unix)]
pub(super) fn is_executable(of: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    of.permissions().mode() & 0o111 != 0
}

/// Whether somebody may run it: names decide that here.
#[cfg(not(unix))]
pub(super) fn is_executable(_of: &Metadata) -> bool {
    false
}

/// Opens a file for reading, and never waits: a pipe that took a file's place
/// has no writer.
#[cfg(unix)]
pub(super) fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let mut options = File::options();
    options.read(true);
    if let Ok(flags) = i32::try_from(flags.bits()) {
        options.custom_flags(flags);
    }
    options.open(path)
}

/// Opens a file for reading.
#[cfg(not(unix))]
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Whether symbolic links lead in a circle.
#[cfg(unix)]
pub(super) fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

/// Whether symbolic links lead in a circle; the system tells it otherwise here.
#[cfg(not(unix))]
pub(super) fn is_loop(_error: &io::Error) -> bool {
    false
}
