//! The plugins that wasmrun knows of without them being installed.

use crate::error::nearest;
use crate::project::Language;

/// A plugin that wasmrun knows of without it being installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its name; its crate is called the same.
    pub name: &'static str,
    /// What it builds.
    pub language: Language,
    /// With which tools, in a few words.
    pub tools: &'static str,
}

/// The plugins that are made together with wasmrun.
pub const INDEX: &[Known] = &[
    Known {
        name: "wasmrust",
        language: Language::Rust,
        tools: "cargo, and wasm-bindgen, trunk and wasm-opt where they are there",
    },
    Known {
        name: "wasmgo",
        language: Language::Go,
        tools: "TinyGo, else the Go toolchain",
    },
    Known {
        name: "waspy",
        language: Language::Python,
        tools: "a compiler of its own for a subset of Python",
    },
    Known {
        name: "wasmasc",
        language: Language::AssemblyScript,
        tools: "asc, from the project or the path",
    },
];

/// The plugin of a name.
#[must_use]
pub fn known(name: &str) -> Option<&'static Known> {
    INDEX.iter().find(|known| known.name == name)
}

/// The plugin for a language.
#[must_use]
pub fn for_language(language: Language) -> Option<&'static Known> {
    INDEX.iter().find(|known| known.language == language)
}

/// The plugin whose name is near to one that is not in the index.
#[must_use]
pub fn near(name: &str) -> Option<&'static str> {
    match known(name) {
        Some(_) => None,
        None => nearest(name, INDEX.iter().map(|known| known.name)),
    }
}
