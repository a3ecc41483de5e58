//! What the operating system knows of a file, as WASI has it.

use std::time::{SystemTime, UNIX_EPOCH};

use cap_fs_ext::MetadataExt as _;

use crate::object::{Filestat, Filetype};

/// Nanoseconds since 1970; 0 for what is before or not known.
fn nanoseconds(time: std::io::Result<SystemTime>) -> u64 {
    let since = time
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

/// Of something in a directory.
pub(super) fn of_entry(metadata: &cap_std::fs::Metadata) -> Filestat {
    let time = |time: std::io::Result<cap_std::time::SystemTime>| {
        nanoseconds(time.map(cap_std::time::SystemTime::into_std))
    };
    Filestat {
        dev: metadata.dev(),
        ino: metadata.ino(),
        filetype: kind(metadata.file_type()),
        nlink: metadata.nlink(),
        size: metadata.len(),
        atim: time(metadata.accessed()),
        mtim: time(metadata.modified()),
        ctim: changed(metadata),
    }
}

/// Of something open.
pub(super) fn of_file(file: &std::fs::File) -> std::io::Result<Filestat> {
    let metadata = cap_std::fs::Metadata::from_file(file)?;
    Ok(of_entry(&metadata))
}

#[cfg(unix)]
fn changed(metadata: &cap_std::fs::Metadata) -> u64 {
    use cap_std::fs::MetadataExt as _;
    let (seconds, rest) = (metadata.ctime(), metadata.ctime_nsec());
    let seconds = u64::try_from(seconds).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000) + u64::try_from(rest).unwrap_or(0)
}

/// Elsewhere there is no such time; the last change of bytes is the nearest.
#[cfg(not(unix))]
fn changed(metadata: &cap_std::fs::Metadata) -> u64 {
    nanoseconds(metadata.modified().map(cap_std::time::SystemTime::into_std))
}

/// The kind of a file.
pub(super) fn kind(ty: cap_std::fs::FileType) -> Filetype {
    use cap_fs_ext::FileTypeExt as _;
    if ty.is_file() {
        Filetype::RegularFile
    } else if ty.is_dir() {
        Filetype::Directory
    } else if ty.is_symlink() {
        Filetype::SymbolicLink
    } else if ty.is_char_device() {
        Filetype::CharacterDevice
    } else if ty.is_block_device() {
        Filetype::BlockDevice
    } else if ty.is_socket() {
        Filetype::SocketStream
    } else {
        Filetype::Unknown
    }
}
