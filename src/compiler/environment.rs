use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The environment variables that builds see: this process's, or given ones.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    given: Option<BTreeMap<String, OsString>>,
}

impl Environment {
    /// This process's.
    #[must_use]
    pub fn of_process() -> Self {
        Self::default()
    }

    /// These and no others.
    #[must_use]
    pub fn given(variables: BTreeMap<String, OsString>) -> Self {
        Self {
            given: Some(variables),
        }
    }

    /// A variable's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<OsString> {
        match &self.given {
            Some(given) => given.get(name).cloned(),
            // A name with `=` or NUL in it is no variable.
            None if name.is_empty() || name.contains(['=', '\0']) => None,
            None => std::env::var_os(name),
        }
    }

    /// What a tool's name stands for, as a shell in `folder` would look it up.
    #[must_use]
    pub fn tool(&self, name: &str, folder: &Path) -> Option<PathBuf> {
        which::which_in(name, self.get("PATH"), folder).ok()
    }
}
