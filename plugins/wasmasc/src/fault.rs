//! The errors of this plugin, by who can mend them.

use std::path::Path;

use plugin_protocol::{Blame, ErrorCode, PluginError};

/// The project cannot be built as it is.
pub(crate) fn invalid(message: impl Into<String>) -> PluginError {
    PluginError::new(ErrorCode::ProjectInvalid, Blame::Project, message)
}

/// Something is not installed.
pub(crate) fn missing(message: impl Into<String>) -> PluginError {
    PluginError::new(ErrorCode::DependencyMissing, Blame::Environment, message)
}

/// A tool broke, or said something that makes no sense.
pub(crate) fn broken(message: impl Into<String>) -> PluginError {
    PluginError::new(ErrorCode::Toolchain, Blame::Environment, message)
}

/// A file could not be used.
pub(crate) fn io(action: &str, path: &Path, cause: &std::io::Error) -> PluginError {
    let message = format!("could not {action} {}", path.display());
    PluginError::new(ErrorCode::Io, Blame::Environment, message).because(cause)
}
