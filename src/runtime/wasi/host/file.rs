//! Files, pipes, terminals and devices of the operating system.

use std::fs::{File as StdFile, FileTimes};
use std::io::{IoSlice, IsTerminal, Read, Seek, SeekFrom, Write};

use super::metadata;
use crate::errno::Errno;
use crate::object::{Fdflags, File, Filestat, Filetype, Source, Times};

/// An open file.
#[derive(Debug)]
pub(crate) struct HostFile {
    file: StdFile,
    filetype: Filetype,
    flags: Fdflags,
    /// Flags that the operating system does not know of, since they came later.
    late: Fdflags,
    /// Others use what it stands for, too, so that it must not change for them.
    shared: bool,
}

impl HostFile {
    /// A file that was opened with these flags.
    pub(crate) fn new(file: StdFile, flags: Fdflags) -> Self {
        let filetype = metadata::of_file(&file).map_or(Filetype::Unknown, |stat| stat.filetype);
        Self {
            file,
            filetype,
            flags,
            late: Fdflags::default(),
            shared: false,
        }
    }

    /// A stream of this process.
    #[cfg(unix)]
    pub(crate) fn shared(file: StdFile) -> Self {
        let append = rustix::fs::fcntl_getfl(&file)
            .is_ok_and(|flags| flags.contains(rustix::fs::OFlags::APPEND));
        let flags = Fdflags {
            append,
            ..Fdflags::default()
        };
        Self {
            shared: true,
            ..Self::new(file, flags)
        }
    }

    /// Whether reads and writes can have to wait.
    #[cfg(unix)]
    fn is_stream(&self) -> bool {
        !matches!(self.filetype, Filetype::RegularFile | Filetype::BlockDevice)
    }

    fn written(&mut self, bytes: usize) -> Result<usize, Errno> {
        if self.late.sync {
            self.file.sync_all()?;
        } else if self.late.dsync {
            self.file.sync_data()?;
        }
        Ok(bytes)
    }
}

impl File for HostFile {
    fn filetype(&self) -> Filetype {
        self.filetype
    }

    fn is_terminal(&self) -> bool {
        self.file.is_terminal()
    }

    fn filestat(&self) -> Result<Filestat, Errno> {
        Ok(metadata::of_file(&self.file)?)
    }

    fn flags(&self) -> Fdflags {
        self.flags
    }

    fn set_flags(&mut self, flags: Fdflags) -> Result<(), Errno> {
        if flags.append != self.flags.append {
            if self.shared {
                return Err(Errno::Notsup);
            }
            set_append(&self.file, flags.append)?;
        }
        self.late.sync |= flags.sync && !self.flags.sync;
        self.late.dsync |= flags.dsync && !self.flags.dsync;
        self.late.sync &= flags.sync;
        self.late.dsync &= flags.dsync;
        self.flags = flags;
        Ok(())
    }

    fn source(&self) -> Source<'_> {
        #[cfg(unix)]
        if self.is_stream() {
            use std::os::fd::AsFd;
            return Source::Descriptor(self.file.as_fd());
        }
        Source::Ready
    }

    fn readable(&self) -> u64 {
        if self.filetype == Filetype::RegularFile {
            let size = self.file.metadata().map_or(0, |metadata| metadata.len());
            let at = (&self.file).stream_position().unwrap_or(0);
            return size.saturating_sub(at);
        }
        #[cfg(unix)]
        return rustix::io::ioctl_fionread(&self.file).unwrap_or(0);
        #[cfg(not(unix))]
        0
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        Ok(self.file.read(buffer)?)
    }

    fn write(&mut self, parts: &[IoSlice<'_>]) -> Result<usize, Errno> {
        let bytes = self.file.write_vectored(parts)?;
        self.written(bytes)
    }

    #[cfg(unix)]
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        Ok(std::os::unix::fs::FileExt::read_at(
            &self.file, buffer, offset,
        )?)
    }

    #[cfg(unix)]
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        let bytes = std::os::unix::fs::FileExt::write_at(&self.file, bytes, offset)?;
        self.written(bytes)
    }

    // Elsewhere by going there and back.
    #[cfg(not(unix))]
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        let here = self.file.stream_position()?;
        self.file.seek(SeekFrom::Start(offset))?;
        let read = self.file.read(buffer);
        self.file.seek(SeekFrom::Start(here))?;
        Ok(read?)
    }

    #[cfg(not(unix))]
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        let here = self.file.stream_position()?;
        self.file.seek(SeekFrom::Start(offset))?;
        let written = self.file.write(bytes);
        self.file.seek(SeekFrom::Start(here))?;
        self.written(written?)
    }

    fn seek(&mut self, to: SeekFrom) -> Result<u64, Errno> {
        Ok(self.file.seek(to)?)
    }

    fn set_size(&mut self, size: u64) -> Result<(), Errno> {
        if i64::try_from(size).is_err() {
            return Err(Errno::Inval);
        }
        Ok(self.file.set_len(size)?)
    }

    fn allocate(&mut self, offset: u64, length: u64) -> Result<(), Errno> {
        allocate(&self.file, offset, length)
    }

    fn advise(&mut self, offset: u64, length: u64, advice: u8) -> Result<(), Errno> {
        advise(&self.file, offset, length, advice)
    }

    fn sync(&mut self, data: bool) -> Result<(), Errno> {
        match data {
            true => Ok(self.file.sync_data()?),
            false => Ok(self.file.sync_all()?),
        }
    }

    fn set_times(&mut self, times: Times) -> Result<(), Errno> {
        let mut all = FileTimes::new();
        if let Some(time) = times.accessed.system() {
            all = all.set_accessed(time);
        }
        if let Some(time) = times.modified.system() {
            all = all.set_modified(time);
        }
        Ok(self.file.set_times(all)?)
    }
}

#[cfg(unix)]
fn set_append(file: &StdFile, append: bool) -> Result<(), Errno> {
    use rustix::fs::OFlags;
    let mut flags = rustix::fs::fcntl_getfl(file)?;
    flags.set(OFlags::APPEND, append);
    Ok(rustix::fs::fcntl_setfl(file, flags)?)
}

#[cfg(not(unix))]
fn set_append(_: &StdFile, _: bool) -> Result<(), Errno> {
    Err(Errno::Notsup)
}

#[cfg(target_os = "linux")]
fn allocate(file: &StdFile, offset: u64, length: u64) -> Result<(), Errno> {
    let flags = rustix::fs::FallocateFlags::empty();
    match rustix::fs::fallocate(file, flags, offset, length) {
        Err(rustix::io::Errno::OPNOTSUPP) => extend(file, offset, length),
        other => Ok(other?),
    }
}

#[cfg(not(target_os = "linux"))]
fn allocate(file: &StdFile, offset: u64, length: u64) -> Result<(), Errno> {
    extend(file, offset, length)
}

/// Where room cannot be set aside, the size is made right at least.
fn extend(file: &StdFile, offset: u64, length: u64) -> Result<(), Errno> {
    let end = offset.checked_add(length).ok_or(Errno::Fbig)?;
    if file.metadata()?.len() < end {
        file.set_len(end)?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn advise(file: &StdFile, offset: u64, length: u64, advice: u8) -> Result<(), Errno> {
    use rustix::fs::Advice;
    let advice = match advice {
        0 => Advice::Normal,
        1 => Advice::Sequential,
        2 => Advice::Random,
        3 => Advice::WillNeed,
        4 => Advice::DontNeed,
        5 => Advice::NoReuse,
        _ => return Err(Errno::Inval),
    };
    let length = std::num::NonZeroU64::new(length);
    Ok(rustix::fs::fadvise(file, offset, length, advice)?)
}

/// Elsewhere nothing is made of it.
#[cfg(not(target_os = "linux"))]
fn advise(_: &StdFile, _: u64, _: u64, advice: u8) -> Result<(), Errno> {
    if advice > 5 {
        Err(Errno::Inval)
    } else {
        Ok(())
    }
}
