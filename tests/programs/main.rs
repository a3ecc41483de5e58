//! Programs that nobody here wrote, run by `wasmrun exec` and by wasmtime, which
//! must print the same, leave the same files and end alike. `docs/programs.md`
//! lists them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says that it was left out")]

mod build;
mod bzip2;
mod cpp;
mod go;
mod golden;
mod lisp;
mod lua;
mod micropython;
mod python;
mod quickjs;
mod ruby;
mod run;
mod rust;
mod sqlite;
mod tools;
mod zstd;
