use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use super::input::Input;
use crate::error::{Code, Error};
use crate::wasm::{Checked, Checker};

/// What became of one input.
type Outcome = Result<Checked, Error>;

/// Checks all inputs, in parallel; the answers are in the order of the inputs.
pub(super) fn check(inputs: &[Input], checker: &Checker) -> Vec<Outcome> {
    let one = |input: &Input| {
        shielded(input, || {
            let bytes = input.read()?;
            Ok(checker.check(&input.to_string(), &bytes))
        })
    };
    match inputs {
        // One file needs no threads, unless it is large and starts them itself.
        [input] => vec![one(input)],
        inputs => inputs.par_iter().map(one).collect(),
    }
}

/// A panic in one file's check must not end the check of all others.
fn shielded(input: &Input, check: impl FnOnce() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|_| {
        Err(Error::new(
            Code::Io,
            format!("could not check {input}: the checker crashed"),
        )
        .help("please report it with the file; the other files were checked"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_in_one_file_is_that_files_error() {
        let error = shielded(&Input::Stdin, || std::panic::resume_unwind(Box::new(())));
        assert_eq!(error.unwrap_err().code(), Code::Io);
    }
}
