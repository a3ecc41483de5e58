//! A compiler that can target WebAssembly, and what is known of it.

use std::ffi::OsString;
use std::path::PathBuf;

use plugin_protocol::{Profile, Tool};

use super::options::Target;

/// Which kind of compiler it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Emscripten,
    Clang,
    Zig,
}

impl Family {
    /// The name that the option `compiler` takes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Emscripten => "emcc",
            Self::Clang => "clang",
            Self::Zig => "zig",
        }
    }
}

/// A program and the arguments that make it the tool we mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) program: PathBuf,
    pub(super) args: Vec<OsString>,
}

impl Command {
    pub(super) fn new(program: impl Into<PathBuf>, args: &[&str]) -> Self {
        Self {
            program: program.into(),
            args: args.iter().map(OsString::from).collect(),
        }
    }
}

/// A compiler that can target WebAssembly.
#[derive(Debug, Clone)]
pub(super) struct Compiler {
    pub(super) family: Family,
    pub(super) target: Target,
    pub(super) cc: Command,
    pub(super) cxx: Command,
    pub(super) ar: Command,
    pub(super) ranlib: Command,
    /// The first number of its version, where it is known and matters.
    pub(super) major: Option<u32>,
    /// Arguments of every call: the target and the sysroot.
    pub(super) base: Vec<OsString>,
    /// Arguments behind the objects of every link.
    pub(super) libraries: Vec<OsString>,
    /// Variables that it needs.
    pub(super) env: Vec<(OsString, Option<OsString>)>,
    /// Emscripten's CMake toolchain file.
    pub(super) cmake_toolchain: Option<PathBuf>,
    /// The folder with the C library, its target's name included.
    pub(super) sysroot: Option<PathBuf>,
    /// It, and what was looked for before it.
    pub(super) tools: Vec<Tool>,
    /// Files outside the project whose appearance or loss changes the choice.
    pub(super) watched: Vec<PathBuf>,
}

impl Compiler {
    /// The command for C or C++.
    pub(super) fn command(&self, cxx: bool) -> &Command {
        if cxx { &self.cxx } else { &self.cc }
    }

    /// Arguments of every compilation and link that tell what to optimise for.
    pub(super) fn optimisation(&self, profile: Profile) -> Vec<OsString> {
        let flags: &[&str] = match profile {
            Profile::Debug => &["-O0", "-g"],
            Profile::Release => &["-O2"],
            Profile::Size => &["-Oz"],
        };
        flags.iter().map(OsString::from).collect()
    }

    /// Arguments of every compilation.
    pub(super) fn compiling(&self, cxx: bool) -> Vec<OsString> {
        let mut flags = vec!["-fno-color-diagnostics"];
        if self.family == Family::Zig {
            // Off in release builds anyway; a debug build must not trap where
            // the other compilers' builds run.
            flags.push("-fno-sanitize=undefined");
        }
        if cxx && self.family != Family::Emscripten {
            flags.push("-fno-exceptions");
        }
        // Tells us that the result depends on the clock.
        flags.extend(["-Wdate-time", "-Wno-error=date-time"]);
        flags.into_iter().map(OsString::from).collect()
    }

    /// Whether `__DATE__` stands still when `SOURCE_DATE_EPOCH` is set.
    pub(super) fn honours_source_date(&self) -> bool {
        self.major.is_some_and(|major| major >= 16) && self.family == Family::Clang
    }
}
