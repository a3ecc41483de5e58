use std::path::PathBuf;

use plugin_protocol::Manifest;

/// A plugin as it was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// What it said of itself then.
    pub manifest: Manifest,
    /// Its executable, absolute.
    pub exe: PathBuf,
    /// The executable's SHA-256 then, as 64 lower-case hex digits.
    pub sha256: String,
    /// The folder that holds the manifest, absolute.
    pub folder: PathBuf,
}
