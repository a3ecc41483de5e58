use std::path::{Path, PathBuf};

use plugin_protocol::Manifest;

use crate::config::{Home, write_whole};
use crate::error::Result;
use crate::plugin::Installed;
use crate::plugin::inquiry::ask;
use crate::plugin::metadata::{executable, manifest_text, read_manifest};
use crate::process::Cancel;

/// What executables that are not installed have said of themselves, by their
/// SHA-256: the same bytes are asked once.
#[derive(Debug)]
pub(super) struct Memory {
    folder: Option<PathBuf>,
}

impl Memory {
    pub(super) fn of(home: &Home) -> Self {
        Self {
            folder: home.plugins().map(|plugins| plugins.join(".asked")),
        }
    }

    /// The manifest that stands beside an executable under its name, or else what
    /// the executable has said before.
    pub(super) fn known(&self, exe: &Path, sha256: &str) -> Option<Manifest> {
        let beside = read_manifest(&exe.with_extension("toml")).ok();
        let is_of_it = |manifest: &Manifest| {
            let folder = exe.parent().unwrap_or(exe);
            executable(folder, manifest).is_ok_and(|name| folder.join(name) == exe)
        };
        beside
            .filter(is_of_it)
            .or_else(|| read_manifest(&self.place(sha256)?).ok())
    }

    /// The plugin that an executable is. It is asked if nothing is known of it.
    pub(super) fn installed(
        &self,
        exe: &Path,
        sha256: String,
        cancel: &Cancel,
    ) -> Result<Installed> {
        let manifest = match self.known(exe, &sha256) {
            Some(manifest) => manifest,
            None => self.ask(exe, &sha256, cancel)?,
        };
        Ok(Installed {
            manifest,
            exe: exe.to_owned(),
            sha256,
            folder: exe.parent().unwrap_or(exe).to_owned(),
        })
    }

    fn ask(&self, exe: &Path, sha256: &str, cancel: &Cancel) -> Result<Manifest> {
        let called = exe.file_name().unwrap_or(exe.as_os_str()).to_string_lossy();
        let manifest = ask(&called, exe, &[], cancel)?;
        let written = self.place(sha256).map(|place| {
            write_whole(&place, manifest_text(&manifest)?.as_bytes())
                .map_err(|error| crate::error::Error::io("write", &place, &error))
        });
        if let Some(Err(error)) = written {
            tracing::debug!(%error, "it will be asked again");
        }
        Ok(manifest)
    }

    fn place(&self, sha256: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{sha256}.toml")))
    }
}
