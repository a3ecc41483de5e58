use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Artifact;

/// What a build is optimised for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Quick to build, with debug information.
    Debug,
    /// Fast to run.
    #[default]
    Release,
    /// Small to ship.
    Size,
}

impl Profile {
    /// Its name, as on the wire and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
            Self::Size => "size",
        }
    }
}

/// One build to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BuildRequest {
    /// The project's folder, absolute.
    pub project: PathBuf,
    /// The entry file, project-relative with `/`; without it the builder chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The name the output should have, without its ending.
    #[serde(default = "module")]
    pub name: String,
    /// What to optimise for.
    #[serde(default)]
    pub profile: Profile,
    /// An empty folder that belongs to this build alone, absolute. All artifacts
    /// go there; it is deleted afterwards.
    pub stage: PathBuf,
    /// The builder's own settings, from `[options]` in `wasmrun.toml`.
    #[serde(default)]
    pub options: BTreeMap<String, serde_json::Value>,
    /// Fail rather than change a lock file.
    #[serde(default)]
    pub locked: bool,
    /// Fail rather than use the network.
    #[serde(default)]
    pub offline: bool,
    /// The user named the entry and not its folder: nothing else in the folder
    /// belongs to the build unless the entry refers to it.
    #[serde(default)]
    pub alone: bool,
    /// What changed since this process's last build of the project,
    /// project-relative with `/`; nothing when that is not known. Only plugins of
    /// level 2 are sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Vec<String>>,
}

/// The name of an output that nobody named.
fn module() -> String {
    "module".into()
}

impl BuildRequest {
    /// A release build with nothing asked for.
    pub fn new(
        project: impl Into<PathBuf>,
        name: impl Into<String>,
        stage: impl Into<PathBuf>,
    ) -> Self {
        Self {
            project: project.into(),
            entry: None,
            name: name.into(),
            profile: Profile::default(),
            stage: stage.into(),
            options: BTreeMap::new(),
            locked: false,
            offline: false,
            alone: false,
            changed: None,
        }
    }
}

/// What a successful build says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BuildReport {
    /// What was made. At least one is a [`crate::ArtifactKind::Wasm`].
    pub artifacts: Vec<Artifact>,
    /// What the result depends on; without it, the whole project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Inputs>,
    /// Names of the environment variables that were read, whether set or not.
    #[serde(default)]
    pub env_read: Vec<String>,
    /// The tools that were used, and those that were looked for and not found.
    #[serde(default)]
    pub tools: Vec<Tool>,
    /// Why the result must not be cached, if it must not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncacheable: Option<String>,
}

/// The files a result depends on. Paths are project-relative with `/`, or
/// absolute when outside the project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inputs {
    /// Files whose content counts. One that does not exist counts as absent.
    #[serde(default)]
    pub files: Vec<String>,
    /// Patterns of files whose names and contents count (`src/**`).
    #[serde(default)]
    pub globs: Vec<String>,
    /// Patterns of files whose names alone count: a new file that would be found
    /// first by an include path changes the result, though nothing read it yet.
    #[serde(default)]
    pub names: Vec<String>,
}

/// A tool that a build used or looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// The name it was looked for by (`clang`), as in `PATH`.
    pub name: String,
    /// Its version, as it tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where it was found, absolute; nothing when it was looked for in vain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// Files and folders that are part of it (libraries, a sysroot). A folder
    /// stands for the files directly in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PathBuf>,
}

/// How well a project suits a builder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Match {
    /// 1 to 100; the highest wins.
    pub score: u8,
    /// What was seen, in a few words (`Cargo.toml, cdylib`).
    pub why: String,
    /// The entry file, project-relative with `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}
