//! Settings: what they are, where each one came from, and where wasmrun keeps
//! its own files.

mod edit;
mod environment;
mod file;
mod home;
mod keys;
mod origin;
mod settings;
mod source;
mod units;
mod value;

pub use edit::{register, write_whole};
pub use home::Home;
pub use keys::{KEYS, Key, Shown};
pub use origin::{Origin, Setting};
pub use settings::{
    Flags, PROJECT_FILE, PluginLimits, ServerFlags, ServerSettings, Settings, Verify,
};
pub use units::{parse_duration, parse_size};
