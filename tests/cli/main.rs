//! What the program promises, seen from outside: each test runs the binary.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod basics;
mod completions;
mod config;
mod docs;
mod kit;
mod kit;
mod precommit;
mod verify;
