//! The builders that are part of wasmrun.

mod c_plugin;
mod entry;
mod wasm_plugin;
mod wat_plugin;

pub(super) use c_plugin::CBuilder;
pub(super) use wasm_plugin::WasmBuilder;
pub(super) use wat_plugin::WatBuilder;
