//! Conversations played again: those that the host wrote down at a fault, and
//! the golden ones of `plugin-protocol/transcripts`. `docs/plugin-kit.md` tells
//! how both files look.

mod compare;
mod play;
mod script;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

pub use play::play;
pub use script::{Fault, Script};

/// With what a script is played.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The plugin's executable, absolute.
    pub exe: PathBuf,
    /// The project instead of the one in the file, absolute.
    pub project: Option<PathBuf>,
    /// How long to wait for a line that came when it was recorded.
    pub patience: Duration,
    /// The environment to take the plugin's from.
    pub env: Vec<(OsString, OsString)>,
}

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The host, which is the file.
    Host,
    /// The plugin.
    Plugin,
    /// The plugin's standard error, or a line without the key.
    Aside,
}

/// How a line of the plugin stands to the recorded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// It is the same, or nothing is to be compared.
    Same,
    /// It is the same but for details: sizes, texts.
    Similar,
    /// It is another, or was not recorded.
    Departs,
}

/// A line that was played.
#[derive(Debug, Clone)]
pub struct Line {
    /// When, from the start of the plugin.
    pub at: Duration,
    /// When it was in the file, if that says so.
    pub recorded: Option<Duration>,
    /// Who said it.
    pub voice: Voice,
    /// Itself.
    pub text: String,
    /// What was compared.
    pub likeness: Likeness,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Where the conversation departs from the file, if it does: what the file
    /// has, and what came.
    pub departure: Option<(String, String)>,
    /// How the plugin ended.
    pub end: String,
}
