//! The built-in builders, with real tools.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says that it was left out")]

mod build_systems;
mod c;
mod c_inputs;
mod kit;
mod lua;
mod text;
