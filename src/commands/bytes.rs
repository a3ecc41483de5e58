use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// Standard input that goes on for longer than this many bytes is no module:
/// engines stop at 1 GiB.
const MAX_STDIN: u64 = 1 << 30;

/// From this size on, mapping a file costs less than copying it.
const MAPPED_FROM: u64 = 256 * 1024;

/// The content of a file: mapped when it is large, read when it is small or
/// when its file system cannot map.
#[derive(Debug)]
pub(super) enum Bytes {
    Read(Vec<u8>),
    Mapped(Mmap),
}

impl Bytes {
    /// The content of a regular file.
    pub(super) fn of_file(path: &Path) -> io::Result<Self> {
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

    /// Everything that standard input has, up to a gigabyte.
    pub(super) fn of_stdin() -> io::Result<Self> {
        let mut bytes = Vec::new();
        let mut stdin = io::stdin().lock().take(MAX_STDIN + 1);
        stdin.read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_STDIN {
            let why = "it is longer than 1 GiB, the most that a module may have";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
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
