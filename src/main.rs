//! The `wasmrun` program: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    wasmrun::cli::main()
}
