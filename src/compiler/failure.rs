use std::path::PathBuf;
use std::time::Duration;

use super::Job;
use crate::error::{Code, Error, Result};
use crate::plugin::Failure;
use crate::process::Reason;

/// The error of a builder that gave no result, after it has told of `errors`
/// errors in the user's code. `own` are the outputs that are still there.
pub(super) fn of(failure: Failure, job: &Job<'_>, own: &[PathBuf], errors: usize) -> Error {
    match failure {
        Failure::Failed => {
            let count = match errors {
                0 => String::new(),
                1 => ": 1 error".to_owned(),
                n => format!(": {n} errors"),
            };
            let what = job.project.entry.as_deref().unwrap_or(&job.project.name);
            let what = if job.project.single_file {
                what
            } else {
                &job.project.name
            };
            let error = Error::new(
                Code::BuildFailed,
                format!("could not compile {what}{count}"),
            );
            match own {
                [] => error,
                _ => untouched(error, own),
            }
        }
        Failure::Error(error) => error.into(),
        Failure::Fault(error) => *error,
        Failure::Cancelled => Error::new(
            Code::PluginFault,
            "the builder gave up, though nobody asked it to",
        )
        .help("the builder is at fault: report this to its author"),
    }
}

/// An error when it is time to end, whatever else went wrong: a tool that was
/// killed fails in many ways.
pub(super) fn if_cancelled(job: &Job<'_>, own: &[PathBuf]) -> Result<()> {
    let error = match job.cancel.reason() {
        None => return Ok(()),
        Some(Reason::Interrupted) => Error::new(Code::Interrupted, "interrupted"),
        Some(Reason::Timeout) => {
            let limit = job
                .timeout
                .map_or_else(String::new, |limit| format!(" {}", words(limit)));
            Error::new(Code::Timeout, format!("the build took longer than{limit}"))
                .help("give it more time with `--timeout`, for instance `--timeout 10m`")
        }
    };
    Err(untouched(error, own))
}

fn untouched(error: Error, own: &[PathBuf]) -> Error {
    match own {
        [] => error.because("nothing was written"),
        [one] => error.because(format!("{} is still the last good build", one.display())),
        [first, ..] => {
            let folder = first.parent().unwrap_or(first);
            error.because(format!(
                "the files in {} are still those of the last good build",
                folder.display()
            ))
        }
    }
}

/// A duration in the form that `--timeout` takes.
fn words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match duration.subsec_millis() {
        0 if seconds >= 60 && seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        0 => format!("{seconds}s"),
        _ => format!("{}ms", duration.as_millis()),
    }
}
