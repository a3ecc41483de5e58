//! Ending work early.

mod cancel;

pub use cancel::{Cancel, Reason};
