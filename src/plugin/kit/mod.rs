//! The conformance kit: does a plugin keep to `docs/plugin-protocol.md`? Each
//! check holds the plugin by hand, byte by byte where it matters, and says
//! which rule it breaks, what came instead, and how to mend it.
//!
//! [`MUSTS`] names for each rule of the document the checks that see to it, or
//! the test of the host where it binds the host. `docs/plugin-kit.md` is for
//! authors.

mod bench;
mod check;
mod checks;
mod converse;
mod musts;
mod project;
mod random;
mod record;
pub mod replay;
pub mod report;
mod standard;
mod talk;
mod verdict;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use check::{Check, Family};
pub use checks::CHECKS;
pub use musts::{MUSTS, Must};
pub use verdict::{Finding, Verdict};

use bench::Bench;
use verdict::Stop;

use crate::error::{Code, Error, Result};
use crate::process::Cancel;

/// What to test, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The plugin's executable, absolute.
    pub exe: PathBuf,
    /// Test it as a plugin of at most this level; without it, of the level that
    /// it claims.
    pub level: Option<u8>,
    /// A project that it builds, absolute. The kit works on copies.
    pub project: Option<PathBuf>,
    /// The names of the checks to make; all if there are none.
    pub only: Vec<String>,
    /// Where chance begins: the same seed, the same points in time.
    pub seed: u64,
    /// How long one build may take.
    pub build_limit: Duration,
    /// How long the search for undeclared inputs may take.
    pub search_limit: Duration,
    /// The environment to take the plugin's from.
    pub env: Vec<(OsString, OsString)>,
}

/// How one check went.
#[derive(Debug)]
pub struct Outcome {
    /// The check.
    pub check: &'static Check,
    /// How it went.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
}

/// How all checks went.
#[derive(Debug)]
pub struct Report {
    /// The plugin's executable.
    pub exe: PathBuf,
    /// Its name, version and level, when it tells them.
    pub plugin: Option<(String, String, u8)>,
    /// The seed, to repeat it.
    pub seed: u64,
    /// One for each check that was wanted.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// How many checks passed, failed and were skipped.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |fits: fn(&Verdict) -> bool| {
            self.outcomes
                .iter()
                .filter(|outcome| fits(&outcome.verdict))
                .count()
        };
        (
            count(|verdict| *verdict == Verdict::Passed),
            count(|verdict| matches!(verdict, Verdict::Failed(_))),
            count(|verdict| matches!(verdict, Verdict::Skipped(_))),
        )
    }
}

/// Makes the checks, one after another, and tells `began` of each before.
///
/// # Errors
/// When the kit itself cannot work: no room for a copy, no such executable, or
/// the user has had enough.
pub fn run(options: &Options, began: &mut dyn FnMut(&Check), cancel: &Cancel) -> Result<Report> {
    let bench = Bench::new(options).map_err(broken)?;
    let mut outcomes = Vec::new();
    for check in CHECKS.iter().filter(|check| wanted(check, options)) {
        if cancel.reason().is_some() {
            return Err(Error::new(Code::Interrupted, "interrupted"));
        }
        began(check);
        let start = Instant::now();
        let verdict = match (check.run)(&bench) {
            Ok(()) => Verdict::Passed,
            Err(Stop::Skip(why)) => Verdict::Skipped(why),
            Err(Stop::Fail(finding)) => Verdict::Failed(finding),
            Err(Stop::Broken(error)) => return Err(error),
        };
        outcomes.push(Outcome {
            check,
            verdict,
            time: start.elapsed(),
        });
    }
    let contact = bench.contact().ok();
    Ok(Report {
        exe: options.exe.clone(),
        plugin: contact.map(|it| {
            let manifest = &it.manifest;
            (
                manifest.name.clone(),
                manifest.version.clone(),
                manifest.level,
            )
        }),
        seed: options.seed,
        outcomes,
    })
}

fn wanted(check: &Check, options: &Options) -> bool {
    options.only.is_empty() || options.only.iter().any(|name| name == check.name)
}

fn broken(stop: Stop) -> Error {
    match stop {
        Stop::Broken(error) => error,
        Stop::Skip(why) => Error::new(Code::Io, why),
        Stop::Fail(finding) => Error::new(Code::Io, finding.came),
    }
}
