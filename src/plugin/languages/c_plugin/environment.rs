//! The variables that a C build may see. All others are taken from the tools,
//! so that what a build depends on is known: a wrong answer from the cache
//! because of a forgotten variable cannot be.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The variables that may change a result. Each is passed on as it is.
const READ: &[&str] = &[
    "PATH",
    "HOME",
    "USERPROFILE",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "SOURCE_DATE_EPOCH",
    "EMSDK",
    "EMSDK_NODE",
    "EMSDK_PYTHON",
    "EM_CONFIG",
    "EM_CACHE",
    "EM_FROZEN_CACHE",
    "EM_LLVM_ROOT",
    "EM_BINARYEN_ROOT",
    "EM_NODE_JS",
    "NODE_PATH",
    "WASI_SDK_PATH",
    "WASI_SYSROOT",
    "PKG_CONFIG_PATH",
    "CMAKE_PREFIX_PATH",
    "CMAKE_GENERATOR",
];

/// The variables that tools need to work, but that do not change a result.
const PASSED: &[&str] = &[
    "TMPDIR",
    "TMP",
    "TEMP",
    "USER",
    "LOGNAME",
    "XDG_CACHE_HOME",
    "ZIG_GLOBAL_CACHE_DIR",
    "ZIG_LOCAL_CACHE_DIR",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMFILES",
    "PROGRAMDATA",
    "NUMBER_OF_PROCESSORS",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "WASMRUN_JOB",
];

/// A snapshot of the environment.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    variables: Vec<(OsString, OsString)>,
}

impl Environment {
    /// This process's own.
    pub(super) fn own() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
        }
    }

    /// One that is made up.
    #[cfg(test)]
    pub(super) fn of(variables: &[(&str, &OsStr)]) -> Self {
        let variables = variables.iter();
        Self {
            variables: variables
                .map(|(name, value)| (OsString::from(name), value.to_os_string()))
                .collect(),
        }
    }

    /// A variable that is set and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&OsStr> {
        let found = self.variables.iter().find(|(other, _)| same(other, name));
        found
            .map(|(_, value)| value.as_os_str())
            .filter(|value| !value.is_empty())
    }

    /// A variable that names a folder.
    pub(super) fn folder(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// A program in `PATH`.
    pub(super) fn find(&self, program: &str) -> Option<PathBuf> {
        let found = which::which_in(program, self.get("PATH"), ".").ok()?;
        std::path::absolute(found).ok()
    }

    /// What to change in this process's environment for a tool: everything that
    /// is not on the lists goes; messages are in English and without colour.
    pub(super) fn changes(&self) -> Vec<(OsString, Option<OsString>)> {
        let listed = |name: &OsStr| READ.iter().chain(PASSED).any(|other| same(name, other));
        let mut changes: Vec<_> = self
            .variables
            .iter()
            .filter(|(name, _)| !listed(name))
            .map(|(name, _)| (name.clone(), None))
            .collect();
        let mut set = |name: &str, value: &str| changes.push((name.into(), Some(value.into())));
        set("LC_ALL", "C.UTF-8");
        set("NO_COLOR", "1");
        set("TERM", "dumb");
        set("PYTHONUTF8", "1");
        changes
    }

    /// The names of the variables that may change a result.
    pub(super) fn read() -> Vec<String> {
        READ.iter().map(|name| (*name).to_owned()).collect()
    }
}

fn same(name: &OsStr, other: &str) -> bool {
    if cfg!(windows) {
        name.eq_ignore_ascii_case(other)
    } else {
        name == other
    }
}
