//! The frames: one JSON object a line, told apart by `type`.

mod hello;
mod host;
mod plugin;
mod result;

use std::borrow::Cow;

use serde::Deserialize;

pub use hello::{ColumnUnit, HostHello, PluginHello, choose_version};
pub use host::{CancelReason, HostFrame};
pub use plugin::{PluginFrame, PluginLine};
pub use result::{ResultFrame, Status};

/// The argument that starts an executable as a plugin.
pub(crate) const FLAG: &str = "--wasmrun-plugin";

/// The versions of the protocol that this crate speaks.
pub const VERSIONS: &[u32] = &[1];

/// What a host may ask for.
pub const OPERATIONS: &[&str] = &["info", "detect", "check", "validate", "build", "clean"];

/// A frame of a later version. Its sender expects nothing when it has no `id`,
/// and a result that says `unsupported` when a host sent it with one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownFrame {
    /// Its `type`.
    pub kind: String,
    /// Its `id`.
    pub id: Option<u64>,
}

/// The part of a frame that decides how the rest is read.
#[derive(Deserialize)]
pub(crate) struct Head<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) s: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(crate) id: Option<u64>,
}

impl<'a> Head<'a> {
    /// Reads it from a line. A frame is an object; serde would take an array of
    /// the fields as well.
    pub(crate) fn read(line: &'a str) -> Result<Self, serde_json::Error> {
        if line.trim_start().starts_with('{') {
            serde_json::from_str(line)
        } else {
            Err(serde::de::Error::custom("not a JSON object"))
        }
    }

    /// The frame as one of a later version.
    pub(crate) fn unknown(&self) -> UnknownFrame {
        UnknownFrame {
            kind: self.kind.clone().into_owned(),
            id: self.id,
        }
    }
}
