use serde::{Deserialize, Serialize};

/// A file that a build made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// What an artifact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
