use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use super::features::Features;
use super::input::Input;
use super::layout::{Kind, Summary};
use super::policy::{Policy, Rule, Rules, Violation};
use super::size::Sizes;
use super::validate::{Invalid, validate_with};
use crate::error::{Code, Error};

/// What to check for and what to find out.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What a module may use.
    pub features: Features,
    /// Rules for modules that are valid.
    pub policy: Policy,
    /// Whether to find out sizes and sections too.
    pub detailed: bool,
}

/// Something wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It is not valid.
    Invalid(Box<Invalid>),
    /// It is valid but breaks a rule.
    Violation(Violation),
}

impl Finding {
    /// What it is about.
    #[must_use]
    pub fn rule(&self) -> Rule {
        match self {
            Self::Invalid(_) => Rule::InvalidModule,
            Self::Violation(violation) => violation.rule,
        }
    }

    /// What is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Invalid(invalid) => &invalid.message,
            Self::Violation(violation) => &violation.message,
        }
    }

    /// What may mend it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Invalid(invalid) => invalid.help.as_deref(),
            Self::Violation(violation) => violation.help.as_deref(),
        }
    }
}

/// A file that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its path as it was named, or `standard input`.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// What it says it is.
    pub kind: Option<Kind>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// If asked for, and the file is valid.
    pub sizes: Option<Sizes>,
    /// If asked for, and the file is valid.
    pub summary: Option<Summary>,
}

impl Checked {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.findings.is_empty()
    }
}

/// What became of one input.
pub type Outcome = Result<Checked, Error>;

/// Checks all inputs, in parallel; the answers are in the order of the inputs.
///
/// # Errors
/// [`Code::Usage`] if a pattern of the policy is none. A file that cannot be
/// read is an error of its own in the answer.
pub fn check(inputs: &[Input], options: &Options) -> Result<Vec<Outcome>, Error> {
    let rules = Rules::of(options.policy.clone())?;
    let one = |input: &Input| {
        shielded(input, || {
            let bytes = input.read()?;
            Ok(judge(input.to_string(), &bytes, options, &rules))
        })
    };
    Ok(match inputs {
        // One file needs no threads, unless it is large and starts them itself.
        [input] => vec![one(input)],
        inputs => inputs.par_iter().map(one).collect(),
    })
}

/// Checks bytes that are in memory already, as [`check`] checks a file.
///
/// # Errors
/// [`Code::Usage`] if a pattern of the policy is none.
pub fn check_bytes(name: &str, bytes: &[u8], options: &Options) -> Outcome {
    let rules = Rules::of(options.policy.clone())?;
    Ok(judge(name.to_owned(), bytes, options, &rules))
}

fn judge(name: String, bytes: &[u8], options: &Options, rules: &Rules) -> Checked {
    let kind = Kind::of(bytes);
    let mut checked = Checked {
        name,
        size: bytes.len() as u64,
        kind,
        findings: Vec::new(),
        sizes: None,
        summary: None,
    };
    match (validate_with(bytes, options.features), kind) {
        (Err(invalid), _) => checked.findings.push(Finding::Invalid(Box::new(invalid))),
        (Ok(()), Some(kind)) => {
            let broken = rules.judge(bytes, kind).into_iter();
            checked.findings.extend(broken.map(Finding::Violation));
            if options.detailed {
                checked.sizes = Some(Sizes::of(bytes));
                checked.summary = Some(Summary::of(bytes, kind));
            }
        }
        (Ok(()), None) => {}
    }
    checked
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
