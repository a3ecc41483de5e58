//! The built-in builders, with real tools.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
