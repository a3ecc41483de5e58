//! What the file system tells of a file without reading it.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use super::super::digest;

/// What tells one state of a file from another: size, times of the last change
/// of content and of anything (nanoseconds), inode. Of a folder: the names and
/// states of the files directly in it. Nothing when nothing is there.
pub(super) fn of(path: &Path) -> Option<String> {
    let meta = fs::metadata(path).ok()?;
    if !meta.is_dir() {
        return Some(of_file(&meta));
    }
    let mut lines: Vec<String> = fs::read_dir(path)
        .ok()?
        .flatten()
        .map(|entry| {
            let name = digest::path_text(Path::new(&entry.file_name()));
            match fs::metadata(entry.path()) {
                Ok(meta) if meta.is_file() => format!("{name}\0{}", of_file(&meta)),
                // Of a folder in a folder the name alone counts.
                _ => name,
            }
        })
        .collect();
    lines.sort_unstable();
    Some(digest::of_bytes(lines.join("\n").as_bytes()))
}

fn of_file(meta: &Metadata) -> String {
    let modified = meta.modified().map_or(0, nanoseconds);
    format!("{} {modified} {}", meta.len(), unix(meta))
}

#[cfg(unix)]
fn unix(meta: &Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{} {}", stamp(meta), meta.ino())
}

#[cfg(not(unix))]
fn unix(_meta: &Metadata) -> &'static str {
    ""
}

/// When a file was last changed in any way, in nanoseconds since 1970. On Unix
/// the system sets this time and a program cannot set it back; elsewhere it is
/// the time of the last change of content.
#[cfg(unix)]
fn stamp(meta: &Metadata) -> i128 {
    use std::os::unix::fs::MetadataExt;
    i128::from(meta.ctime()) * 1_000_000_000 + i128::from(meta.ctime_nsec())
}

#[cfg(not(unix))]
fn stamp(meta: &Metadata) -> i128 {
    meta.modified().map_or(0, nanoseconds)
}

/// That time of whatever is at a path itself; nothing when nothing is there.
pub(super) fn stamp_of(path: &Path) -> Option<i128> {
    fs::symlink_metadata(path).ok().as_ref().map(stamp)
}

/// The latest such time of a file, of the link that leads to it, and of the
/// files directly in it if it is a folder. Nothing when nothing is there.
pub(super) fn last_change(path: &Path) -> Option<i128> {
    let link = stamp_of(path)?;
    let Ok(meta) = fs::metadata(path) else {
        return Some(link);
    };
    let within = |folder| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| fs::metadata(entry.path()).ok())
    };
    let inner = meta.is_dir().then(|| within(path)).into_iter().flatten();
    let latest = inner
        .filter(Metadata::is_file)
        .map(|meta| stamp(&meta))
        .max();
    Some(link.max(stamp(&meta)).max(latest.unwrap_or(link)))
}

fn nanoseconds(time: std::time::SystemTime) -> i128 {
    time.duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| {
            i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
        })
}

/// The file system's own idea of now, by writing a file.
pub(super) fn now(probe: &Path) -> io::Result<i128> {
    fs::write(probe, "")?;
    Ok(stamp(&fs::metadata(probe)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_has_another_identity() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tool");
        assert_eq!(of(&file), None);
        fs::write(&file, "one").unwrap();
        let (one, all) = (of(&file), of(folder.path()));
        fs::write(&file, "three").unwrap();
        assert_ne!(of(&file), one);
        assert_ne!(of(folder.path()), all);
    }
}
