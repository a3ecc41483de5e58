use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// From this size on, mapping a file costs less than copying it.
const MAPPED_FROM: u64 = 256 * 1024;

/// The content of a file: mapped when it is large, read when it is small or
/// when its file system cannot map.
#[derive(Debug)]
pub(crate) enum Bytes {
    Read(Vec<u8>),
    Mapped(Mmap),
}

impl Bytes {
    /// The content of a regular file.
    pub(crate) fn of_file(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        if file.metadata()?.len() >= MAPPED_FROM
            && let Ok(map) = map(&file)
        {
            return Ok(Self::Mapped(map));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::Read(bytes))
    }

    /// Everything that standard input has.
    pub(crate) fn of_stdin() -> io::Result<Self> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        Ok(Self::Read(bytes))
    }
}

#[allow(unsafe_code, reason = "mapping a file has no safe form")]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the map is private, read-only and only ever seen as bytes, of which
    // every value is valid. Whoever writes to the file meanwhile changes the
    // verdict, or ends this process if they cut it short; no other harm follows.
    unsafe { Mmap::map(file) }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}
