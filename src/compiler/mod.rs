//! From a project to a verified module: the cache, the private stage, the
//! builder, the check of what it made, and the atomic publication.

mod artifacts;
mod cache;
mod clean;
mod digest;
mod environment;
mod event;
mod failure;
mod memory;
mod pipeline;
mod place;
mod publish;
mod removal;
mod stage;

use std::collections::BTreeMap;
use std::time::Duration;

use plugin_protocol::Profile;

pub use cache::{Health, examine};
pub use clean::{Cleaning, Kept, Removed, clean_all, clean_outputs, weight};
pub use digest::of_bytes as sha256;
pub use environment::Environment;
pub use event::{Event, Listener, Output};
pub use pipeline::compile;
pub use place::Place;

use crate::config::Home;
use crate::plugin::Plugin;
use crate::process::Cancel;
use crate::project::Project;
use crate::wasm::Sizes;

/// One project to build.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// What to build.
    pub project: &'a Project,
    /// Who builds it.
    pub plugin: &'a dyn Plugin,
    /// Where the output goes.
    pub place: &'a Place,
    /// What to optimise for.
    pub profile: Profile,
    /// The builder's own settings.
    pub options: &'a BTreeMap<String, serde_json::Value>,
    /// Fail rather than change a lock file.
    pub locked: bool,
    /// Fail rather than use the network.
    pub offline: bool,
    /// The files that have changed since the plugin was asked last, relative to the
    /// root with `/`; nothing when that is not known.
    pub changed: Option<&'a [String]>,
    /// How large the build cache may grow, in bytes; nothing to do without it.
    pub cache: Option<u64>,
    /// Where the cache is.
    pub home: &'a Home,
    /// What the builder sees of this process's environment.
    pub environment: &'a Environment,
    /// How long the build may take; `cancel` knows when the time is up.
    pub timeout: Option<Duration>,
    /// Whether to end early.
    pub cancel: &'a Cancel,
}

/// What a build came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The files; the main module first.
    pub outputs: Vec<Output>,
    /// The main module's sizes.
    pub sizes: Sizes,
    /// How that compares with the last build.
    pub change: Change,
    /// Whether it came from the cache.
    pub cached: bool,
    /// The main module, when it goes to standard output.
    pub stdout: Option<Vec<u8>>,
}

/// How a build's main module compares with that of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing is known of an earlier one.
    First,
    /// The same content.
    Same,
    /// Another content; the earlier one had these sizes.
    From(Sizes),
}
