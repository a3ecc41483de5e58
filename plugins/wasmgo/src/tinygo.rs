//! TinyGo, when it is installed.

use std::path::{Path, PathBuf};

use plugin_protocol::{Blame, ErrorCode, Failure, PluginError, Tool};

use crate::failing;
use crate::options::Target;
use crate::runner::{Runner, args};

/// A TinyGo.
#[derive(Debug)]
pub(crate) struct TinyGo {
    path: PathBuf,
    version: String,
    root: PathBuf,
}

impl TinyGo {
    /// Asks one what it is.
    ///
    /// # Errors
    /// When it does not say.
    pub(crate) fn ask(path: PathBuf, runner: &Runner<'_>) -> Result<Self, Failure> {
        let version = said(&path, "version", runner)?;
        let root = said(&path, "env", runner)?;
        Ok(Self {
            path,
            version: number(&version),
            root: root.into(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What it calls a target.
    pub(crate) fn target(target: Target) -> &'static str {
        match target {
            Target::Wasip1 => "-target=wasip1",
            Target::Js => "-target=wasm",
        }
    }

    /// How the host tells it from another one.
    pub(crate) fn tool(&self) -> Tool {
        Tool {
            name: "tinygo".into(),
            version: Some(self.version.clone()),
            path: Some(self.path.clone()),
            parts: vec![self.root.clone(), self.root.join("targets")],
        }
    }
}

fn said(path: &Path, what: &str, runner: &Runner<'_>) -> Result<String, Failure> {
    let words = match what {
        "env" => args(["env", "TINYGOROOT"]),
        _ => args([what]),
    };
    let said = runner.capture(path, &words)?;
    let line = said.out.lines().next().unwrap_or_default().trim();
    if said.success && !line.is_empty() {
        return Ok(line.to_owned());
    }
    let error = failing::explain(&said.err);
    let message = format!("`{} {what}` fails", path.display());
    Err(PluginError {
        code: ErrorCode::Toolchain,
        blame: Blame::Environment,
        ..PluginError::new(error.code, error.blame, message).because(error.message)
    }
    .into())
}

/// `tinygo version 0.39.0 linux/amd64 (using go version go1.25.0 ...)`.
fn number(line: &str) -> String {
    let rest = line.strip_prefix("tinygo version ").unwrap_or(line);
    rest.split(' ').next().unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_one_word_of_many() {
        let line = "tinygo version 0.39.0 linux/amd64 (using go version go1.25.0 and LLVM 19)";
        assert_eq!(number(line), "0.39.0");
        assert_eq!(number("0.1"), "0.1");
    }
}
