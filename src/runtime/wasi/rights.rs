//! What may be done with a descriptor, section "rights".

use crate::object::{Filetype, Object};

/// A set of rights: a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rights(pub(crate) u64);

macro_rules! rights {
    ($($name:ident)*) => {
        rights!(@ 0; $($name)*);
    };
    (@ $nth:expr; $name:ident $($rest:ident)*) => {
        pub(crate) const $name: Self = Self(1 << ($nth));
        rights!(@ $nth + 1; $($rest)*);
    };
    (@ $nth:expr;) => {
        /// All that there are.
        pub(crate) const ALL: Self = Self((1 << ($nth)) - 1);
    };
}

impl Rights {
    rights! {
        FD_DATASYNC FD_READ FD_SEEK FD_FDSTAT_SET_FLAGS FD_SYNC FD_TELL FD_WRITE FD_ADVISE FD_ALLOCATE
        PATH_CREATE_DIRECTORY PATH_CREATE_FILE PATH_LINK_SOURCE PATH_LINK_TARGET PATH_OPEN FD_READDIR
        PATH_READLINK PATH_RENAME_SOURCE PATH_RENAME_TARGET PATH_FILESTAT_GET PATH_FILESTAT_SET_SIZE
        PATH_FILESTAT_SET_TIMES FD_FILESTAT_GET FD_FILESTAT_SET_SIZE FD_FILESTAT_SET_TIMES PATH_SYMLINK
        PATH_REMOVE_DIRECTORY PATH_UNLINK_FILE POLL_FD_READWRITE SOCK_SHUTDOWN SOCK_ACCEPT
    }

    pub(crate) const NONE: Self = Self(0);

    /// Those of a directory that are about the directory itself.
    const DIRECTORY: Self = Self(
        Self::FD_FDSTAT_SET_FLAGS.0
            | Self::FD_SYNC.0
            | Self::FD_ADVISE.0
            | Self::PATH_CREATE_DIRECTORY.0
            | Self::PATH_CREATE_FILE.0
            | Self::PATH_LINK_SOURCE.0
            | Self::PATH_LINK_TARGET.0
            | Self::PATH_OPEN.0
            | Self::FD_READDIR.0
            | Self::PATH_READLINK.0
            | Self::PATH_RENAME_SOURCE.0
            | Self::PATH_RENAME_TARGET.0
            | Self::PATH_FILESTAT_GET.0
            | Self::PATH_FILESTAT_SET_SIZE.0
            | Self::PATH_FILESTAT_SET_TIMES.0
            | Self::FD_FILESTAT_GET.0
            | Self::FD_FILESTAT_SET_TIMES.0
            | Self::PATH_SYMLINK.0
            | Self::PATH_REMOVE_DIRECTORY.0
            | Self::PATH_UNLINK_FILE.0
            | Self::POLL_FD_READWRITE.0,
    );

    /// Those of something that has bytes but no place in them.
    const STREAM: Self = Self(
        Self::FD_READ.0
            | Self::FD_WRITE.0
            | Self::FD_FDSTAT_SET_FLAGS.0
            | Self::FD_FILESTAT_GET.0
            | Self::POLL_FD_READWRITE.0,
    );

    /// Those of a file.
    const FILE: Self = Self(
        Self::STREAM.0
            | Self::FD_DATASYNC.0
            | Self::FD_SEEK.0
            | Self::FD_SYNC.0
            | Self::FD_TELL.0
            | Self::FD_ADVISE.0
            | Self::FD_ALLOCATE.0
            | Self::FD_FILESTAT_SET_SIZE.0
            | Self::FD_FILESTAT_SET_TIMES.0,
    );

    const SOCKET: Self = Self(Self::STREAM.0 | Self::SOCK_SHUTDOWN.0 | Self::SOCK_ACCEPT.0);

    /// What can be done with an object at all.
    pub(crate) fn of(object: &Object) -> Self {
        match object {
            Object::Directory(_) => Self::DIRECTORY,
            Object::File(file) => match file.filetype() {
                Filetype::RegularFile | Filetype::BlockDevice => Self::FILE,
                Filetype::SocketStream | Filetype::SocketDgram => Self::SOCKET,
                // A C library takes for a terminal what is a device and has no
                // place: others keep their right to seek.
                Filetype::CharacterDevice if !file.is_terminal() => Self::FILE,
                _ => Self::STREAM,
            },
        }
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Rights;

    #[test]
    fn bits_are_those_of_the_specification() {
        assert_eq!(Rights::FD_WRITE.0, 1 << 6);
        assert_eq!(Rights::PATH_OPEN.0, 1 << 13);
        assert_eq!(Rights::SOCK_ACCEPT.0, 1 << 29);
        assert_eq!(Rights::ALL.0, (1 << 30) - 1);
    }
}
