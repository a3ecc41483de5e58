//! Settings: what they are, where each one came from, and where wasmrun keeps
//! its own files.

mod home;
mod settings;

pub use home::Home;
pub use settings::{Flags, Origin, Setting, Settings};
