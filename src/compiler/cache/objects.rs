use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::digest;
use super::record;

/// Contents by their digests.
#[derive(Debug)]
pub(super) struct Objects {
    root: PathBuf,
}

impl Objects {
    pub(super) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn path(&self, sha256: &str) -> PathBuf {
        let shelf = sha256.get(..2).unwrap_or("00");
        self.root.join(shelf).join(sha256)
    }

    /// A content, if it is there and undamaged.
    pub(super) fn read(&self, sha256: &str) -> io::Result<Vec<u8>> {
        if !digest::is_digest(sha256) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not a digest"));
        }
        let bytes = fs::read(self.path(sha256))?;
        if digest::of_bytes(&bytes) == sha256 {
            return Ok(bytes);
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "damaged"))
    }

    pub(super) fn write(&self, sha256: &str, bytes: &[u8], scratch: &Path) -> io::Result<()> {
        let path = self.path(sha256);
        if let Some(shelf) = path.parent() {
            fs::create_dir_all(shelf)?;
        }
        // One that is there may be damaged: writing it again mends it.
        record::write_whole(&path, bytes, scratch)
    }
}
