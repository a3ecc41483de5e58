use std::path::{Path, PathBuf};

use plugin_protocol::Failure;
use plugin_protocol::process::Cancel;
use serde::Deserialize;

use crate::fault::broken;
use crate::package::Package;
use crate::tool::{self, Said};

/// A workspace, as `cargo metadata` tells it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Metadata {
    /// The packages of the workspace, without their dependencies.
    pub(crate) packages: Vec<Package>,
    #[serde(default)]
    workspace_default_members: Vec<String>,
    pub(crate) target_directory: PathBuf,
    /// Where cargo puts what is not for its user, if not beside the rest.
    #[serde(default)]
    build_directory: Option<PathBuf>,
    pub(crate) workspace_root: PathBuf,
}

/// What cargo says of a project.
#[derive(Debug)]
pub(crate) enum Answer {
    Good(Box<Metadata>),
    /// What it complains about.
    Bad(Said),
}

impl Metadata {
    /// Asks cargo. It reads the manifests alone: no lock file is written and
    /// nothing is downloaded.
    ///
    /// # Errors
    /// When it cannot be started or says something else.
    pub(crate) fn ask(cargo: &Path, project: &Path, cancel: &Cancel) -> Result<Answer, Failure> {
        let args = ["metadata", "--no-deps", "--format-version=1", "--offline"];
        let said = tool::ask(cargo, &args, project, cancel)?;
        if !said.good {
            return Ok(Answer::Bad(said));
        }
        match serde_json::from_str(&said.out) {
            Ok(metadata) => Ok(Answer::Good(Box::new(metadata))),
            Err(cause) => {
                let message = "`cargo metadata` said something that makes no sense";
                Err(broken(message).because(cause).into())
            }
        }
    }

    /// The packages that cargo builds when none is named.
    pub(crate) fn default_members(&self) -> impl Iterator<Item = &Package> {
        // A cargo before 1.71 does not tell them.
        let all = self.workspace_default_members.is_empty();
        let is_default = move |id: &String| all || self.workspace_default_members.contains(id);
        self.packages.iter().filter(move |it| is_default(&it.id))
    }

    /// The folders that hold nothing but what cargo made.
    pub(crate) fn made_by_cargo(&self) -> [&Path; 2] {
        let build = self.build_directory.as_deref();
        [
            &self.target_directory,
            build.unwrap_or(&self.target_directory),
        ]
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.workspace_root.join("Cargo.lock")
    }
}
