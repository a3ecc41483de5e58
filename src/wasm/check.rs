use super::features::Features;
use super::layout::{Kind, Summary};
use super::policy::{Policy, Rule, Rules, Violation};
use super::size::Sizes;
use super::validate::{Invalid, validate_with};
use crate::error::Error;

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

/// Judges files by [`Options`] whose patterns are known to be well-formed.
#[derive(Debug)]
pub struct Checker {
    features: Features,
    rules: Rules,
    detailed: bool,
}

impl Checker {
    /// Reads the patterns.
    ///
    /// # Errors
    /// [`crate::error::Code::Usage`] if one of them is none.
    pub fn new(options: Options) -> Result<Self, Error> {
        Ok(Self {
            features: options.features,
            rules: Rules::of(options.policy)?,
            detailed: options.detailed,
        })
    }

    /// Checks one file; `name` is for the report.
    #[must_use]
    pub fn check(&self, name: &str, bytes: &[u8]) -> Checked {
        let kind = Kind::of(bytes);
        let mut checked = Checked {
            name: name.to_owned(),
            size: bytes.len() as u64,
            kind,
            findings: Vec::new(),
            sizes: None,
            summary: None,
        };
        match (validate_with(bytes, self.features), kind) {
            (Err(invalid), _) => checked.findings.push(Finding::Invalid(Box::new(invalid))),
            (Ok(()), Some(kind)) => {
                let broken = self.rules.judge(bytes, kind).into_iter();
                checked.findings.extend(broken.map(Finding::Violation));
                if self.detailed {
                    checked.sizes = Some(Sizes::of(bytes));
                    checked.summary = Some(Summary::of(bytes, kind));
                }
            }
            (Ok(()), None) => {}
        }
        checked
    }
}
