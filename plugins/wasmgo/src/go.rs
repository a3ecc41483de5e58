//! The Go toolchain of the machine.

use std::fs;
use std::path::{Path, PathBuf};

use plugin_protocol::{Blame, ErrorCode, Failure, PluginError, Tool};
use serde::Deserialize;

use crate::environment::{self, Wanted, find, get};
use crate::failing;
use crate::options::{Mode, Target};
use crate::runner::{Runner, args};

/// The first release that compiles for WASI preview 1.
const WASIP1: (u32, u32) = (1, 21);

/// The first release with `//go:wasmexport`, and with `go build -json`.
const WASMEXPORT: (u32, u32) = (1, 24);

/// What `go env` tells.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "UPPERCASE")]
pub(crate) struct Facts {
    goenv: PathBuf,
    gomod: PathBuf,
    pub(crate) goroot: PathBuf,
    gotooldir: PathBuf,
    goversion: String,
    gowork: PathBuf,
}

/// A Go toolchain.
#[derive(Debug)]
pub(crate) struct Go {
    pub(crate) path: PathBuf,
    facts: Facts,
}

impl Go {
    /// Finds the toolchain that is in charge of a project. Another one is
    /// downloaded only if the user has asked Go for that (`GOTOOLCHAIN`).
    ///
    /// # Errors
    /// `dependency_missing` without one.
    pub(crate) fn discover(runner: &mut Runner<'_>) -> Result<Self, Failure> {
        let path = find("go").ok_or_else(missing)?;
        let chosen = get("GOTOOLCHAIN").is_some();
        if !chosen {
            runner.set("GOTOOLCHAIN", "local");
        }
        let mut facts = ask(&path, runner)?;
        if !chosen && has_line(&facts.goenv, "GOTOOLCHAIN=") {
            runner.env.retain(|(name, _)| name != "GOTOOLCHAIN");
            facts = ask(&path, runner)?;
        }
        Ok(Self { path, facts })
    }

    /// Its version, as it says it (`go1.27.3`).
    pub(crate) fn version(&self) -> &str {
        &self.facts.goversion
    }

    pub(crate) fn root(&self) -> &Path {
        &self.facts.goroot
    }

    /// The file of the module that the project is in.
    pub(crate) fn module(&self) -> Option<&Path> {
        real(&self.facts.gomod)
    }

    /// The file of the workspace that the project is in.
    pub(crate) fn workspace(&self) -> Option<&Path> {
        real(&self.facts.gowork)
    }

    /// The user's and the toolchain's own settings, whether they are there.
    pub(crate) fn settings(&self) -> impl Iterator<Item = PathBuf> {
        let own = real(&self.facts.goenv).map(Path::to_owned);
        own.into_iter().chain([self.facts.goroot.join("go.env")])
    }

    /// The first and second number of the version. Nothing when it is a build
    /// between releases, which is believed to be new.
    pub(crate) fn number(&self) -> Option<(u32, u32)> {
        number(&self.facts.goversion)
    }

    /// Whether it can report a build as JSON.
    pub(crate) fn has_json(&self) -> bool {
        self.number().is_none_or(|number| number >= WASMEXPORT)
    }

    /// Whether it is new enough.
    ///
    /// # Errors
    /// `dependency_missing` if not.
    pub(crate) fn suits(&self, target: Target, mode: Mode) -> Result<(), PluginError> {
        let (least, why) = match (target, mode) {
            (Target::Js, _) => return Ok(()),
            (Target::Wasip1, Mode::Command) => (WASIP1, "WASI"),
            (Target::Wasip1, Mode::Reactor) => (WASMEXPORT, "modules with go:wasmexport"),
        };
        match self.number() {
            Some(number) if number < least => {
                let message = format!(
                    "{} cannot make {why}; Go {}.{} or newer is needed",
                    self.version(),
                    least.0,
                    least.1
                );
                let (code, blame) = (ErrorCode::DependencyMissing, Blame::Environment);
                Err(PluginError::new(code, blame, message).fix(environment::install(Wanted::Go)))
            }
            _ => Ok(()),
        }
    }

    /// How the host tells it from another one. The standard library is a part of
    /// it: what releases it is of is in `VERSION`.
    pub(crate) fn tool(&self) -> Tool {
        Tool {
            name: "go".into(),
            version: Some(self.version().into()),
            path: Some(self.path.clone()),
            parts: vec![
                self.facts.goroot.join("VERSION"),
                self.facts.goroot.join("bin"),
                self.facts.gotooldir.clone(),
            ],
        }
    }
}

fn ask(path: &Path, runner: &Runner<'_>) -> Result<Facts, Failure> {
    let words = [
        "env",
        "-json",
        "GOENV",
        "GOMOD",
        "GOROOT",
        "GOTOOLDIR",
        "GOVERSION",
        "GOWORK",
    ];
    let said = runner.capture(path, &args(words))?;
    if !said.success {
        return Err(failing::explain(&said.err).into());
    }
    serde_json::from_str(&said.out).map_err(|cause| {
        let message = format!("{} says nothing about itself", path.display());
        let error = PluginError::new(ErrorCode::Toolchain, Blame::Environment, message);
        error.because(cause).into()
    })
}

/// What is said without Go.
fn missing() -> PluginError {
    let message = "the Go toolchain is not installed";
    PluginError::new(ErrorCode::DependencyMissing, Blame::Environment, message)
        .fix(environment::install(Wanted::Go))
}

/// A path that `go env` tells, unless it tells that there is none.
fn real(path: &Path) -> Option<&Path> {
    let none = ["", "off", "/dev/null", "NUL"];
    (!none.iter().any(|word| Path::new(word) == path)).then_some(path)
}

fn has_line(file: &Path, start: &str) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().any(|line| line.starts_with(start))
}

fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix("go")?.split(['.', ' ', '-']);
    let first = parts.next()?.parse().ok()?;
    let second = parts.next()?;
    let digits = second.find(|c: char| !c.is_ascii_digit());
    let second = second.get(..digits.unwrap_or(second.len()))?.parse().ok()?;
    Some((first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(version: &str) -> Go {
        let facts = Facts {
            goversion: version.into(),
            ..Facts::default()
        };
        Go {
            path: "/go".into(),
            facts,
        }
    }

    #[test]
    fn versions_are_numbers() {
        for (text, expected) in [
            ("go1.27.3", Some((1, 27))),
            ("go1.21", Some((1, 21))),
            ("go1.28rc1", Some((1, 28))),
            ("go1.24.1-X:nogreenteagc", Some((1, 24))),
            ("devel go1.29-abc", None),
            ("", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }

    #[test]
    fn an_old_release_is_told_from_a_new_one() {
        let suits = |version, target, mode| go(version).suits(target, mode).is_ok();
        assert!(!suits("go1.20.14", Target::Wasip1, Mode::Command));
        assert!(suits("go1.20.14", Target::Js, Mode::Command));
        assert!(suits("go1.21.0", Target::Wasip1, Mode::Command));
        assert!(!suits("go1.23.9", Target::Wasip1, Mode::Reactor));
        assert!(suits("go1.24.0", Target::Wasip1, Mode::Reactor));
        assert!(suits("devel", Target::Wasip1, Mode::Reactor));
        let error = go("go1.19")
            .suits(Target::Wasip1, Mode::Command)
            .unwrap_err();
        assert_eq!(error.code, ErrorCode::DependencyMissing);
        assert!(!error.fix.is_empty());
    }

    #[test]
    fn words_for_no_file_are_no_file() {
        for text in ["", "off", "/dev/null"] {
            assert_eq!(real(Path::new(text)), None, "{text}");
        }
        assert!(real(Path::new("/a/go.mod")).is_some());
    }
}
