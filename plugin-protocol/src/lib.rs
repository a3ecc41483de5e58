//! What wasmrun and its plugins say to each other, one JSON object a line.
//!
//! - The types at the root are the wire: no input, no output, no policy. Every
//!   type tolerates unknown fields, so that version 1 can grow.
//! - [`framing`] turns bytes into frames and back, over any `Read` and `Write`.
//! - [`Plugin`] and [`main`] are for the author of a plugin in Rust: implement
//!   the trait, hand it to `main`, done.
//!
//! The text that binds both sides is `docs/plugin-protocol.md`.
//!
//! ```no_run
#![doc = include_str!("../examples/copy.rs")]
//! ```

mod artifact;
mod author;
mod build;
mod diagnostic;
mod error;
mod event;
mod failure;
mod frame;
pub mod framing;
mod host_code;
pub mod limits;
mod manifest;
pub mod process;
#[cfg(feature = "schema")]
pub mod schema;

/// `schema/v1.json`: the JSON Schema of every line that may pass, and of the
/// files beside them.
pub const SCHEMA: &str = include_str!("../schema/v1.json");

pub use artifact::{Artifact, ArtifactKind};
pub use author::{Context, Plugin, look, main};
pub use build::{BuildReport, BuildRequest, Inputs, Match, Profile, Tool};
pub use diagnostic::{Diagnostic, Edit, Fix, Severity, Span};
pub use error::{Blame, ErrorCode, Missing, MissingKind, PluginError};
pub use event::{Event, Log, Task, TaskState};
pub use failure::Failure;
pub use frame::{
    CancelReason, ColumnUnit, HostFrame, HostHello, OPERATIONS, PluginFrame, PluginHello,
    PluginLine, ResultFrame, Status, UnknownFrame, VERSIONS, choose_version,
};
pub use host_code::HostCode;
pub use manifest::{Detect, EnvRules, Manifest};
