use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use plugin_protocol::Inputs;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The state of every input of a build, by path: project-relative with `/`, or
/// absolute when outside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The inputs in order of their paths.
    pub inputs: BTreeMap<String, InputState>,
}

/// The state of one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputState {
    /// A file with this SHA-256.
    Content(String),
    /// A file whose name alone counts.
    Name,
    /// A symbolic link to this target.
    Link(String),
    /// Nothing is there.
    Absent,
}

impl Fingerprint {
    /// Reads the state of all inputs. Without `inputs` the whole project counts.
    /// `own` are wasmrun's own outputs, absolute, which never count.
    ///
    /// # Errors
    /// When an input that is there cannot be read.
    pub fn take(_root: &Path, _inputs: Option<&Inputs>, _own: &[PathBuf]) -> Result<Self> {
        Ok(Self::default())
    }
}
