//! What a check found, for people and for programs. Each report is one text;
//! nothing here prints.

mod github;
mod human;
mod json;
mod junit;
mod sarif;

pub use github::github;
pub use human::{Paint, Style, human};
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;

use super::check::Checked;
use crate::error::Error;

/// All that a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// The files that could be read.
    pub files: Vec<Checked>,
    /// What was named but could not be checked.
    pub errors: Vec<Error>,
}

impl Report {
    /// Whether everything that was named was checked and passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.errors.is_empty() && self.files.iter().all(Checked::passed)
    }

    /// How many files did not pass.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.files.iter().filter(|file| !file.passed()).count()
    }
}

/// The message of an error, with its causes, in one line.
fn line(error: &Error) -> String {
    let mut text = error.message().to_owned();
    for cause in error.causes() {
        text.push_str(": ");
        text.push_str(&cause.replace('\n', " "));
    }
    text
}
