use std::io;

use crate::{Blame, ErrorCode, PluginError};

/// Why an operation gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The user's code is at fault; diagnostics have said how.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// It could not be done.
    Error(PluginError),
}

impl From<PluginError> for Failure {
    fn from(error: PluginError) -> Self {
        Self::Error(error)
    }
}

/// An I/O error without a better word is the machine's. Where the path is
/// known, say it: `PluginError::new(ErrorCode::Io, ..)`.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Error(PluginError::new(
            ErrorCode::Io,
            Blame::Environment,
            plain(&error),
        ))
    }
}

/// An error of the system in lower case, as `message` has to be, and without
/// Rust's `(os error 2)`.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_system_is_one_of_the_protocol() {
        let missing = std::fs::read("no/such/file").unwrap_err();
        let Failure::Error(error) = Failure::from(missing) else {
            panic!("not an error")
        };
        assert_eq!(error.code, ErrorCode::Io);
        assert!(error.message.starts_with("no such file"), "{error:?}");
        assert!(!error.message.contains("os error"));
    }
}
