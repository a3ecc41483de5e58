//! All that a build depends on: what cargo's own records say that was read, and
//! what would be read if it were there.

mod depinfo;
mod script;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use plugin_protocol::Inputs;

use crate::cargo::{Artifact, Outcome};
use crate::config::cargo_home;
use crate::path::{literal, plain};
use crate::plan::Plan;

/// What a result depends on.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) inputs: Inputs,
    /// Environment variables that sources and build scripts read.
    pub(crate) env: BTreeSet<String>,
    /// What could not be found out.
    pub(crate) unsure: Option<String>,
}

/// Finds it for a build that went well. `whole` adds all that is in the package,
/// for tools that say nothing of what they read.
pub(crate) fn find(plan: &Plan, outcome: &Outcome, whole: bool) -> Found {
    let mut collect = Collect {
        plan,
        files: BTreeSet::new(),
        globs: BTreeSet::new(),
        names: BTreeSet::new(),
        env: BTreeSet::new(),
        unsure: None,
    };
    collect.settings();
    let folders: BTreeMap<&str, &Path> = outcome
        .artifacts
        .iter()
        .filter_map(|it| Some((&*it.package_id, it.manifest_path.parent()?)))
        .collect();
    for artifact in &outcome.artifacts {
        collect.artifact(artifact);
    }
    for script in &outcome.scripts {
        if let Some(folder) = folders.get(&*script.package_id) {
            let is_own = is_own(&script.package_id, folder);
            collect.script(&script.out_dir, folder, is_own);
        }
    }
    if whole {
        collect.tree(plan.package.folder());
        collect.tree(&plan.project);
    }
    Found {
        inputs: Inputs {
            files: collect.files.into_iter().collect(),
            globs: collect.globs.into_iter().collect(),
            names: collect.names.into_iter().collect(),
        },
        env: collect.env,
        unsure: collect.unsure,
    }
}

/// Whether the files of a package may change. Those from a registry and from git
/// are pinned by the lock file, and cargo takes it that nobody edits its copies;
/// a vendored one lies among the user's own files.
fn is_own(package_id: &str, folder: &Path) -> bool {
    package_id.starts_with("path+") || !cargo_home().is_some_and(|home| folder.starts_with(home))
}

struct Collect<'a> {
    plan: &'a Plan,
    files: BTreeSet<String>,
    globs: BTreeSet<String>,
    names: BTreeSet<String>,
    env: BTreeSet<String>,
    unsure: Option<String>,
}

impl Collect<'_> {
    /// The files that set cargo up, there or not.
    fn settings(&mut self) {
        let plan = self.plan;
        let metadata = &plan.metadata;
        self.file(&metadata.lock_file());
        self.file(&metadata.workspace_root.join("Cargo.toml"));
        for package in &metadata.packages {
            self.file(&package.manifest_path);
        }
        for file in &plan.config.files {
            self.file(file);
        }
        for folder in plan.project.ancestors() {
            for name in ["rust-toolchain", "rust-toolchain.toml"] {
                self.file(&folder.join(name));
            }
        }
        // A manifest in a folder above would make this a member of that.
        for folder in metadata.workspace_root.ancestors().skip(1) {
            self.file(&folder.join("Cargo.toml"));
        }
    }

    fn artifact(&mut self, artifact: &Artifact) {
        let Some(folder) = artifact.manifest_path.parent() else {
            return;
        };
        let is_own = is_own(&artifact.package_id, folder);
        if is_own {
            self.file(&artifact.manifest_path);
            self.file(&folder.join("build.rs"));
            self.sources(&artifact.target.src_path, folder);
        }
        let records = depinfo::records(artifact, &self.plan.metadata.made_by_cargo());
        if records.is_empty() && is_own {
            let name = &artifact.target.name;
            self.unsure = Some(format!("cargo left no record of what `{name}` was made of"));
        }
        for record in records {
            // What is not UTF-8 cannot be named to the host either.
            let Ok(text) = fs::read_to_string(&record) else {
                self.unsure = Some(format!("{} could not be read", record.display()));
                continue;
            };
            let read = depinfo::read(&text);
            self.env.extend(read.env);
            if is_own {
                for file in read.files {
                    let file = self.resolve(&file, folder);
                    self.file(&file);
                }
            }
        }
    }

    /// Where a file is that rustc names: relative to the workspace for its
    /// packages, to the package for others.
    fn resolve(&self, file: &str, folder: &Path) -> PathBuf {
        let in_workspace = self.plan.metadata.workspace_root.join(file);
        match in_workspace.exists() {
            true => in_workspace,
            false => folder.join(file),
        }
    }

    /// The folder of a crate's root, in which a new file may become a module.
    fn sources(&mut self, root: &Path, package: &Path) {
        let Some(folder) = root.parent() else { return };
        self.file(root);
        if folder != package {
            self.below(folder);
        } else if let Some(folder) = self.write(folder) {
            self.names.insert(format!("{}*.rs", prefix(&folder)));
        }
        // A new program, or a library beside a program.
        let usual = package.join("src");
        if folder != usual && !folder.starts_with(&usual) {
            self.below(&usual);
        }
    }

    fn script(&mut self, out_dir: &Path, package: &Path, is_own: bool) {
        let output = out_dir.with_file_name("output");
        let Ok(text) = fs::read(&output) else {
            self.unsure = Some(format!("{} could not be read", output.display()));
            return;
        };
        let said = script::read(&String::from_utf8_lossy(&text));
        self.env.extend(said.env);
        if !is_own {
            return;
        }
        for file in &said.files {
            self.file(&package.join(file));
        }
        // Cargo runs such a script again when anything in the package changes.
        if said.silent {
            self.tree(package);
        }
    }

    /// All in a folder, but for what cargo and version control keep there.
    fn tree(&mut self, folder: &Path) {
        let made = self.plan.metadata.made_by_cargo();
        let (files, folders) = tree::top(folder, &made);
        for file in files {
            self.file(&file);
        }
        for folder in folders {
            self.below(&folder);
        }
        if let Some(folder) = self.write(folder) {
            self.names.insert(format!("{}*", prefix(&folder)));
        }
    }

    fn below(&mut self, folder: &Path) {
        if let Some(folder) = self.write(folder) {
            self.globs.insert(format!("{}**", prefix(&folder)));
        }
    }

    fn file(&mut self, path: &Path) {
        let path = plain(path);
        // What a build script has made is made again.
        let made = self.plan.metadata.made_by_cargo();
        if made.iter().any(|folder| path.starts_with(folder)) {
            return;
        }
        match self.plan.root.write(&path) {
            Some(path) => {
                self.files.insert(path);
            }
            None => {
                let path = path.display();
                self.unsure = Some(format!("the path {path} is not UTF-8"));
            }
        }
    }

    /// A folder as the start of a pattern; empty for the project's own.
    fn write(&mut self, folder: &Path) -> Option<String> {
        let folder = plain(folder);
        if folder == self.plan.project
            || self.plan.project.canonicalize().ok().as_ref() == Some(&folder)
        {
            return Some(String::new());
        }
        let text = self.plan.root.write(&folder);
        if text.is_none() {
            let folder = folder.display();
            self.unsure = Some(format!("the path {folder} is not UTF-8"));
        }
        Some(literal(&text?))
    }
}

fn prefix(folder: &str) -> String {
    match folder {
        "" => String::new(),
        _ => format!("{folder}/"),
    }
}
