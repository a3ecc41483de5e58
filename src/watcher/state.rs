use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

/// Larger files are judged by their length and time alone.
const LARGEST: u64 = 64 << 20;

/// What the system says of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    id: u64,
}

impl Stamp {
    pub(super) fn of(data: &Metadata) -> Self {
        Self {
            len: data.len(),
            modified: data.modified().ok(),
            id: id(data),
        }
    }
}

/// What tells a folder from another one that was put in its place.
#[cfg(unix)]
pub(super) fn id(data: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    data.ino()
}

/// What tells a folder from another one that was put in its place.
#[cfg(not(unix))]
pub(super) fn id(_: &Metadata) -> u64 {
    0
}

/// A file as it was when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    stamp: Stamp,
    /// Of its content, if that was read.
    digest: Option<[u8; 32]>,
}

impl Known {
    /// Without reading it.
    pub(super) fn unread(data: &Metadata) -> Self {
        Self {
            stamp: Stamp::of(data),
            digest: None,
        }
    }

    /// Reads it, if it still is what it was.
    pub(super) fn read(&mut self, path: &Path) {
        if self.digest.is_some() || self.stamp.len > LARGEST {
            return;
        }
        let same = || fs::metadata(path).is_ok_and(|data| Stamp::of(&data) == self.stamp);
        if same()
            && let Ok(digest) = digest(path)
            && same()
        {
            self.digest = Some(digest);
        }
    }

    /// Looks again: whether its content is another one, as far as that is known.
    pub(super) fn look(&mut self, path: &Path, data: &Metadata) -> bool {
        let stamp = Stamp::of(data);
        if stamp == self.stamp {
            return false;
        }
        let mut now = Self {
            stamp,
            digest: None,
        };
        now.read(path);
        let changed = match (&self.digest, &now.digest) {
            (Some(before), Some(now)) => before != now,
            // It has changed again while it was read: its time is told anew.
            _ => true,
        };
        *self = now;
        changed
    }
}

fn digest(path: &Path) -> io::Result<[u8; 32]> {
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let mut chunk = vec![0; 64 << 10];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hasher.finalize().into()),
            read => hasher.update(&chunk[..read]),
        }
    }
}
