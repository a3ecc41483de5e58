//! What runs modules: the interpreter and the system that programs see. Both are
//! crates of their own, in folders of this room.

pub use wasmrun_core as core;
pub use wasmrun_wasi as wasi;
