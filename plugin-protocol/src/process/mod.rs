//! Starting build tools, and ending them with all that they started. The one
//! place that spawns, for wasmrun itself and for plugins in Rust.
//!
//! A tool runs in a process group of its own (a job object on Windows). When it
//! has ended, in whatever way, the rest of its group is killed, and on Linux
//! also what left the group: this process is a sub-reaper there, so that orphans
//! become its own children and can be found.

mod active;
mod cancel;
mod child;
mod keeper;
mod lines;
mod run;
mod stray;

#[cfg_attr(unix, path = "group_unix.rs")]
#[cfg_attr(windows, path = "group_windows.rs")]
mod group;

pub use active::kill_all;
pub use cancel::{Cancel, Reason};
pub use child::{Child, Ended, Pipes, Prepare};
pub use keeper::{Keeper, keep};
pub use lines::Lines;
pub use run::{Ending, Invocation, Stream, run, run_with_lines};
pub use stray::end_marked;
