//! The builders that are part of wasmrun.
