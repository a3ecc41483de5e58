//! What wasmrun and its plugins say to each other.
//!
//! These are the wire types alone: no input, no output, no policy. Every type
//! tolerates unknown fields, so that version 1 can grow.

mod artifact;
mod build;
mod diagnostic;
mod error;
mod event;

pub use artifact::{Artifact, ArtifactKind};
pub use build::{BuildReport, BuildRequest, Inputs, Match, Profile, Tool};
pub use diagnostic::{Diagnostic, Severity, Span};
pub use error::{Blame, ErrorCode, Missing, MissingKind, PluginError};
pub use event::{Event, Log, Task, TaskState};
