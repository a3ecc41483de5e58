//! Systems without Landlock.

use std::io;
use std::path::PathBuf;

use super::Support;

pub(super) fn probe() -> Support {
    Support::Missing("only Linux has Landlock")
}

pub(super) fn restrict(_writable: &[PathBuf]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
