//! Streams that are no descriptors of the operating system.

use std::io::{IoSlice, Read, Write};

use crate::errno::Errno;
use crate::object::{Fdflags, File, Filetype};

/// At its end when read, and takes whatever is written.
#[derive(Debug)]
pub(crate) struct Null;

/// Reads from something of the host's.
pub(crate) struct Reader(pub(crate) Box<dyn Read + Send>);

/// Writes to something of the host's.
pub(crate) struct Writer(pub(crate) Box<dyn Write + Send>);

/// Flags have no meaning here, except that what cannot wait does not.
fn unchanged(flags: Fdflags) -> Result<(), Errno> {
    let kept = Fdflags {
        nonblock: flags.nonblock,
        ..Fdflags::default()
    };
    if flags == kept {
        Ok(())
    } else {
        Err(Errno::Notsup)
    }
}

impl File for Null {
    fn filetype(&self) -> Filetype {
        Filetype::Unknown
    }

    fn flags(&self) -> Fdflags {
        Fdflags::default()
    }

    fn set_flags(&mut self, flags: Fdflags) -> Result<(), Errno> {
        unchanged(flags)
    }

    fn read(&mut self, _: &mut [u8]) -> Result<usize, Errno> {
        Ok(0)
    }

    fn write(&mut self, parts: &[IoSlice<'_>]) -> Result<usize, Errno> {
        Ok(parts.iter().map(|part| part.len()).sum())
    }
}

impl File for Reader {
    fn filetype(&self) -> Filetype {
        Filetype::Unknown
    }

    fn flags(&self) -> Fdflags {
        Fdflags::default()
    }

    fn set_flags(&mut self, flags: Fdflags) -> Result<(), Errno> {
        unchanged(flags)
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        Ok(self.0.read(buffer)?)
    }

    fn write(&mut self, _: &[IoSlice<'_>]) -> Result<usize, Errno> {
        Err(Errno::Badf)
    }
}

impl File for Writer {
    fn filetype(&self) -> Filetype {
        Filetype::Unknown
    }

    fn flags(&self) -> Fdflags {
        Fdflags::default()
    }

    fn set_flags(&mut self, flags: Fdflags) -> Result<(), Errno> {
        unchanged(flags)
    }

    fn read(&mut self, _: &mut [u8]) -> Result<usize, Errno> {
        Err(Errno::Badf)
    }

    fn write(&mut self, parts: &[IoSlice<'_>]) -> Result<usize, Errno> {
        let written = self.0.write_vectored(parts)?;
        // A program that writes without a buffer of its own wants it to be seen.
        self.0.flush()?;
        Ok(written)
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}
