//! A plugin as a child process: starting it, talking to it, and ending it with
//! all that it started. Nothing that it does or leaves undone can hang wasmrun,
//! fill its memory or leave a process behind.
//!
//! `docs/plugin-protocol.md` binds both sides; `docs/plugin-host.md` tells what
//! this side decides for itself.

mod answers;
mod build;
mod confine;
mod environment;
mod exchange;
mod fault;
mod inputs;
mod launch;
mod limits;
mod record;
mod secrets;
mod session;
mod tail;
mod wire;

pub use confine::{Confinement, Support, support, writable};
pub use environment::{ALLOWED, FORCED, variables};
pub(super) use fault::Fault;
pub use launch::Launch;
pub use limits::Limits;
pub use record::{FAULTS_KEPT, FRAMES_KEPT};
pub use secrets::{Secrets, is_secret};
pub use session::Session;
pub(in crate::plugin) use wire::spawn;
