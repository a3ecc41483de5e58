//! What the kit found, for people and for programs. Each report is one text;
//! nothing here prints.

mod json;
mod junit;
mod text;

pub use json::json;
pub use junit::junit;
pub use text::{Part, Tone, text};
