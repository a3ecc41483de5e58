//! Starting build tools, and ending them with all that they started. The one
//! place in wasmrun that spawns.

mod cancel;
mod run;

pub use cancel::{Cancel, Reason};
pub use run::{Ending, Invocation, Stream, run};
