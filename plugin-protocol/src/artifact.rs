use serde::{Deserialize, Serialize};

/// A file that a build made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Artifact {
    /// What the file is for.
    pub kind: ArtifactKind,
    /// Where it is: relative to the request's `stage`, with `/`, inside it, and
    /// not a symbolic link.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256 as 64 lower-case hex digits. The host hashes the file again
    /// and trusts its own result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Artifact {
    /// A file in the stage, without a hash.
    pub fn new(kind: ArtifactKind, path: impl Into<String>, size: u64) -> Self {
        Self {
            kind,
            path: path.into(),
            size,
            sha256: None,
        }
    }
}

/// What an artifact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ArtifactKind {
    /// A WebAssembly module or component. The host validates it.
    Wasm,
    /// The JavaScript that loads the module.
    Js,
    /// A page that loads the module.
    Html,
    /// A source map.
    Map,
    /// TypeScript declarations.
    Types,
    /// Any other file that belongs beside the module.
    #[serde(other)]
    Asset,
}
