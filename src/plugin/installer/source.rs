use std::path::{Path, PathBuf};

use crate::error::{Code, Error, Result};
use crate::plugin::artifact::digest_of_file;
use crate::plugin::metadata::MANIFEST;
use crate::plugin::store::{Origin, Stored};
use crate::plugin::{checkout, index};

/// Where a plugin is to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A crate of the registry.
    Crate {
        /// Its name there.
        name: String,
    },
    /// A checkout of wasmrun's own repository.
    Checkout {
        /// The repository's folder.
        root: PathBuf,
        /// The plugin in it.
        name: String,
    },
    /// A folder with a manifest.
    Folder(PathBuf),
    /// An executable.
    Executable(PathBuf),
    /// An archive.
    Archive(PathBuf),
}

/// How the names of archives end that can be unpacked.
const ARCHIVES: &[&str] = &[".tar.gz", ".tgz"];

/// How the names of archives end that cannot.
const OTHER_ARCHIVES: &[&str] = &[".zip", ".tar.xz", ".tar.zst", ".tar.bz2", ".7z", ".tar"];

impl Source {
    /// What a user means by a source: a path, a name of the index, or the name of
    /// a crate (`crate:NAME` says so in any case).
    ///
    /// # Errors
    /// [`Code::NotFound`] for a path that is not there, [`Code::Usage`] for what
    /// is neither a path nor a name.
    pub fn find(text: &str, here: &Path) -> Result<Self> {
        if let Some(name) = text.strip_prefix("crate:") {
            return of_crate(name);
        }
        let path = here.join(text);
        let is_path = text.contains(['/', '\\']) || text == "." || text == "..";
        if !is_path && index::known(text).is_some() {
            return Ok(match checkout::find(here, text) {
                Some(root) => Self::Checkout {
                    root,
                    name: text.to_owned(),
                },
                None => Self::Crate {
                    name: text.to_owned(),
                },
            });
        }
        let lower = text.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
        if is_path || ends(ARCHIVES) || ends(OTHER_ARCHIVES) || path.exists() {
            return Self::of_path(&path, ends(ARCHIVES), ends(OTHER_ARCHIVES));
        }
        if let Some(near) = index::near(text) {
            let message = format!("there is no plugin `{text}` in the index");
            return Err(Error::new(Code::Usage, message).help(format!(
                "did you mean `{near}`? If not: `wasmrun plugin install crate:{text}`"
            )));
        }
        of_crate(text)
    }

    fn of_path(path: &Path, is_archive: bool, is_other: bool) -> Result<Self> {
        let real = std::fs::canonicalize(path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                let message = format!("there is no {}", path.display());
                return Error::new(Code::NotFound, message).help("check the path");
            }
            Error::io("read", path, &error)
        })?;
        if real.is_dir() {
            if real.join(MANIFEST).is_file() {
                return Ok(Self::Folder(real));
            }
            let message = format!("there is no {MANIFEST} in {}", path.display());
            return Err(Error::new(Code::NotFound, message)
                .help("name the plugin's executable: it is asked once who it is"));
        }
        if !real.is_file() {
            let message = format!("{} is neither a file nor a folder", path.display());
            return Err(Error::new(Code::Usage, message).help("name a plugin"));
        }
        if is_other {
            let message = format!("{} cannot be unpacked", path.display());
            let help = "pack it as `.tar.gz`, or name the folder that it was unpacked into";
            return Err(Error::new(Code::Usage, message).help(help));
        }
        if is_archive {
            return Ok(Self::Archive(real));
        }
        // The executable of a folder with a manifest is that folder's plugin.
        Ok(Self::Executable(real))
    }

    /// Where an installed plugin came from.
    #[must_use]
    pub fn of(stored: &Stored) -> Self {
        match &stored.record.source {
            Origin::Crate { name } => Self::Crate { name: name.clone() },
            Origin::Checkout { path } => Self::Checkout {
                root: path.clone(),
                name: stored.installed.manifest.name.clone(),
            },
            Origin::Folder { path } => Self::Folder(path.clone()),
            Origin::Executable { path } => Self::Executable(path.clone()),
            Origin::Archive { path, .. } => Self::Archive(path.clone()),
        }
    }

    /// Checks the file that is named against the SHA-256 that the user gave.
    pub(super) fn check_digest(&self, wanted: Option<&str>) -> Result<()> {
        let Some(wanted) = wanted else {
            return Ok(());
        };
        let (Self::Archive(path) | Self::Executable(path)) = self else {
            return Err(
                Error::new(Code::Usage, "`--sha256` is of an archive or an executable")
                    .help("leave it out: cargo checks what it downloads by itself"),
            );
        };
        let digest = digest_of_file(path).map_err(|error| Error::io("read", path, &error))?;
        if digest.eq_ignore_ascii_case(wanted.trim()) {
            return Ok(());
        }
        let message = format!("{} has another SHA-256", path.display());
        Err(Error::new(Code::ChecksumMismatch, message)
            .because(format!("it has  {digest}"))
            .because(format!("wanted: {}", wanted.trim()))
            .help("get the file again from where it came from; do not install this one"))
    }
}

impl Origin {
    /// What to call a plugin that has not said its name yet.
    pub(super) fn called(&self) -> String {
        match self {
            Self::Crate { name } => name.clone(),
            Self::Checkout { path }
            | Self::Folder { path }
            | Self::Executable { path }
            | Self::Archive { path, .. } => path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
        }
    }
}

fn of_crate(name: &str) -> Result<Source> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let starts = |c: char| c.is_ascii_alphabetic();
    if name.starts_with(starts) && name.chars().all(fits) && name.len() <= 64 {
        let name = name.to_owned();
        return Ok(Source::Crate { name });
    }
    let message = format!("`{name}` is neither a path that is there nor the name of a crate");
    Err(Error::new(Code::Usage, message)
        .help("`wasmrun plugin list --all` lists the plugins of the index"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_path_or_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let here = std::fs::canonicalize(folder.path()).unwrap();
        for name in ["exe", "a.tgz", "a.zip", "with/wasmrun.toml", "without/x"] {
            let path = here.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let find = |text: &str| Source::find(text, &here);
        let found = |text: &str| find(text).unwrap();
        let code = |text: &str| find(text).unwrap_err().code();
        let of_crate = |name: &str| Source::Crate { name: name.into() };
        assert_eq!(found("crate:wasmgo"), of_crate("wasmgo"));
        assert_eq!(found("my-plugin"), of_crate("my-plugin"));
        assert_eq!(found("crate:exe"), of_crate("exe"));
        assert_eq!(found("exe"), Source::Executable(here.join("exe")));
        assert_eq!(found("./a.tgz"), Source::Archive(here.join("a.tgz")));
        assert_eq!(found("with"), Source::Folder(here.join("with")));
        assert_eq!(code("without"), Code::NotFound);
        assert_eq!(code("./nowhere"), Code::NotFound);
        assert_eq!(code("nowhere.tar.gz"), Code::NotFound);
        assert_eq!(code("a.zip"), Code::Usage);
        assert_eq!(code("--evil"), Code::Usage);
        assert_eq!(code("crate:-x"), Code::Usage);
        let error = find("wasmrst").unwrap_err();
        assert!(error.to_string().contains("did you mean `wasmrust`?"));
    }
}
