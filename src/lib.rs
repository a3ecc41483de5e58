//! wasmrun finds out what a folder is, has the right plugin build it, caches
//! and verifies the module, and says what it did.
//!
//! `docs/architecture.md` tells what lives where and which way the doors open.

pub mod annotation;
pub mod cli;
pub mod commands;
pub mod compiler;
pub mod config;
pub mod error;
pub mod logging;
pub mod plugin;
pub mod process;
pub mod project;
pub mod runtime;
pub mod server;
pub mod template;
pub mod terminal;
pub mod wasm;
pub mod watcher;
