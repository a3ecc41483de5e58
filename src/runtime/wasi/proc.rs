//! How a program ends itself, sections "proc_exit" and "proc_raise".

use std::fmt;

use wasmrun_core::Error;

use crate::errno::Errno;

/// The program ended itself. It comes out of the call as the error that the
/// host's function gave: `error.downcast_ref::<Exit>()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(pub u32);

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the program ended with exit code {}", self.0)
    }
}

impl std::error::Error for Exit {}

/// Ends the program with an exit code.
pub(crate) fn proc_exit(code: u32) -> Error {
    Error::host(Exit(code))
}

/// What a program does to itself by a signal, whose actions are the usual ones:
/// most end it, as a shell would tell it (128 and the number), a few have no
/// effect.
///
/// Errno: `Inval` for an unknown signal, `Notsup` for those that stop a program
/// until another comes.
pub(crate) fn proc_raise(signal: u32) -> Result<Errno, Error> {
    match signal {
        // none, chld, cont, urg, winch
        0 | 16 | 17 | 22 | 27 => Ok(Errno::Success),
        // stop, tstp, ttin, ttou
        18..=21 => Ok(Errno::Notsup),
        1..=30 => Err(Error::host(Exit(128 + signal))),
        _ => Ok(Errno::Inval),
    }
}
