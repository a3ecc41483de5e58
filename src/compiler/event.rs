use std::path::PathBuf;

use plugin_protocol::ArtifactKind;
use serde::Serialize;

/// What the pipeline tells while it works.
#[derive(Debug)]
pub enum Event<'a> {
    /// The builder, or the pipeline itself: a step, a line, a diagnostic.
    Builder(plugin_protocol::Event),
    /// Why it is built, or taken from the cache.
    Explain {
        /// Whether it is taken from the cache.
        cached: bool,
        /// One line each.
        reasons: &'a [String],
    },
    /// Something that does not stop the build.
    Warning(String),
    /// A file is in its place.
    Artifact(&'a Output),
}

/// Who listens to the pipeline.
pub type Listener<'a> = &'a mut dyn FnMut(Event<'_>);

/// A file that a build has published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Output {
    /// Where it is, absolute; nothing when it goes to standard output.
    pub path: Option<PathBuf>,
    /// What it is for.
    pub kind: ArtifactKind,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256 as 64 lower-case hex digits.
    pub sha256: String,
    /// Whether it was written; if not, the same content was there already.
    pub written: bool,
}
