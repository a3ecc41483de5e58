use serde::{Deserialize, Serialize};

use super::{OPERATIONS, VERSIONS};
use crate::limits;

/// The host's first frame. It never changes, in no version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct HostHello {
    /// The session key, 8 to 64 lower-case hex digits. Every frame of the plugin
    /// repeats it.
    pub s: String,
    /// The versions that the host speaks.
    pub v: Vec<u32>,
    /// Who the host is (`wasmrun/0.1.0`).
    #[serde(default)]
    pub host: String,
    /// What the host understands beyond the least: `task`, `ping`.
    #[serde(default)]
    pub features: Vec<String>,
    /// The longest frame that the host accepts, in bytes.
    #[serde(default = "plugin_frame")]
    pub max_frame: usize,
}

fn plugin_frame() -> usize {
    limits::PLUGIN_FRAME
}

impl HostHello {
    /// The greeting of a host that speaks what this crate speaks.
    pub fn new(session: impl Into<String>, host: impl Into<String>) -> Self {
        Self {
            s: session.into(),
            v: VERSIONS.to_vec(),
            host: host.into(),
            features: vec!["task".into(), "ping".into()],
            max_frame: plugin_frame(),
        }
    }
}

/// The plugin's first frame. It never changes, in no version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PluginHello {
    /// The version that the plugin chose: the highest that both speak. When there
    /// is none, the highest that the plugin speaks, and it ends.
    pub v: u32,
    /// The plugin's name.
    pub name: String,
    /// The plugin's own version.
    #[serde(default)]
    pub version: String,
    /// The operations that it answers.
    #[serde(default = "all_operations")]
    pub ops: Vec<String>,
    /// What it understands beyond the least: `cancel`, `ping`.
    #[serde(default)]
    pub features: Vec<String>,
    /// What its columns count.
    #[serde(default)]
    pub column_unit: ColumnUnit,
    /// How many requests it takes before it has answered the first.
    #[serde(default = "one")]
    pub max_concurrent: u32,
}

fn all_operations() -> Vec<String> {
    OPERATIONS.iter().map(ToString::to_string).collect()
}

fn one() -> u32 {
    1
}

impl PluginHello {
    /// The greeting of a plugin that answers every operation, one at a time, with
    /// cancel and ping.
    pub fn new(v: u32, name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            v,
            name: name.into(),
            version: version.into(),
            ops: all_operations(),
            features: vec!["cancel".into(), "ping".into()],
            column_unit: ColumnUnit::default(),
            max_concurrent: one(),
        }
    }
}

/// What a column counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColumnUnit {
    /// UTF-8 bytes.
    Byte,
    /// UTF-16 code units.
    Utf16,
    /// Unicode code points.
    #[default]
    #[serde(other)]
    Codepoint,
}

/// The highest version that is offered and spoken here.
#[must_use]
pub fn choose_version(offered: &[u32]) -> Option<u32> {
    VERSIONS
        .iter()
        .copied()
        .filter(|version| offered.contains(version))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_one_of_both() {
        assert_eq!(choose_version(&[1]), Some(1));
        assert_eq!(choose_version(&[7, 1, 2]), Some(1));
        assert_eq!(choose_version(&[2]), None);
        assert_eq!(choose_version(&[]), None);
    }
}
