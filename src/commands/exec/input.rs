use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Context;
use crate::commands::bytes::Bytes;
use crate::commands::{compile, input};
use crate::error::{Code, Error, Result};
use crate::runtime::core::{self, ModuleError};
use crate::wasm::{Facts, validate_with};

/// What is to be run.
pub(super) struct Input {
    /// As messages call it.
    pub(super) name: String,
    /// The binary.
    pub(super) bytes: core::Bytes,
    /// Whether the module itself came from standard input.
    pub(super) took_stdin: bool,
    /// The file that was named or built.
    path: Option<PathBuf>,
}

/// Proposals that the interpreter does not run, as `facts` calls them.
const UNSUPPORTED: &[&str] = &[
    "custom-descriptors",
    "memory-control",
    "shared-everything-threads",
    "stack-switching",
];

impl Input {
    /// Reads a module, or builds a project's.
    pub(super) fn read(context: &Context, path: &Path) -> Result<Self> {
        let took_stdin = path.as_os_str() == "-";
        let built = match path.is_dir() {
            true => Some(compile::build(context, path)?),
            false => None,
        };
        let path = built.as_deref().unwrap_or(path);
        let read = input::Input::read(path, "exec")?;
        Ok(Self {
            name: read.name,
            bytes: core::Bytes::new(Shared(read.bytes)),
            took_stdin,
            path: (!took_stdin).then(|| path.to_owned()),
        })
    }

    /// The first of the program's arguments.
    pub(super) fn program_name(&self) -> &[u8] {
        let name = self.path.as_deref().and_then(Path::file_name);
        name.map_or(b"-", OsStr::as_encoded_bytes)
    }

    /// Says why the bytes cannot be run.
    pub(super) fn refused(&self, error: &ModuleError) -> Error {
        let bytes = self.bytes.as_ref();
        let facts = match Facts::read(bytes) {
            Ok(facts) => facts,
            Err(why) => {
                return Error::new(
                    Code::InvalidModule,
                    format!("{} is not a WebAssembly binary", self.name),
                )
                .because(why.to_string())
                .help("name a .wasm or .wat file, or a project's folder");
            }
        };
        if facts.component().is_some() {
            return Error::new(
                Code::Unsupported,
                format!("{} is a component; `exec` runs core modules", self.name),
            )
            .help("build it for WASI preview 1 (wasm32-wasip1), or run it with `wasmtime run`");
        }
        // Valid by some proposal, or by none.
        let all = "all".parse().unwrap_or_default();
        let invalid = validate_with(bytes, all).is_err();
        let names = facts.module().map(|module| module.proposals.names());
        let names = names.into_iter().flatten();
        let needs: Vec<_> = names.filter(|name| UNSUPPORTED.contains(name)).collect();
        if invalid || needs.is_empty() {
            return Error::new(
                Code::InvalidModule,
                format!("{} is not a valid module", self.name),
            )
            .because(error.to_string())
            .help(format!("`wasmrun verify {}` tells more", self.name));
        }
        Error::new(
            Code::Unsupported,
            format!(
                "{} needs what `exec` does not run: {}",
                self.name,
                needs.join(", ")
            ),
        )
        .because(error.to_string())
        .help("build it without that, or run it with a runtime that has it")
    }

    /// What is known of the module.
    pub(super) fn facts(&self) -> Option<Facts<'_>> {
        Facts::read(self.bytes.as_ref()).ok()
    }
}

struct Shared(Bytes);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
