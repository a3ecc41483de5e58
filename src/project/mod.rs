//! What a folder or a file is: its language, why that is so, its entry, and
//! the files a build of it depends on.

mod change;
mod content;
mod detect;
mod escape;
mod fingerprint;
mod folder;
mod language;
mod missing;
mod name;
mod open;
mod pattern;
mod plugins;
mod probe;
mod rules;
mod single;
mod walk;

use std::path::PathBuf;

pub use change::{Change, ChangeKind};
pub use detect::{detect, detect_among};
pub use fingerprint::{Fingerprint, InputState};
pub use language::{Language, Name};
pub use plugins::Kinds;

/// A project that was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its folder, absolute and without symbolic links.
    pub root: PathBuf,
    /// What it is written in.
    pub language: Language,
    /// What was seen, in a few words (`Cargo.toml, cdylib`).
    pub why: String,
    /// The entry file, relative to the root with `/`. When the user named a
    /// single file, that file.
    pub entry: Option<String>,
    /// Whether the user named a single file and not a folder.
    pub single_file: bool,
    /// What the output is called, without its ending.
    pub name: String,
    /// What else it might have been, the likeliest first.
    pub others: Vec<Candidate>,
}

/// One thing a folder may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The language.
    pub language: Language,
    /// 1 to 100; the highest wins.
    pub score: u8,
    /// What was seen, in a few words.
    pub why: String,
    /// The entry file, relative to the folder with `/`.
    pub entry: Option<String>,
}
