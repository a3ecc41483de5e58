//! The streams of this process.

use crate::object::File;

#[cfg(unix)]
fn duplicate(stream: std::os::fd::BorrowedFd<'_>) -> Box<dyn File> {
    use crate::host::file::HostFile;
    use crate::host::stream::Null;
    match stream.try_clone_to_owned() {
        Ok(own) => Box::new(HostFile::shared(own.into())),
        // A stream that was closed before this process began.
        Err(_) => Box::new(Null),
    }
}

/// Standard input.
#[cfg(unix)]
pub(crate) fn input() -> Box<dyn File> {
    duplicate(rustix::stdio::stdin())
}

/// Standard output (1) or standard error (2).
#[cfg(unix)]
pub(crate) fn output(number: u32) -> Box<dyn File> {
    match number {
        1 => duplicate(rustix::stdio::stdout()),
        _ => duplicate(rustix::stdio::stderr()),
    }
}

/// Standard input.
#[cfg(not(unix))]
pub(crate) fn input() -> Box<dyn File> {
    Box::new(crate::host::stream::Reader(Box::new(std::io::stdin())))
}

/// Standard output (1) or standard error (2).
#[cfg(not(unix))]
pub(crate) fn output(number: u32) -> Box<dyn File> {
    use crate::host::stream::Writer;
    match number {
        1 => Box::new(Writer(Box::new(std::io::stdout()))),
        _ => Box::new(Writer(Box::new(std::io::stderr()))),
    }
}
