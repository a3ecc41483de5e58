use std::path::{Path, PathBuf};

/// The folder where wasmrun keeps its own files: `$WASMRUN_HOME`, else
/// `.wasmrun` in the user's home folder. The one place that knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: Option<PathBuf>,
}

impl Home {
    /// The home of this process's user. It need not exist; there may be none.
    /// A relative `WASMRUN_HOME` is taken from the current folder.
    #[must_use]
    pub fn find() -> Self {
        let set = |value: PathBuf| (!value.as_os_str().is_empty()).then_some(value);
        let root = std::env::var_os("WASMRUN_HOME")
            .map(PathBuf::from)
            .and_then(set)
            .or_else(|| {
                // A user whose home is not there (`/nonexistent` of a service)
                // has none: wasmrun must not make one.
                std::env::home_dir()
                    .and_then(set)
                    .filter(|home| home.is_dir())
                    .map(|home| home.join(".wasmrun"))
            });
        Self {
            root: root.and_then(|root| std::path::absolute(root).ok()),
        }
    }

    /// A home at a place of one's own.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self {
            root: Some(root.into()),
        }
    }

    /// The folder itself, if the user has a home.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The user's settings.
    #[must_use]
    pub fn config_file(&self) -> Option<PathBuf> {
        self.join("config.toml")
    }

    /// The build cache.
    #[must_use]
    pub fn cache(&self) -> Option<PathBuf> {
        self.join("cache")
    }

    /// What wasmrun remembers of each project (its last outputs).
    #[must_use]
    pub fn projects(&self) -> Option<PathBuf> {
        self.join("projects")
    }

    /// The installed plugins.
    #[must_use]
    pub fn plugins(&self) -> Option<PathBuf> {
        self.join("plugins")
    }

    /// Which executables of projects the user trusts.
    #[must_use]
    pub fn trust_file(&self) -> Option<PathBuf> {
        self.join("trust.toml")
    }

    /// The last conversations with plugins that were at fault.
    #[must_use]
    pub fn faults(&self) -> Option<PathBuf> {
        self.join("faults")
    }

    /// The development servers that run.
    #[must_use]
    pub fn servers(&self) -> Option<PathBuf> {
        self.join("servers")
    }

    fn join(&self, name: &str) -> Option<PathBuf> {
        self.root.as_ref().map(|root| root.join(name))
    }
}
