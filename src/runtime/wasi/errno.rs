//! Error codes, section "errno".

use std::io;

macro_rules! errnos {
    ($($name:ident $unix:ident $text:literal,)*) => {
        /// Why a function failed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Errno {
            /// no error
            Success,
            $(#[doc = $text] $name,)*
            /// insufficient capabilities
            Notcapable,
        }

        impl Errno {
            /// That of an error of the operating system by its number.
            #[cfg(unix)]
            fn of_os(number: i32) -> Option<Self> {
                use rustix::io::Errno as Unix;
                let same: &[(Unix, Self)] = &[$((Unix::$unix, Self::$name),)*];
                let same = same.iter().find(|(unix, _)| unix.raw_os_error() == number);
                same.map(|(_, errno)| *errno)
            }

            #[cfg(not(unix))]
            fn of_os(_: i32) -> Option<Self> {
                None
            }
        }
    };
}

// In the order of their numbers.
errnos! {
    Toobig TOOBIG "argument list too long",
    Acces ACCESS "permission denied",
    Addrinuse ADDRINUSE "address in use",
    Addrnotavail ADDRNOTAVAIL "address not available",
    Afnosupport AFNOSUPPORT "address family not supported",
    Again AGAIN "resource unavailable, or operation would block",
    Already ALREADY "connection already in progress",
    Badf BADF "bad file descriptor",
    Badmsg BADMSG "bad message",
    Busy BUSY "device or resource busy",
    Canceled CANCELED "operation canceled",
    Child CHILD "no child processes",
    Connaborted CONNABORTED "connection aborted",
    Connrefused CONNREFUSED "connection refused",
    Connreset CONNRESET "connection reset",
    Deadlk DEADLK "resource deadlock would occur",
    Destaddrreq DESTADDRREQ "destination address required",
    Dom DOM "mathematics argument out of domain of function",
    Dquot DQUOT "disk quota exceeded",
    Exist EXIST "file exists",
    Fault FAULT "bad address",
    Fbig FBIG "file too large",
    Hostunreach HOSTUNREACH "host is unreachable",
    Idrm IDRM "identifier removed",
    Ilseq ILSEQ "illegal byte sequence",
    Inprogress INPROGRESS "operation in progress",
    Intr INTR "interrupted function",
    Inval INVAL "invalid argument",
    Io IO "i/o error",
    Isconn ISCONN "socket is connected",
    Isdir ISDIR "is a directory",
    Loop LOOP "too many levels of symbolic links",
    Mfile MFILE "file descriptor value too large",
    Mlink MLINK "too many links",
    Msgsize MSGSIZE "message too large",
    Multihop MULTIHOP "multihop attempted",
    Nametoolong NAMETOOLONG "filename too long",
    Netdown NETDOWN "network is down",
    Netreset NETRESET "connection aborted by network",
    Netunreach NETUNREACH "network unreachable",
    Nfile NFILE "too many files open in system",
    Nobufs NOBUFS "no buffer space available",
    Nodev NODEV "no such device",
    Noent NOENT "no such file or directory",
    Noexec NOEXEC "executable file format error",
    Nolck NOLCK "no locks available",
    Nolink NOLINK "link has been severed",
    Nomem NOMEM "not enough space",
    Nomsg NOMSG "no message of the desired type",
    Noprotoopt NOPROTOOPT "protocol not available",
    Nospc NOSPC "no space left on device",
    Nosys NOSYS "function not supported",
    Notconn NOTCONN "the socket is not connected",
    Notdir NOTDIR "not a directory or a symbolic link to a directory",
    Notempty NOTEMPTY "directory not empty",
    Notrecoverable NOTRECOVERABLE "state not recoverable",
    Notsock NOTSOCK "not a socket",
    Notsup NOTSUP "not supported",
    Notty NOTTY "inappropriate i/o control operation",
    Nxio NXIO "no such device or address",
    Overflow OVERFLOW "value too large to be stored in data type",
    Ownerdead OWNERDEAD "previous owner died",
    Perm PERM "operation not permitted",
    Pipe PIPE "broken pipe",
    Proto PROTO "protocol error",
    Protonosupport PROTONOSUPPORT "protocol not supported",
    Prototype PROTOTYPE "protocol wrong type for socket",
    Range RANGE "result too large",
    Rofs ROFS "read-only file system",
    Spipe SPIPE "invalid seek",
    Srch SRCH "no such process",
    Stale STALE "stale file handle",
    Timedout TIMEDOUT "connection timed out",
    Txtbsy TXTBSY "text file busy",
    Xdev XDEV "cross-device link",
}

impl Errno {
    /// Its number.
    #[must_use]
    pub fn code(self) -> u16 {
        self as u16
    }
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as Kind;
        if let Some(errno) = error.raw_os_error().and_then(Self::of_os) {
            return errno;
        }
        match error.kind() {
            Kind::NotFound => Self::Noent,
            // The sandbox refuses a path that leads out of it with an error that
            // is not the system's.
            Kind::PermissionDenied if error.raw_os_error().is_none() => Self::Perm,
            Kind::PermissionDenied => Self::Acces,
            Kind::AlreadyExists => Self::Exist,
            Kind::InvalidInput | Kind::InvalidFilename => Self::Inval,
            Kind::InvalidData => Self::Ilseq,
            Kind::WouldBlock => Self::Again,
            Kind::Interrupted => Self::Intr,
            Kind::BrokenPipe => Self::Pipe,
            Kind::NotADirectory => Self::Notdir,
            Kind::IsADirectory => Self::Isdir,
            Kind::DirectoryNotEmpty => Self::Notempty,
            Kind::ReadOnlyFilesystem => Self::Rofs,
            Kind::StorageFull => Self::Nospc,
            Kind::NotSeekable => Self::Spipe,
            Kind::QuotaExceeded => Self::Dquot,
            Kind::FileTooLarge => Self::Fbig,
            Kind::ResourceBusy => Self::Busy,
            Kind::ExecutableFileBusy => Self::Txtbsy,
            Kind::Deadlock => Self::Deadlk,
            Kind::CrossesDevices => Self::Xdev,
            Kind::TooManyLinks => Self::Mlink,
            Kind::ArgumentListTooLong => Self::Toobig,
            Kind::Unsupported => Self::Notsup,
            Kind::OutOfMemory => Self::Nomem,
            Kind::TimedOut => Self::Timedout,
            Kind::ConnectionRefused => Self::Connrefused,
            Kind::ConnectionReset => Self::Connreset,
            Kind::ConnectionAborted => Self::Connaborted,
            Kind::NotConnected => Self::Notconn,
            Kind::AddrInUse => Self::Addrinuse,
            Kind::AddrNotAvailable => Self::Addrnotavail,
            _ => Self::Io,
        }
    }
}

#[cfg(unix)]
impl From<rustix::io::Errno> for Errno {
    fn from(error: rustix::io::Errno) -> Self {
        io::Error::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::Errno;

    #[test]
    fn numbers_are_those_of_the_specification() {
        for (errno, number) in [
            (Errno::Success, 0),
            (Errno::Badf, 8),
            (Errno::Inval, 28),
            (Errno::Noent, 44),
            (Errno::Perm, 63),
            (Errno::Spipe, 70),
            (Errno::Xdev, 75),
            (Errno::Notcapable, 76),
        ] {
            assert_eq!(errno.code(), number);
        }
    }
}
