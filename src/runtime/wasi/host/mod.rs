//! The operating system's files, streams and sockets, as [objects](crate::object).

pub(crate) mod clock;
pub(crate) mod directory;
pub(crate) mod file;
mod metadata;
pub(crate) mod socket;
pub(crate) mod standard;
pub(crate) mod stream;
pub(crate) mod wait;
