//! `wasmrun.lock`: which plugin builds a project, in which version, and the
//! SHA-256 of its executable for each platform.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Installed;
use super::metadata::{is_name, read_small};
use super::store::{Origin, Stored};
use crate::config::write_whole;
use crate::error::{Code, Error, Result};

/// The name of the file, beside a project's `wasmrun.toml`.
pub const LOCK_FILE: &str = "wasmrun.lock";

/// The platform that this program was built for, as Rust names it.
#[must_use]
pub fn platform() -> &'static str {
    option_env!("BUILT_FOR_TARGET").unwrap_or("unknown")
}

/// The plugins that a project pins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The version of this format: 1.
    version: u32,
    /// The plugins, by name.
    #[serde(default, rename = "plugin")]
    plugins: Vec<Pinned>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it comes from: `crate:NAME`, `project:PATH` for an executable in the
    /// project, else `folder`, `executable`, `archive` or `checkout`.
    pub source: String,
    /// The SHA-256 of its executable on each platform. A crate has none: each
    /// machine builds it, and cargo has a checksum of its sources.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sha256: BTreeMap<String, String>,
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            version: 1,
            plugins: Vec::new(),
        }
    }
}

impl Lock {
    /// The lock of a project's folder; nothing when there is none.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] when it cannot be understood.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(LOCK_FILE);
        if !path.exists() {
            return Ok(None);
        }
        let invalid = |what: &str| {
            let message = format!("{} is not a lock of plugins", path.display());
            Error::new(Code::ConfigInvalid, message)
                .because(what)
                .help("delete it, and write it again with `wasmrun plugin lock`")
        };
        let bytes = read_small(&path).map_err(|error| Error::io("read", &path, &error))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| invalid("it is not UTF-8"))?;
        let lock: Self =
            toml::from_str(text).map_err(|error| invalid(error.to_string().trim_end()))?;
        if lock.version != 1 {
            let message = format!("{} is of version {}", path.display(), lock.version);
            return Err(Error::new(Code::ConfigInvalid, message).help("update wasmrun"));
        }
        if let Some(odd) = lock.plugins.iter().find(|pinned| !is_name(&pinned.name)) {
            return Err(invalid(&format!(
                "`{}` is not a plugin's name",
                odd.name.escape_debug()
            )));
        }
        Ok(Some(lock))
    }

    /// Writes it into a project's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(LOCK_FILE);
        let body = toml::to_string(self).map_err(|error| {
            Error::new(Code::Io, "the lock cannot be written down").because(error.to_string())
        })?;
        let text = format!(
            "# Written by `wasmrun plugin lock`, and held to with `--locked`. Keep it with the sources.\n{body}"
        );
        write_whole(&path, text.as_bytes()).map_err(|error| Error::io("write", &path, &error))
    }

    /// The plugins, by name.
    #[must_use]
    pub fn plugins(&self) -> &[Pinned] {
        &self.plugins
    }

    /// The plugin of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Pinned> {
        self.plugins.iter().find(|pinned| pinned.name == name)
    }

    /// Pins a plugin. What other platforms have pinned of the same version stays.
    pub fn pin(&mut self, pinned: Pinned) {
        match self.plugins.iter_mut().find(|old| old.name == pinned.name) {
            Some(old) if (&old.version, &old.source) == (&pinned.version, &pinned.source) => {
                old.sha256.extend(pinned.sha256);
            }
            Some(old) => *old = pinned,
            None => self.plugins.push(pinned),
        }
        self.plugins.sort_by(|one, other| one.name.cmp(&other.name));
    }
}

impl Pinned {
    /// What pins an installed plugin.
    #[must_use]
    pub fn of(stored: &Stored) -> Self {
        let Stored { installed, record } = stored;
        let source = match &record.source {
            Origin::Crate { name } => format!("crate:{name}"),
            other => other.kind().to_owned(),
        };
        let sha256 = match record.source.is_built_here() {
            true => BTreeMap::new(),
            false => BTreeMap::from([(platform().to_owned(), record.sha256.clone())]),
        };
        Self {
            name: installed.manifest.name.clone(),
            version: installed.manifest.version.clone(),
            source,
            sha256,
        }
    }

    /// What pins an executable of the project itself; `path` is relative to it.
    #[must_use]
    pub fn of_project(installed: &Installed, path: &str) -> Self {
        Self {
            name: installed.manifest.name.clone(),
            version: installed.manifest.version.clone(),
            source: format!("project:{path}"),
            sha256: BTreeMap::from([(platform().to_owned(), installed.sha256.clone())]),
        }
    }

    /// The executable, when it is one of the project's own.
    #[must_use]
    pub fn in_project(&self, folder: &Path) -> Option<PathBuf> {
        let path = Path::new(self.source.strip_prefix("project:")?);
        let stays = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        path.components().all(stays).then(|| folder.join(path))
    }

    /// Whether an executable of this SHA-256 is the one that is pinned for this
    /// platform.
    #[must_use]
    pub fn holds(&self, sha256: &str) -> bool {
        self.sha256
            .get(platform())
            .is_some_and(|known| known == sha256)
    }

    /// Holds a plugin to it. `sha256` is that of its executable.
    ///
    /// # Errors
    /// [`Code::ChecksumMismatch`] when it is another one.
    pub fn check(&self, version: &str, sha256: &str) -> Result<()> {
        let name = &self.name;
        let refused = |what: String| {
            let message = format!("the plugin `{name}` is not the one in {LOCK_FILE}");
            Err(Error::new(Code::ChecksumMismatch, message)
                .because(what)
                .help(format!(
                    "{}; or, if the one that is here is right, `wasmrun plugin lock {name}`",
                    self.remedy()
                )))
        };
        if version != self.version {
            return refused(format!("it is {version}, and {} is locked", self.version));
        }
        if self.sha256.is_empty() && self.source.starts_with("crate:") {
            return Ok(());
        }
        match self.sha256.get(platform()) {
            Some(known) if known == sha256 => Ok(()),
            Some(known) => refused(format!(
                "its executable has the SHA-256 {sha256}, and {known} is locked"
            )),
            None if self.source == "checkout" => Ok(()),
            None => refused(format!("no SHA-256 is locked for {}", platform())),
        }
    }

    /// The command that installs what is pinned.
    #[must_use]
    pub fn remedy(&self) -> String {
        let (name, version) = (&self.name, &self.version);
        match self.source.strip_prefix("crate:") {
            Some(source) => format!("`wasmrun plugin install {source} --version {version}`"),
            None if self.source == "checkout" => format!("`wasmrun plugin install {name}`"),
            None if self.source.starts_with("project:") => {
                format!("get the project's own `{name}` {version} back")
            }
            None => format!(
                "install {name} {version} from the {} that it was locked with",
                self.source
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned(version: &str, platform: &str, sha256: &str) -> Pinned {
        Pinned {
            name: "x".into(),
            version: version.into(),
            source: "archive".into(),
            sha256: BTreeMap::from([(platform.to_owned(), sha256.to_owned())]),
        }
    }

    #[test]
    fn platforms_add_up_as_long_as_the_version_stays() {
        let mut lock = Lock::default();
        lock.pin(pinned("1", "a", "00"));
        lock.pin(pinned("1", "b", "11"));
        assert_eq!(lock.get("x").unwrap().sha256.len(), 2);
        lock.pin(pinned("2", "b", "22"));
        assert_eq!(lock.get("x").unwrap().sha256.len(), 1);
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Lock::read(folder.path()), Ok(None));
        lock.write(folder.path()).unwrap();
        assert_eq!(Lock::read(folder.path()), Ok(Some(lock)));
    }

    #[test]
    fn only_what_is_pinned_passes() {
        let here = pinned("1", platform(), "00");
        assert_eq!(here.check("1", "00"), Ok(()));
        assert!(here.holds("00") && !here.holds("11"));
        for (version, sha256) in [("2", "00"), ("1", "11")] {
            let error = here.check(version, sha256).unwrap_err();
            assert_eq!(error.code(), Code::ChecksumMismatch);
        }
        assert!(pinned("1", "elsewhere", "00").check("1", "00").is_err());
        let mut built = pinned("1", "a", "00");
        built.sha256.clear();
        built.source = "crate:x".into();
        assert_eq!(built.check("1", "ff"), Ok(()));
        assert!(built.check("2", "ff").is_err());
        // A lock without hashes pins nothing that is not built here.
        built.source = "archive".into();
        assert!(built.check("1", "ff").is_err());
    }

    #[test]
    fn a_path_of_the_project_stays_in_it() {
        let mut pinned = pinned("1", "a", "00");
        let project = Path::new("p");
        assert_eq!(pinned.in_project(project), None);
        pinned.source = "project:tools/x".into();
        assert_eq!(pinned.in_project(project), Some("p/tools/x".into()));
        for path in ["../x", "/x", "a/../../x"] {
            pinned.source = format!("project:{path}");
            assert_eq!(pinned.in_project(project), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text: String) {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(LOCK_FILE), text).unwrap();
            let _ = Lock::read(folder.path());
        }
    }
}
