use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A package of the workspace, as `cargo metadata` tells it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) id: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) targets: Vec<Target>,
    #[serde(default)]
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) default_run: Option<String>,
}

/// Something that cargo can make of a package.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Target {
    pub(crate) kind: Vec<String>,
    #[serde(default)]
    pub(crate) crate_types: Vec<String>,
    pub(crate) name: String,
    pub(crate) src_path: PathBuf,
}

/// A crate that a package depends on.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) optional: bool,
}

impl Package {
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new("/"))
    }

    /// Its library, if it can be linked into a module.
    pub(crate) fn library(&self) -> Option<&Target> {
        let is_library = |target: &&Target| {
            let kinds = ["lib", "rlib", "dylib", "cdylib", "staticlib"];
            target.kind.iter().any(|it| kinds.contains(&it.as_str()))
        };
        self.targets.iter().find(is_library)
    }

    /// Its library, if it is made for other languages to load.
    pub(crate) fn cdylib(&self) -> Option<&Target> {
        self.library().filter(|library| library.is_cdylib())
    }

    pub(crate) fn programs(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| target.is("bin"))
    }

    /// The names of the crates that it always depends on at run time.
    pub(crate) fn needs(&self) -> impl Iterator<Item = &str> {
        self.dependencies
            .iter()
            .filter(|it| it.kind.is_none() && !it.optional)
            .map(|it| it.name.as_str())
    }
}

impl Target {
    fn is(&self, kind: &str) -> bool {
        self.kind.iter().any(|it| it == kind)
    }

    pub(crate) fn is_program(&self) -> bool {
        self.is("bin")
    }

    /// Whether it is the package's build script.
    pub(crate) fn is_script(&self) -> bool {
        self.is("custom-build")
    }

    pub(crate) fn is_cdylib(&self) -> bool {
        self.crate_types.iter().any(|it| it == "cdylib")
    }
}
