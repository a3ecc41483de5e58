use std::fmt;
use std::path::PathBuf;

use crate::error::{Code, Error, Result};

/// Where a setting came from. Later ones win over earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// wasmrun itself.
    Default,
    /// The user's `config.toml`.
    User {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// The project's `wasmrun.toml`.
    Project {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable.
    Env(&'static str),
    /// A flag of the command line.
    Flag(&'static str),
}

impl Origin {
    /// The layer's name in reports.
    #[must_use]
    pub fn layer(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::User { .. } => "user",
            Self::Project { .. } => "project",
            Self::Env(_) => "env",
            Self::Flag(_) => "flag",
        }
    }

    /// The same error, with where the value at fault was set. What a file or a
    /// variable says wrong is a fault of the settings, not of the call.
    #[must_use]
    pub fn blame(&self, error: Error) -> Error {
        let code = match self {
            Self::Default => return error,
            Self::Flag(_) => error.code(),
            _ => Code::ConfigInvalid,
        };
        let mut blamed = Error::new(code, error.message());
        for cause in error.causes() {
            blamed = blamed.because(cause);
        }
        blamed = blamed.because(format!("set by {self}"));
        match error.help_text() {
            Some(help) => blamed.help(help),
            None => blamed,
        }
    }
}

/// `default`, `wasmrun.toml:3`, `WASMRUN_PROFILE` or `--optimization`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::User { file, line } | Self::Project { file, line } => {
                write!(f, "{}:{line}", file.display())
            }
            Self::Env(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Setting<T> {
    pub(super) fn default(value: T) -> Self {
        Self {
            value,
            origin: Origin::Default,
        }
    }

    pub(super) fn flag(&mut self, value: Option<T>, name: &'static str) {
        if let Some(value) = value {
            self.value = value;
            self.origin = Origin::Flag(name);
        }
    }
}

impl Setting<Option<String>> {
    /// Reads the text as something else, such as a language.
    ///
    /// # Errors
    /// What the reading says, with where the text was set.
    pub fn read<T>(&self, read: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
        self.value
            .as_deref()
            .map(read)
            .transpose()
            .map_err(|error| self.origin.blame(error))
    }
}
