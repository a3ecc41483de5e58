//! The development server, seen from outside: each test runs the binary and talks
//! to it over TCP.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

mod client;
mod living;
mod load;
mod proxying;
mod safety;
mod serving;
mod shown;
mod watching;

#[path = "../cli/tools.rs"]
mod tools;
