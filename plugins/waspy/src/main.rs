//! A wasmrun plugin that compiles Python with the crate `waspy`, which takes a
//! typed subset. `docs/python.md` tells users what it does.
//!
//! The compiler runs in a process of its own, which is this program again: so a
//! build can be cancelled, and nothing that the compiler prints or does to its
//! process reaches the conversation with the host.

mod child;
mod compile;
mod entry;
mod imports;
mod locate;
mod message;
mod place;
mod plugin;
mod program;
mod remarks;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(task) = child::Task::of_this_process() {
        return child::work(&task);
    }
    plugin_protocol::main(plugin::Waspy)
}
