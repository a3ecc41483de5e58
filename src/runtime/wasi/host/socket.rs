//! Sockets: those that take connections, and connections.

use std::io::{IoSlice, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use crate::errno::Errno;
use crate::object::{Fdflags, File, Filetype, Received, Source};

/// A socket that takes connections.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    flags: Fdflags,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    flags: Fdflags,
}

/// Sockets have no other flag than `nonblock`.
fn only_nonblock(flags: Fdflags) -> Result<Fdflags, Errno> {
    let kept = Fdflags {
        nonblock: flags.nonblock,
        ..Fdflags::default()
    };
    if flags == kept {
        Ok(kept)
    } else {
        Err(Errno::Notsup)
    }
}

impl Listener {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self {
            listener,
            flags: Fdflags::default(),
        }
    }
}

impl File for Listener {
    fn filetype(&self) -> Filetype {
        Filetype::SocketStream
    }

    fn flags(&self) -> Fdflags {
        self.flags
    }

    fn set_flags(&mut self, flags: Fdflags) -> Result<(), Errno> {
        self.flags = only_nonblock(flags)?;
        // Somebody else may take the connection that was waited for.
        Ok(self.listener.set_nonblocking(flags.nonblock)?)
    }

    fn source(&self) -> Source<'_> {
        #[cfg(unix)]
        return Source::Descriptor(std::os::fd::AsFd::as_fd(&self.listener));
        #[cfg(not(unix))]
        Source::Ready
    }

    fn read(&mut self, _: &mut [u8]) -> Result<usize, Errno> {
        Err(Errno::Notconn)
    }

    fn write(&mut self, _: &[IoSlice<'_>]) -> Result<usize, Errno> {
        Err(Errno::Notconn)
    }

    fn accept(&mut self) -> Result<Box<dyn File>, Errno> {
        let (stream, _) = self.listener.accept()?;
        stream.set_nonblocking(false)?;
        Ok(Box::new(Connection {
            stream,
            flags: Fdflags::default(),
        }))
    }
}

impl File for Connection {
    fn filetype(&self) -> Filetype {
        Filetype::SocketStream
    }

    fn flags(&self) -> Fdflags {
        self.flags
    }

    fn set_flags(&mut self, flags: Fdflags) -> Result<(), Errno> {
        self.flags = only_nonblock(flags)?;
        Ok(self.stream.set_nonblocking(flags.nonblock)?)
    }

    fn source(&self) -> Source<'_> {
        #[cfg(unix)]
        return Source::Descriptor(std::os::fd::AsFd::as_fd(&self.stream));
        #[cfg(not(unix))]
        Source::Ready
    }

    fn readable(&self) -> u64 {
        #[cfg(unix)]
        return rustix::io::ioctl_fionread(&self.stream).unwrap_or(0);
        #[cfg(not(unix))]
        0
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        Ok(self.stream.read(buffer)?)
    }

    fn write(&mut self, parts: &[IoSlice<'_>]) -> Result<usize, Errno> {
        Ok(self.stream.write_vectored(parts)?)
    }

    fn receive(&mut self, buffer: &mut [u8], peek: bool) -> Result<Received, Errno> {
        let bytes = match peek {
            true => self.stream.peek(buffer)?,
            false => self.stream.read(buffer)?,
        };
        // A stream has no messages that could be cut.
        Ok(Received {
            bytes,
            truncated: false,
        })
    }

    fn send(&mut self, parts: &[IoSlice<'_>]) -> Result<usize, Errno> {
        self.write(parts)
    }

    fn shutdown(&mut self, read: bool, write: bool) -> Result<(), Errno> {
        let how = match (read, write) {
            (true, true) => Shutdown::Both,
            (true, false) => Shutdown::Read,
            (false, true) => Shutdown::Write,
            (false, false) => return Err(Errno::Inval),
        };
        Ok(self.stream.shutdown(how)?)
    }
}
