//! What `Cargo.toml` says by itself. Cargo knows better, but it may not be asked
//! while a project is only looked at.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// A package or a workspace, as its `Cargo.toml` describes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manifest {
    table: Table,
    folder: PathBuf,
}

impl Manifest {
    /// Reads the one in a folder; nothing when there is none, or it is no TOML.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        Some(Self {
            table: text.parse().ok()?,
            folder: folder.to_owned(),
        })
    }

    /// Whether it describes a package and not only a workspace.
    pub(crate) fn is_package(&self) -> bool {
        self.table.contains_key("package")
    }

    pub(crate) fn is_workspace(&self) -> bool {
        self.table.contains_key("workspace")
    }

    /// The library's source, project-relative, if it is made for other languages
    /// to load.
    pub(crate) fn cdylib(&self) -> Option<String> {
        let lib = self.table.get("lib")?;
        let types = lib.get("crate-type").or_else(|| lib.get("crate_type"))?;
        let types = types.as_array()?;
        types
            .iter()
            .any(|it| it.as_str() == Some("cdylib"))
            .then(|| {
                let path = lib.get("path").and_then(Value::as_str);
                path.unwrap_or("src/lib.rs").to_owned()
            })
    }

    /// The library's source, if there is one that can be linked.
    pub(crate) fn library(&self) -> Option<String> {
        let lib = self.table.get("lib");
        let is = |name| lib.and_then(|lib| lib.get(name)).and_then(Value::as_bool);
        if is("proc-macro").or(is("proc_macro")) == Some(true) {
            return None;
        }
        let path = lib.and_then(|lib| lib.get("path")).and_then(Value::as_str);
        let path = path.unwrap_or("src/lib.rs");
        self.folder.join(path).is_file().then(|| path.to_owned())
    }

    /// The sources of its programs: those that the manifest names, and those that
    /// cargo finds by itself.
    pub(crate) fn programs(&self) -> Vec<String> {
        let named = self.table.get("bin").and_then(Value::as_array);
        let named = named.into_iter().flatten();
        let mut found: Vec<String> = named
            .filter_map(|bin| bin.get("path").and_then(Value::as_str))
            .map(str::to_owned)
            .collect();
        let package = self.table.get("package");
        let auto = package.and_then(|it| it.get("autobins"));
        if auto.and_then(Value::as_bool) != Some(false) {
            found.extend(self.usual_programs());
        }
        found.sort();
        found.dedup();
        found.retain(|path| self.folder.join(path).is_file());
        found
    }

    fn usual_programs(&self) -> Vec<String> {
        let entries = self.folder.join("src/bin").read_dir();
        let entries = entries.into_iter().flatten().flatten();
        let mut found: Vec<_> = entries
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                match name.ends_with(".rs") {
                    true => Some(format!("src/bin/{name}")),
                    false => Some(format!("src/bin/{name}/main.rs")),
                }
            })
            .collect();
        found.push("src/main.rs".into());
        found
    }

    /// The names of the crates that it depends on when it is built for wasm,
    /// without those that only a feature brings.
    pub(crate) fn dependencies(&self) -> Vec<String> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flatten();
        let tables = targets.map(|(_, table)| table.get("dependencies"));
        let mut found = Vec::new();
        for table in tables.chain([self.table.get("dependencies")]).flatten() {
            for (name, value) in table.as_table().into_iter().flatten() {
                if value.get("optional").and_then(Value::as_bool) != Some(true) {
                    let renamed = value.get("package").and_then(Value::as_str);
                    found.push(renamed.unwrap_or(name).to_owned());
                }
            }
        }
        found
    }

    /// The packages of a workspace, as far as its patterns name them.
    pub(crate) fn members(&self) -> Vec<Self> {
        let workspace = self.table.get("workspace");
        let list = |name: &str| {
            let list = workspace.and_then(|it| it.get(name));
            let list = list.and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str)
                .map(|path| path.trim_start_matches("./").trim_end_matches('/'))
                .collect::<Vec<_>>()
        };
        let not: Vec<_> = list("exclude")
            .iter()
            .map(|it| self.folder.join(it))
            .collect();
        let mut folders: Vec<PathBuf> = list("members")
            .iter()
            .flat_map(|pattern| expand(&self.folder, pattern))
            .filter(|folder| !not.contains(folder))
            .collect();
        folders.sort();
        folders.dedup();
        folders.iter().filter_map(|it| Self::read(it)).collect()
    }
}

/// The folders that a pattern of members means; `*` stands for a whole name, or
/// the rest of one.
fn expand(root: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![root.to_owned()];
    for part in pattern.split('/') {
        found = match part.strip_suffix('*') {
            None => found.iter().map(|folder| folder.join(part)).collect(),
            Some(start) => found.iter().flat_map(|it| below(it, start)).collect(),
        };
    }
    found
}

fn below(folder: &Path, start: &str) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name();
            name.to_str().is_some_and(|name| name.starts_with(start))
        })
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(files: &[(&str, &str)]) -> (tempfile::TempDir, Manifest) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let manifest = Manifest::read(folder.path()).unwrap();
        (folder, manifest)
    }

    #[test]
    fn a_package_is_read_as_cargo_would() {
        let (_folder, package) = manifest(&[
            (
                "Cargo.toml",
                "[package]\nname='a'\n[lib]\ncrate-type=['rlib','cdylib']\n[[bin]]\nname='x'\n\
                 path='tools/x.rs'\n[dependencies]\nyew='1'\nui={package='leptos',version='1'}\n\
                 maybe={version='1',optional=true}\n[target.'cfg(any())'.dependencies]\ngloo='1'\n",
            ),
            ("src/lib.rs", ""),
            ("src/bin/two.rs", ""),
            ("src/bin/three/main.rs", ""),
            ("tools/x.rs", ""),
        ]);
        assert_eq!(package.cdylib().as_deref(), Some("src/lib.rs"));
        assert_eq!(
            package.programs(),
            ["src/bin/three/main.rs", "src/bin/two.rs", "tools/x.rs"]
        );
        assert_eq!(package.dependencies(), ["gloo", "leptos", "yew"]);
        assert!(package.is_package() && !package.is_workspace());
    }

    #[test]
    fn a_macro_is_no_library() {
        let text = "[package]\nname='a'\n[lib]\nproc-macro=true\n";
        let (_folder, package) = manifest(&[("Cargo.toml", text), ("src/lib.rs", "")]);
        assert_eq!(package.library(), None);
    }

    #[test]
    fn members_are_found_by_their_patterns() {
        let text = "[workspace]\nmembers=['app','crates/*','./x-*/']\nexclude=['crates/no']\n";
        let package = "[package]\nname='p'\n";
        let (_folder, workspace) = manifest(&[
            ("Cargo.toml", text),
            ("app/Cargo.toml", package),
            ("crates/one/Cargo.toml", package),
            ("crates/no/Cargo.toml", package),
            ("x-1/Cargo.toml", package),
            ("y/Cargo.toml", package),
        ]);
        assert_eq!(workspace.members().len(), 3);
    }
}
