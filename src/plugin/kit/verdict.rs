use std::io;
use std::path::Path;

use super::record::{Record, Said};
use super::talk::Talk;
use crate::error::Error;

/// What a plugin breaks, so that its author can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule in `docs/plugin-protocol.md`.
    pub must: &'static str,
    /// What a plugin that keeps the rule does.
    pub expected: String,
    /// What this one did.
    pub came: String,
    /// The lines that show it, with times.
    pub frames: Vec<String>,
    /// How to mend it.
    pub fix: String,
}

/// How a check went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The plugin does what it must.
    Passed,
    /// It could not be told, and why.
    Skipped(String),
    /// The plugin breaks a rule.
    Failed(Box<Finding>),
}

/// Why a check ends early.
#[derive(Debug)]
pub(super) enum Stop {
    Skip(String),
    Fail(Box<Finding>),
    /// The kit itself cannot go on.
    Broken(Error),
}

pub(super) type Checked<T = ()> = Result<T, Stop>;

impl Finding {
    pub(super) fn new(
        must: &'static str,
        expected: impl Into<String>,
        came: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            must,
            expected: expected.into(),
            came: came.into(),
            frames: Vec::new(),
            fix: fix.into(),
        }
    }

    /// With the last lines of a session that goes on.
    pub(super) fn after(mut self, talk: &Talk) -> Self {
        self.frames = talk.record.excerpt();
        let said = talk.last_words();
        self.frames.extend(
            said.into_iter()
                .map(|line| format!("  stderr ! {}", super::record::short(&line))),
        );
        self
    }

    /// With the lines up to the one that is wrong.
    pub(super) fn at(mut self, record: &Record, said: &Said) -> Self {
        self.frames = record.around(said);
        self
    }

    /// With lines of its own.
    pub(super) fn lines(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.frames.extend(lines);
        self
    }
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Self::Fail(Box::new(finding))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

/// Nothing can be told, for this reason.
pub(super) fn skip<T>(why: impl Into<String>) -> Checked<T> {
    Err(Stop::Skip(why.into()))
}

/// A result of a file operation of the kit's own.
pub(super) fn own<T>(action: &str, path: &Path, result: io::Result<T>) -> Checked<T> {
    result.map_err(|error| Stop::Broken(Error::io(action, path, &error)))
}
