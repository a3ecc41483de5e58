//! What descriptors stand for: the traits that a host's files and directories
//! implement, and the data that goes through them.

use std::any::Any;
use std::fmt::Debug;
use std::io::{IoSlice, SeekFrom};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::errno::Errno;

/// The kind of a file, section "filetype".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Filetype {
    /// None of the others, such as a pipe.
    Unknown,
    /// A block device.
    BlockDevice,
    /// A character device.
    CharacterDevice,
    /// A directory.
    Directory,
    /// A regular file.
    RegularFile,
    /// A datagram socket.
    SocketDgram,
    /// A stream socket.
    SocketStream,
    /// A symbolic link.
    SymbolicLink,
}

/// What is known of a file, section "filestat". Times are nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filestat {
    /// The device.
    pub dev: u64,
    /// The number on the device.
    pub ino: u64,
    /// The kind.
    pub filetype: Filetype,
    /// How many names it has.
    pub nlink: u64,
    /// In bytes.
    pub size: u64,
    /// When it was last read.
    pub atim: u64,
    /// When its bytes last changed.
    pub mtim: u64,
    /// When anything of it last changed.
    pub ctim: u64,
}

impl Filestat {
    /// Of something that is in no file system.
    #[must_use]
    pub fn of(filetype: Filetype) -> Self {
        Self {
            dev: 0,
            ino: 0,
            filetype,
            nlink: 1,
            size: 0,
            atim: 0,
            mtim: 0,
            ctim: 0,
        }
    }
}

/// A time that a file gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// It stays as it is.
    Keep,
    /// The present.
    Now,
    /// Nanoseconds since 1970.
    At(u64),
}

impl Time {
    /// As the system has it; none if it stays.
    #[must_use]
    pub fn system(self) -> Option<SystemTime> {
        match self {
            Self::Keep => None,
            Self::Now => Some(SystemTime::now()),
            Self::At(nanoseconds) => Some(UNIX_EPOCH + Duration::from_nanos(nanoseconds)),
        }
    }
}

/// The times that a file gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When it was last read.
    pub accessed: Time,
    /// When it last changed.
    pub modified: Time,
}

/// How a descriptor reads and writes, section "fdflags".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fdflags {
    /// All is written at the end.
    pub append: bool,
    /// Bytes are on the device when a write returns.
    pub dsync: bool,
    /// What would have to wait fails.
    pub nonblock: bool,
    /// Reads wait for writes that are under way.
    pub rsync: bool,
    /// Bytes and all about the file are on the device when a write returns.
    pub sync: bool,
}

impl Fdflags {
    /// From their bits; none if there is an unknown one.
    #[must_use]
    pub fn from_bits(bits: u32) -> Option<Self> {
        (bits < 32).then_some(Self {
            append: bits & 1 != 0,
            dsync: bits & 2 != 0,
            nonblock: bits & 4 != 0,
            rsync: bits & 8 != 0,
            sync: bits & 16 != 0,
        })
    }

    /// Their bits.
    #[must_use]
    pub fn bits(self) -> u16 {
        u16::from(self.append)
            | u16::from(self.dsync) << 1
            | u16::from(self.nonblock) << 2
            | u16::from(self.rsync) << 3
            | u16::from(self.sync) << 4
    }
}

/// How something is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Open {
    /// To be read.
    pub read: bool,
    /// To be written.
    pub write: bool,
    /// Made if it is not there.
    pub create: bool,
    /// It must be made.
    pub exclusive: bool,
    /// Emptied.
    pub truncate: bool,
    /// It must be a directory.
    pub directory: bool,
    /// A link at the end of the path is followed.
    pub follow: bool,
    /// How it reads and writes.
    pub flags: Fdflags,
}

/// An open file or directory.
#[derive(Debug)]
pub enum Object {
    /// Something with bytes.
    File(Box<dyn File>),
    /// A directory.
    Directory(Box<dyn Directory>),
}

/// What can be waited for.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// It never has to wait.
    Ready,
    /// A descriptor of the operating system.
    #[cfg(unix)]
    Descriptor(std::os::fd::BorrowedFd<'a>),
    /// None; it keeps the lifetime of the others.
    #[cfg(not(unix))]
    Nothing(std::marker::PhantomData<&'a ()>),
}

/// What came from a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// How many bytes.
    pub bytes: usize,
    /// Whether a part of the message is lost.
    pub truncated: bool,
}

/// Something with bytes: a file, a pipe, a terminal, a socket.
///
/// What a kind cannot do answers as the operating system would.
pub trait File: Debug + Send {
    /// Its kind.
    fn filetype(&self) -> Filetype;

    /// Whether it is a terminal.
    fn is_terminal(&self) -> bool {
        false
    }

    /// What is known of it.
    ///
    /// # Errors
    /// Those of the host; so for all that follow.
    fn filestat(&self) -> Result<Filestat, Errno> {
        Ok(Filestat::of(self.filetype()))
    }

    /// How it reads and writes.
    fn flags(&self) -> Fdflags;

    /// Changes how it reads and writes.
    ///
    /// # Errors
    /// `Notsup` for what cannot be changed.
    fn set_flags(&mut self, flags: Fdflags) -> Result<(), Errno>;

    /// What to wait for before it is read or written.
    fn source(&self) -> Source<'_> {
        Source::Ready
    }

    /// How many bytes can be read at once, as far as is known.
    fn readable(&self) -> u64 {
        0
    }

    /// Reads to the buffer from where it stands; 0 is the end.
    ///
    /// # Errors
    /// Those of the host.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno>;

    /// Writes from where it stands.
    ///
    /// # Errors
    /// Those of the host.
    fn write(&mut self, parts: &[IoSlice<'_>]) -> Result<usize, Errno>;

    /// Reads from an offset, and stands where it stood.
    ///
    /// # Errors
    /// `Spipe` if there are no offsets.
    fn read_at(&mut self, _buffer: &mut [u8], _offset: u64) -> Result<usize, Errno> {
        Err(Errno::Spipe)
    }

    /// Writes at an offset, and stands where it stood.
    ///
    /// # Errors
    /// `Spipe` if there are no offsets.
    fn write_at(&mut self, _bytes: &[u8], _offset: u64) -> Result<usize, Errno> {
        Err(Errno::Spipe)
    }

    /// Moves, and tells where it stands then.
    ///
    /// # Errors
    /// `Spipe` if there are no offsets.
    fn seek(&mut self, _to: SeekFrom) -> Result<u64, Errno> {
        Err(Errno::Spipe)
    }

    /// Cuts it, or makes it longer by zeros.
    ///
    /// # Errors
    /// `Inval` if it is no file.
    fn set_size(&mut self, _size: u64) -> Result<(), Errno> {
        Err(Errno::Inval)
    }

    /// Makes sure that there is room on the device.
    ///
    /// # Errors
    /// `Notsup` where it cannot be done.
    fn allocate(&mut self, _offset: u64, _length: u64) -> Result<(), Errno> {
        Err(Errno::Notsup)
    }

    /// Tells how bytes will be used: 0 normally, 1 in order, 2 in any order, 3
    /// soon, 4 not soon, 5 once.
    ///
    /// # Errors
    /// `Spipe` if there are no offsets.
    fn advise(&mut self, _offset: u64, _length: u64, _advice: u8) -> Result<(), Errno> {
        Err(Errno::Spipe)
    }

    /// Waits until all is on the device; `data` alone, or all about the file, too.
    ///
    /// # Errors
    /// `Inval` if it is on no device.
    fn sync(&mut self, _data: bool) -> Result<(), Errno> {
        Err(Errno::Inval)
    }

    /// Sets times.
    ///
    /// # Errors
    /// `Inval` if it has none.
    fn set_times(&mut self, _times: Times) -> Result<(), Errno> {
        Err(Errno::Inval)
    }

    /// Takes a connection.
    ///
    /// # Errors
    /// `Notsock` if it is no socket.
    fn accept(&mut self) -> Result<Box<dyn File>, Errno> {
        Err(Errno::Notsock)
    }

    /// Receives; with `peek`, what came stays there.
    ///
    /// # Errors
    /// `Notsock` if it is no socket.
    fn receive(&mut self, _buffer: &mut [u8], _peek: bool) -> Result<Received, Errno> {
        Err(Errno::Notsock)
    }

    /// Sends.
    ///
    /// # Errors
    /// `Notsock` if it is no socket.
    fn send(&mut self, _parts: &[IoSlice<'_>]) -> Result<usize, Errno> {
        Err(Errno::Notsock)
    }

    /// Ends receiving, sending or both.
    ///
    /// # Errors
    /// `Notsock` if it is no socket.
    fn shutdown(&mut self, _read: bool, _write: bool) -> Result<(), Errno> {
        Err(Errno::Notsock)
    }
}

/// Something in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, as the program sees it.
    pub name: Vec<u8>,
    /// Its number on the device.
    pub ino: u64,
    /// Its kind.
    pub filetype: Filetype,
}

/// A directory. Paths are the program's bytes, relative to it, and never lead
/// out of the directory that the host opened at first: that is for each
/// implementation to keep.
pub trait Directory: Debug + Send {
    /// To find out whether two are of one kind.
    fn as_any(&self) -> &dyn Any;

    /// What is known of it.
    ///
    /// # Errors
    /// Those of the host; so for all that follow.
    fn filestat(&self) -> Result<Filestat, Errno>;

    /// Opens what is at a path.
    ///
    /// # Errors
    /// Those of the host.
    fn open(&self, path: &[u8], how: Open) -> Result<Object, Errno>;

    /// What is known of what is at a path.
    ///
    /// # Errors
    /// Those of the host.
    fn filestat_at(&self, path: &[u8], follow: bool) -> Result<Filestat, Errno>;

    /// Sets the times of what is at a path.
    ///
    /// # Errors
    /// Those of the host.
    fn set_times_at(&self, path: &[u8], follow: bool, times: Times) -> Result<(), Errno>;

    /// All that is in it, without `.` and `..`.
    ///
    /// # Errors
    /// Those of the host.
    fn entries(&self) -> Result<Vec<Entry>, Errno>;

    /// Makes a directory.
    ///
    /// # Errors
    /// Those of the host.
    fn create_directory(&self, path: &[u8]) -> Result<(), Errno>;

    /// Removes an empty directory.
    ///
    /// # Errors
    /// Those of the host.
    fn remove_directory(&self, path: &[u8]) -> Result<(), Errno>;

    /// Removes a name of a file.
    ///
    /// # Errors
    /// Those of the host.
    fn unlink_file(&self, path: &[u8]) -> Result<(), Errno>;

    /// Gives what is at a path another one, in this or another directory.
    ///
    /// # Errors
    /// `Xdev` if the other one is of another kind.
    fn rename(&self, path: &[u8], to: &dyn Directory, to_path: &[u8]) -> Result<(), Errno>;

    /// Gives a file another name.
    ///
    /// # Errors
    /// `Xdev` if the other directory is of another kind.
    fn link(&self, path: &[u8], to: &dyn Directory, to_path: &[u8]) -> Result<(), Errno>;

    /// Makes a symbolic link.
    ///
    /// # Errors
    /// Those of the host.
    fn symlink(&self, target: &[u8], path: &[u8]) -> Result<(), Errno>;

    /// What a symbolic link says.
    ///
    /// # Errors
    /// Those of the host.
    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, Errno>;

    /// Waits until all is on the device.
    ///
    /// # Errors
    /// Those of the host.
    fn sync(&self) -> Result<(), Errno>;

    /// Another one of the same, for a program's second descriptor.
    ///
    /// # Errors
    /// Those of the host.
    fn duplicate(&self) -> Result<Box<dyn Directory>, Errno>;
}
