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
        let message = "a file could not be read or written";
        let this = PluginError::new(ErrorCode::Io, Blame::Environment, message);
        Self::Error(this.because(error.to_string()))
    }
}
