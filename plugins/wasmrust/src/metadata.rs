use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use plugin_protocol::Failure;
use plugin_protocol::process::Cancel;
use serde::Deserialize;

use crate::config::cargo_home;
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
    /// Where cargo is told to build, because it cannot where it would.
    #[serde(skip)]
    pub(crate) elsewhere: Option<PathBuf>,
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
        match serde_json::from_str::<Self>(&said.out) {
            Ok(metadata) => Ok(Answer::Good(Box::new(metadata.linkable()))),
            Err(cause) => {
                let message = "`cargo metadata` said something that makes no sense";
                Err(broken(message).because(cause).into())
            }
        }
    }

    /// Moves what cargo makes out of a path with `%`: LLVM's linker writes beside
    /// its output first, and takes that letter in the name of the folder for a
    /// digit to choose.
    fn linkable(mut self) -> Self {
        let is_bad = |path: &Path| path.to_string_lossy().contains('%');
        let home = cargo_home().filter(|home| !is_bad(home));
        if let Some(home) = home.filter(|_| is_bad(&self.target_directory)) {
            let mut hash = DefaultHasher::new();
            self.target_directory.hash(&mut hash);
            let folder = home
                .join("wasmrust")
                .join(format!("{:016x}", hash.finish()));
            self.target_directory.clone_from(&folder);
            self.build_directory = None;
            self.elsewhere = Some(folder);
        }
        self
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_percent_sign_is_left() {
        let of = |folder: &str| {
            let text =
                format!(r#"{{"packages":[],"target_directory":"{folder}","workspace_root":"/w"}}"#);
            serde_json::from_str::<Metadata>(&text).unwrap().linkable()
        };
        let plain = of("/w/target");
        assert_eq!(plain.made_by_cargo(), [Path::new("/w/target"); 2]);
        assert_eq!(plain.elsewhere, None);
        let moved = of("/w %20/target");
        assert_eq!(moved.elsewhere.as_ref(), Some(&moved.target_directory));
        assert!(!moved.target_directory.to_string_lossy().contains('%'));
        assert_ne!(moved.elsewhere, of("/w %21/target").elsewhere);
    }
}
