//! What one program sees of the world.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::path::Path;

use crate::errno::Errno;
use crate::host::stream::{Null, Reader, Writer};
use crate::host::wait::{self, Waker};
use crate::host::{directory::HostDirectory, socket::Listener, standard};
use crate::object::{File, Object, Source};
use crate::table::{Descriptor, Table};

/// What may be done in a directory that the host has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Files may be read.
    ReadOnly,
    /// Files may be read, changed, made and removed.
    ReadWrite,
}

/// A program's standard input.
pub enum Stdin {
    /// That of this process.
    Inherit,
    /// At its end from the start.
    Null,
    /// Something else.
    Reader(Box<dyn Read + Send>),
}

/// A program's standard output or standard error.
pub enum Stdout {
    /// That of this process.
    Inherit,
    /// Takes everything and keeps nothing.
    Null,
    /// Something else.
    Writer(Box<dyn Write + Send>),
}

/// All that one program sees of the world: its arguments, its environment and
/// its descriptors.
#[derive(Debug)]
pub struct Context {
    pub(crate) args: Vec<Vec<u8>>,
    /// `NAME=VALUE` each.
    pub(crate) environ: Vec<Vec<u8>>,
    pub(crate) table: Table,
    pub(crate) waker: Option<Waker>,
    pub(crate) broken_pipe: bool,
}

impl Context {
    /// With nothing: no arguments, no environment, no streams.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            args: Vec::new(),
            environ: Vec::new(),
            stdin: Stdin::Null,
            stdout: Stdout::Null,
            stderr: Stdout::Null,
            preopens: Vec::new(),
            listeners: Vec::new(),
        }
    }

    /// What ends the program's waiting, from any thread. Where it waits, or would
    /// have to, it is told that a signal came (`Errno::Intr`).
    ///
    /// # Errors
    /// When the system has no room for what it takes.
    pub fn waker(&mut self) -> io::Result<Waker> {
        if let Some(waker) = &self.waker {
            return Ok(waker.clone());
        }
        let waker = Waker::new()?;
        self.waker = Some(waker.clone());
        Ok(waker)
    }

    /// Whether the program has written to a pipe or a socket that nobody reads.
    #[must_use]
    pub fn broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// Opens something for the program, besides what it was begun with, and
    /// returns its number.
    ///
    /// # Errors
    /// When too many are open.
    pub fn open(&mut self, object: Object) -> Result<u32, Errno> {
        self.table.add(Descriptor::new(object))
    }
}

/// Waits until a file can be read or written, as far as a wait can be ended or
/// must not happen at all.
pub(crate) fn until_ready(
    file: &dyn File,
    write: bool,
    waker: Option<&Waker>,
) -> Result<(), Errno> {
    let nonblock = file.flags().nonblock;
    if waker.is_none() && !nonblock || matches!(file.source(), Source::Ready) {
        return Ok(());
    }
    let timeout = nonblock.then_some(std::time::Duration::ZERO);
    let ready = wait::wait(&[(file.source(), write)], timeout, waker)?;
    match ready.first() {
        Some(ready) if ready.ready => Ok(()),
        _ => Err(Errno::Again),
    }
}

/// Collects what a program gets.
pub struct Builder {
    args: Vec<Vec<u8>>,
    environ: Vec<Vec<u8>>,
    stdin: Stdin,
    stdout: Stdout,
    stderr: Stdout,
    preopens: Vec<Descriptor>,
    listeners: Vec<Descriptor>,
}

impl Builder {
    /// One more argument; the first is the program's name.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<Vec<u8>>) -> Self {
        self.args.push(until_zero(arg.into()));
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<A: Into<Vec<u8>>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// A variable of the environment; an earlier one of this name is replaced.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        let mut variable = name.as_ref().to_vec();
        variable.push(b'=');
        self.environ.retain(|known| !known.starts_with(&variable));
        variable.extend_from_slice(value.as_ref());
        self.environ.push(until_zero(variable));
        self
    }

    /// All variables of this process.
    #[must_use]
    pub fn inherit_env(self) -> Self {
        std::env::vars_os().fold(self, |this, (name, value)| {
            this.env(name.as_encoded_bytes(), value.as_encoded_bytes())
        })
    }

    /// Descriptor 0.
    #[must_use]
    pub fn stdin(mut self, stdin: Stdin) -> Self {
        self.stdin = stdin;
        self
    }

    /// Descriptor 1.
    #[must_use]
    pub fn stdout(mut self, stdout: Stdout) -> Self {
        self.stdout = stdout;
        self
    }

    /// Descriptor 2.
    #[must_use]
    pub fn stderr(mut self, stderr: Stdout) -> Self {
        self.stderr = stderr;
        self
    }

    /// The streams of this process.
    #[must_use]
    pub fn inherit_stdio(self) -> Self {
        self.stdin(Stdin::Inherit)
            .stdout(Stdout::Inherit)
            .stderr(Stdout::Inherit)
    }

    /// A directory that the program finds under a name of its own. They have the
    /// numbers from 3 on, in order.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn preopen(mut self, host: &Path, guest: &str, access: Access) -> io::Result<Self> {
        let directory = HostDirectory::ambient(host)?;
        let mut descriptor = Descriptor::new(Object::Directory(Box::new(directory)));
        descriptor.preopen = Some(guest.as_bytes().to_vec());
        descriptor.read_only = access == Access::ReadOnly;
        self.preopens.push(descriptor);
        Ok(self)
    }

    /// A directory of another kind that the program finds under a name.
    #[must_use]
    pub fn mount(mut self, object: Object, guest: &str, access: Access) -> Self {
        let mut descriptor = Descriptor::new(object);
        descriptor.preopen = Some(guest.as_bytes().to_vec());
        descriptor.read_only = access == Access::ReadOnly;
        self.preopens.push(descriptor);
        self
    }

    /// A socket that takes connections. They have the numbers behind those of
    /// directories, in order.
    #[must_use]
    pub fn listener(mut self, listener: TcpListener) -> Self {
        let listener = Object::File(Box::new(Listener::new(listener)));
        self.listeners.push(Descriptor::new(listener));
        self
    }

    /// The context.
    #[must_use]
    pub fn build(self) -> Context {
        let stdin: Box<dyn File> = match self.stdin {
            Stdin::Inherit => standard::input(),
            Stdin::Null => Box::new(Null),
            Stdin::Reader(reader) => Box::new(Reader(reader)),
        };
        let output = |kind, number| -> Box<dyn File> {
            match kind {
                Stdout::Inherit => standard::output(number),
                Stdout::Null => Box::new(Null),
                Stdout::Writer(writer) => Box::new(Writer(writer)),
            }
        };
        let streams = [stdin, output(self.stdout, 1), output(self.stderr, 2)];
        let streams = streams.into_iter().enumerate().map(|(number, file)| {
            let mut descriptor = Descriptor::new(Object::File(file));
            let other = if number == 0 {
                crate::rights::Rights::FD_WRITE
            } else {
                crate::rights::Rights::FD_READ
            };
            descriptor.base = descriptor.base.without(other);
            descriptor
        });
        let mut table = Table::default();
        for descriptor in streams.chain(self.preopens).chain(self.listeners) {
            // There is room for more than a command line can name.
            let _ = table.add(descriptor);
        }
        Context {
            args: self.args,
            environ: self.environ,
            table,
            waker: None,
            broken_pipe: false,
        }
    }
}

/// A program's strings end at the first zero byte, whatever comes behind it.
fn until_zero(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
        bytes.truncate(end);
    }
    bytes
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("args", &self.args)
            .field("preopens", &self.preopens)
            .finish_non_exhaustive()
    }
}
