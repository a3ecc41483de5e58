//! The plugin as it is built, with a real compiler, asked over its pipes as a
//! host would.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cancel;
mod driver;
mod errors;
mod inputs;
mod programs;
mod web;
mod workspace;
mod world;
