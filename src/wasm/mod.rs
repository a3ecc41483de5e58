//! Facts about a module, rules for it, and reports. Knows `wasmparser` and no
//! other part of wasmrun but its errors.

pub mod facts;
mod size;
mod validate;

pub use facts::Facts;
pub use size::Sizes;
pub use validate::{Invalid, validate};
