use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Confinement, Limits, Secrets};

/// The argument that starts an executable as a plugin.
const FLAG: &str = "--wasmrun-plugin";

/// A plugin to start.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The plugin's name, for messages.
    pub name: String,
    /// The executable, absolute.
    pub exe: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its working directory: the project.
    pub folder: PathBuf,
    /// All of its environment.
    pub env: Vec<(OsString, OsString)>,
    /// How long to wait for what.
    pub limits: Limits,
    /// What it may write to.
    pub confinement: Confinement,
    /// Where a conversation with a fault is written to; nowhere without it.
    pub faults: Option<PathBuf>,
    /// What is left out there.
    pub secrets: Secrets,
    /// wasmrun's own executable, which ends the plugin if wasmrun is killed (see
    /// [`crate::process::keep`]); nobody does without it.
    pub keeper: Option<PathBuf>,
}

impl Launch {
    /// An executable with the usual argument, the protocol's limits, no
    /// environment and no confinement.
    pub fn new(
        name: impl Into<String>,
        exe: impl Into<PathBuf>,
        folder: impl Into<PathBuf>,
    ) -> Self {
        Self {
            name: name.into(),
            exe: exe.into(),
            args: vec![FLAG.into()],
            folder: folder.into(),
            env: Vec::new(),
            limits: Limits::default(),
            confinement: Confinement::off(),
            faults: None,
            secrets: Secrets::default(),
            keeper: None,
        }
    }

    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.exe);
        command
            .args(&self.args)
            .current_dir(within(&self.folder))
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A folder as a program without knowledge of `\\?\` paths takes it.
fn within(folder: &Path) -> &Path {
    let text = folder.to_str().unwrap_or_default();
    match text.strip_prefix(r"\\?\") {
        Some(plain) if !plain.starts_with("UNC") => Path::new(plain),
        _ => folder,
    }
}
