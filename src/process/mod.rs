//! The runner of build tools, which built-in builders share with plugins, and
//! what the user's interrupt does to it.

mod descriptors;
mod identity;
mod interrupt;
mod orphans;
mod stat;

pub use descriptors::allow_many_files;
pub use identity::{Identity, own_identity};
pub use interrupt::{cancel_on_interrupt, end_on_interrupt};
pub use orphans::finds_orphans;
pub use plugin_protocol::process::*;
pub use stat::is_in_foreground;
