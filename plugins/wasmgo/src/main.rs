//! A wasmrun plugin that builds Go: with TinyGo where it is installed, else with
//! the Go toolchain. `docs/go.md` tells users what it does.

mod build;
mod command;
mod environment;
mod failing;
mod go;
mod inputs;
mod listing;
mod messages;
mod options;
mod package;
mod plugin;
mod runner;
mod shrink;
mod source;
mod tinygo;
mod toolchain;

use std::process::ExitCode;

fn main() -> ExitCode {
    plugin_protocol::main(plugin::WasmGo)
}
