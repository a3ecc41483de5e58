//! Each family of functions, called by a program on the interpreter.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod args;
mod clock;
mod environ;
mod fd;
mod path;
mod poll;
mod proc;
mod program;
mod property;
mod random;
mod readdir;
mod sched;
mod sock;
mod unstable;
