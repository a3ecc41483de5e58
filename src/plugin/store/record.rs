use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How a plugin came to be installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The plugin's version.
    pub version: String,
    /// The executable, relative to the plugin's folder with `/`.
    pub executable: String,
    /// The executable's SHA-256 when it was installed, as 64 lower-case hex
    /// digits.
    pub sha256: String,
    /// The platform it was installed on, as Rust names it.
    pub platform: String,
    /// Where it came from.
    pub source: Origin,
}

/// Where a plugin came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// A crate of the registry, which cargo built here.
    Crate {
        /// Its name there.
        name: String,
    },
    /// A checkout of wasmrun's own repository, built here.
    Checkout {
        /// The repository's folder.
        path: PathBuf,
    },
    /// A folder with a manifest.
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// An executable.
    Executable {
        /// The file.
        path: PathBuf,
    },
    /// An archive.
    Archive {
        /// The file.
        path: PathBuf,
        /// Its SHA-256 when it was unpacked.
        sha256: String,
    },
}

impl Record {
    /// Reads what [`Record::text`] wrote; the error is a few words.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let record: Self = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        if !crate::plugin::artifact::is_inside(&record.executable) {
            return Err("its executable is elsewhere".to_owned());
        }
        Ok(record)
    }

    /// What the record's file holds.
    pub(in crate::plugin) fn text(&self) -> Result<String, String> {
        let body = toml::to_string(self).map_err(|error| error.to_string())?;
        Ok(format!("# Written by `wasmrun plugin install`.\n{body}"))
    }
}

impl Origin {
    /// Whether it was compiled here, so that its executable differs from machine
    /// to machine.
    #[must_use]
    pub fn is_built_here(&self) -> bool {
        matches!(self, Self::Crate { .. } | Self::Checkout { .. })
    }

    /// What kind it is, in one word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Crate { .. } => "crate",
            Self::Checkout { .. } => "checkout",
            Self::Folder { .. } => "folder",
            Self::Executable { .. } => "executable",
            Self::Archive { .. } => "archive",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crate { name } => write!(f, "crate {name}"),
            Self::Checkout { path } => write!(f, "checkout {}", path.display()),
            Self::Folder { path } => write!(f, "folder {}", path.display()),
            Self::Executable { path } => write!(f, "executable {}", path.display()),
            Self::Archive { path, .. } => write!(f, "archive {}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_and_leads_nowhere_else() {
        let mut record = Record {
            version: "1".into(),
            executable: "bin/x".into(),
            sha256: "00".into(),
            platform: "p".into(),
            source: Origin::Archive {
                path: "/a b/ü.tgz".into(),
                sha256: "11".into(),
            },
        };
        let text = record.text().unwrap();
        assert_eq!(Record::read(text.as_bytes()), Ok(record.clone()));
        record.executable = "../x".into();
        let text = record.text().unwrap();
        assert!(Record::read(text.as_bytes()).is_err());
    }
}
