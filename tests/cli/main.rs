//! What the program promises, seen from outside: each test runs the binary.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod assemblyscript;
mod basics;
mod cache;
mod clean;
mod compile;
mod completions;
mod config;
mod detect;
mod docs;
mod doctor;
mod errors;
mod examples;
mod exec;
mod inspect;
mod kit;
#[cfg(unix)]
mod plugin;
mod plugins;
mod precommit;
mod rust;
mod tools;
mod verify;
