//! Bytes to frames and back. It reads and writes what it is given, opens
//! nothing, and holds at most one line in memory.

mod incoming;
mod line;
mod write;

pub(crate) use incoming::id_in;
pub use incoming::{Incoming, PluginReader};
pub use line::{Line, LineReader};
pub use write::{WriteError, host_line, plugin_line, write_line};
