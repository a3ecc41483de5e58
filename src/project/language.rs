use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use plugin_protocol::Manifest;

use crate::error::{Code, Error, nearest};

/// A language: one that wasmrun knows by itself, or one that a plugin brings.
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
    /// One that only a plugin knows.
    Other(Name),
}

/// The name of a language that a plugin brings. Each is kept once, for the
/// length of the program, so that a language stays as light as a number; there
/// are as many as installed plugins say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(&'static [&'static str; 1]);

impl Name {
    fn of(word: &str) -> Self {
        static KNOWN: Mutex<BTreeSet<Name>> = Mutex::new(BTreeSet::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = known.iter().find(|name| name.0[0] == word) {
            return *name;
        }
        let word: &'static str = Box::leak(word.into());
        let name = Self(Box::leak(Box::new([word])));
        known.insert(name);
        name
    }
}

impl Language {
    /// All that wasmrun knows by itself.
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
            Self::Other(name) => name.0[0],
        }
    }

    /// The language of a name. What is none of wasmrun's own is one that a
    /// plugin brings.
    #[must_use]
    pub fn named(word: &str) -> Self {
        let word = word.to_lowercase();
        Self::own(&word).unwrap_or_else(|| Self::Other(Name::of(&word)))
    }

    /// The languages that a plugin builds. One whose manifest names none brings
    /// a language of its own, which is called like the plugin.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Vec<Self> {
        if manifest.languages.is_empty() {
            return vec![Self::named(&manifest.name)];
        }
        let names = manifest.languages.iter();
        names.map(|name| Self::named(name)).collect()
    }

    /// Reads a name that the user has given; `brought` are the languages that
    /// plugins bring.
    ///
    /// # Errors
    /// [`Code::Usage`] when nobody knows it.
    pub fn read(text: &str, brought: &[Self]) -> Result<Self, Error> {
        let word = text.to_lowercase();
        let all = || Self::ALL.iter().chain(brought);
        let known = all().find(|language| language.names().contains(&word.as_str()));
        known.copied().ok_or_else(|| {
            let mut names: Vec<_> = all().map(|language| language.name()).collect();
            names.dedup();
            let near = nearest(&word, all().flat_map(|language| language.names()).copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("wasmrun knows {}", names.join(", ")),
            };
            let message = format!("`{text}` is not a language that wasmrun knows");
            Error::new(Code::Usage, message).help(help)
        })
    }

    fn own(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|language| language.names().contains(&word))
            .copied()
    }

    /// The word before its name in a sentence.
    #[must_use]
    pub fn article(self) -> &'static str {
        match self.title().chars().next() {
            Some('A' | 'E' | 'I' | 'O' | 'a' | 'e' | 'i' | 'o') => "an",
            _ => "a",
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
            Self::Other(name) => name.0,
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
        Self::read(text, &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_a_plugin_brings_is_one_like_any_other() {
        let zig = Language::named("Zig");
        assert_eq!(zig, Language::named("zig"));
        assert_ne!(zig, Language::named("nim"));
        assert_eq!((zig.name(), zig.title()), ("zig", "zig"));
        assert_eq!(Language::named("rs"), Language::Rust);
        assert_eq!(Language::read("zig", &[zig]).ok(), Some(zig));
        let error = Language::read("zog", &[zig]).unwrap_err();
        assert_eq!(error.help_text(), Some("did you mean `zig`?"));
        assert!("zig".parse::<Language>().is_err());
    }

    #[test]
    fn a_manifest_without_languages_brings_one_of_its_own() {
        let mut manifest = Manifest::new("hex", "1");
        assert_eq!(Language::of(&manifest), [Language::named("hex")]);
        manifest.languages = vec!["rust".into(), "hex".into()];
        let both = [Language::Rust, Language::named("hex")];
        assert_eq!(Language::of(&manifest), both);
    }
}
