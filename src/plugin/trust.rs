//! Which executables inside projects the user lets run. Each is known by its
//! path and its content: a changed one is another one.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::artifact::digest_of_file;
use super::metadata::read_small;
use crate::config::{Home, write_whole};
use crate::error::{Code, Error, Result};

/// What the user trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    #[serde(default, rename = "executable")]
    trusted: Vec<Trusted>,
}

/// One executable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trusted {
    /// Where it is, absolute and without symbolic links.
    pub path: PathBuf,
    /// Its SHA-256 when it was trusted, as 64 lower-case hex digits.
    pub sha256: String,
}

impl Trust {
    /// What the user trusts.
    ///
    /// # Errors
    /// When the file that says so cannot be understood: then nothing is trusted.
    pub fn read(home: &Home) -> Result<Self> {
        let Some(path) = home.trust_file().filter(|path| path.exists()) else {
            return Ok(Self::default());
        };
        let bytes = read_small(&path).map_err(|error| Error::io("read", &path, &error))?;
        let trust = std::str::from_utf8(&bytes)
            .map_err(|_| "it is not UTF-8".to_owned())
            .and_then(|text| toml::from_str(text).map_err(|error| error.message().to_owned()));
        trust.map_err(|why| {
            let message = format!("{} cannot be understood", path.display());
            Error::new(Code::ConfigInvalid, message)
                .because(why)
                .help("delete it, and trust again what you trust")
        })
    }

    /// Writes it down.
    ///
    /// # Errors
    /// When there is no home, or the file cannot be written.
    pub fn write(&self, home: &Home) -> Result<()> {
        let Some(path) = home.trust_file() else {
            return Err(
                Error::new(Code::Io, "there is no home folder to keep it in")
                    .help("set WASMRUN_HOME to a folder"),
            );
        };
        let body = toml::to_string(self).map_err(|error| {
            Error::new(Code::Io, "what is trusted cannot be written down")
                .because(error.to_string())
        })?;
        let text = format!("# Written by `wasmrun trust`.\n{body}");
        write_whole(&path, text.as_bytes()).map_err(|error| Error::io("write", &path, &error))
    }

    /// All that is trusted, in the order of paths.
    #[must_use]
    pub fn all(&self) -> &[Trusted] {
        &self.trusted
    }

    /// Whether an executable is trusted as it is. `path` is absolute and without
    /// symbolic links.
    #[must_use]
    pub fn holds(&self, path: &Path, sha256: &str) -> bool {
        let same = |known: &Trusted| known.path == path && known.sha256 == sha256;
        self.trusted.iter().any(same)
    }

    /// Trusts an executable as it is now.
    ///
    /// # Errors
    /// When it is not there, or cannot be read.
    pub fn add(&mut self, path: &Path) -> Result<Trusted> {
        let path = real(path)?;
        let sha256 = digest_of_file(&path).map_err(|error| Error::io("read", &path, &error))?;
        let trusted = Trusted { path, sha256 };
        self.trusted.retain(|known| known.path != trusted.path);
        self.trusted.push(trusted.clone());
        self.trusted.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(trusted)
    }

    /// Trusts an executable no longer; whether it was trusted.
    pub fn remove(&mut self, path: &Path) -> bool {
        let real = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
        let before = self.trusted.len();
        self.trusted
            .retain(|known| real.as_ref().map_or(true, |real| known.path != *real));
        self.trusted.len() != before
    }
}

fn real(path: &Path) -> Result<PathBuf> {
    let real = std::fs::canonicalize(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            let message = format!("there is no {}", path.display());
            Error::new(Code::NotFound, message).help("check the path")
        }
        _ => Error::io("read", path, &error),
    })?;
    if real.is_file() {
        return Ok(real);
    }
    let message = format!("{} is not a file", path.display());
    Err(Error::new(Code::Usage, message).help("name the executable itself"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_executable_is_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("home"));
        let exe = std::fs::canonicalize(folder.path()).unwrap().join("x");
        std::fs::write(&exe, "one").unwrap();
        let mut trust = Trust::read(&home).unwrap();
        let one = trust.add(&exe).unwrap();
        assert!(trust.holds(&exe, &one.sha256));
        trust.write(&home).unwrap();
        let mut trust = Trust::read(&home).unwrap();
        std::fs::write(&exe, "two").unwrap();
        assert!(!trust.holds(&exe, &digest_of_file(&exe).unwrap()));
        trust.add(&exe).unwrap();
        assert_eq!(trust.all().len(), 1);
        assert!(trust.remove(&exe) && !trust.remove(&exe));
        assert!(trust.add(folder.path()).is_err());
    }

    #[test]
    fn what_cannot_be_understood_trusts_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        std::fs::write(home.trust_file().unwrap(), "executable = 3").unwrap();
        assert_eq!(Trust::read(&home).unwrap_err().code(), Code::ConfigInvalid);
    }
}
