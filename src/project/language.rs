use std::fmt;
use std::str::FromStr;

use crate::error::{Code, Error, nearest};

/// A language that wasmrun knows by its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Rust.
    Rust,
    /// Go.
    Go,
    /// Python.
    Python,
    /// C or C++.
    C,
    /// AssemblyScript.
    AssemblyScript,
    /// The WebAssembly text format.
    Wat,
    /// A module that is built already.
    Wasm,
}

impl Language {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Rust,
        Self::Go,
        Self::Python,
        Self::C,
        Self::AssemblyScript,
        Self::Wat,
        Self::Wasm,
    ];

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Go => "Go",
            Self::Python => "Python",
            Self::C => "C/C++",
            Self::AssemblyScript => "AssemblyScript",
            Self::Wat => "WAT",
            Self::Wasm => "WebAssembly",
        }
    }

    /// The names that settings and `--language` take, the proper one first.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["rust", "rs"],
            Self::Go => &["go", "golang"],
            Self::Python => &["python", "py"],
            Self::C => &["c", "c++", "cpp", "cxx"],
            Self::AssemblyScript => &["assemblyscript", "asc", "as"],
            Self::Wat => &["wat", "wast"],
            Self::Wasm => &["wasm"],
        }
    }

    /// The proper name, in settings and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.names()[0]
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl FromStr for Language {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let word = text.to_ascii_lowercase();
        let known = Self::ALL
            .iter()
            .find(|language| language.names().contains(&word.as_str()));
        known.copied().ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|language| language.name()).collect();
            let all = Self::ALL
                .iter()
                .flat_map(|language| language.names())
                .copied();
            let help = match nearest(&word, all) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("wasmrun knows {}", names.join(", ")),
            };
            Error::new(
                Code::Usage,
                format!("`{text}` is not a language that wasmrun knows"),
            )
            .help(help)
        })
    }
}
