//! The process runner and the built-in builders, with real tools.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(unix)]
mod process;
