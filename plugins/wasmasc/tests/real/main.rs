//! The plugin as it is built, with the real compiler, asked over its pipes as a
//! host would.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bindings;
mod cancel;
// The same conversation as with the plugin for Rust.
#[path = "../../../wasmrust/tests/real/driver.rs"]
mod driver;
mod errors;
mod inputs;
mod missing;
mod programs;
mod world;
