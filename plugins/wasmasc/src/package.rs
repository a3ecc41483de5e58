//! Packages: what a project lists, and where the compiler is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use plugin_protocol::PluginError;
use serde_json::{Map, Value};

use crate::fault::{invalid, missing};
use crate::folder::{in_modules, ours};
use crate::manager::Installer;
use crate::node::find;

/// A `package.json`.
#[derive(Debug, Clone)]
pub(crate) struct Package(Map<String, Value>);

impl Package {
    /// That of a folder; nothing when there is none that can be read.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(folder.join("package.json")).ok()?;
        match serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()? {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    /// A field that is a text.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.as_str()
    }

    /// A text in a field that is an object.
    pub(crate) fn text_in(&self, field: &str, name: &str) -> Option<&str> {
        self.0.get(field)?.get(name)?.as_str()
    }

    /// The packages that it needs, those to build it included.
    pub(crate) fn needs(&self) -> BTreeSet<&str> {
        ["dependencies", "devDependencies"]
            .iter()
            .filter_map(|table| self.0.get(*table)?.as_object())
            .flat_map(|table| table.keys().map(String::as_str))
            .collect()
    }
}

/// Whether a project, or a workspace around it, lists a package.
pub(crate) fn lists(project: &Path, name: &str) -> bool {
    let mut all = ours(project).filter_map(Package::read);
    all.any(|package| package.needs().contains(name))
}

/// Where a package is installed, seen from a folder.
pub(crate) fn locate(folder: &Path, name: &str) -> Option<PathBuf> {
    in_modules(folder, name).find(|found| found.is_dir())
}

/// The AssemblyScript compiler.
#[derive(Debug, Clone)]
pub(crate) struct Compiler {
    /// The package's folder, as it was found.
    pub(crate) folder: PathBuf,
    /// Its version.
    pub(crate) version: String,
    /// What it wants of node (`>=20`).
    pub(crate) node: Option<String>,
    /// The `package.json` files that were looked for, the one found last.
    pub(crate) looked: Vec<PathBuf>,
}

/// The oldest version with the interface that is used: (0, 20).
const OLDEST: (u64, u64) = (0, 20);

impl Compiler {
    /// That of a project: in `node_modules` of its folder or one above, else
    /// beside the `asc` that is in `PATH`.
    ///
    /// # Errors
    /// When there is none, or it is too old, with the command that gets it.
    pub(crate) fn of(project: &Path) -> Result<Self, PluginError> {
        let mut looked = Vec::new();
        for file in in_modules(project, "assemblyscript/package.json") {
            looked.push(file.clone());
            let Some(folder) = file.parent().filter(|_| file.is_file()) else {
                continue;
            };
            return Self::at(folder, looked, project);
        }
        match find("asc").as_deref().and_then(package_of) {
            Some(folder) => Self::at(&folder, looked, project),
            None => Err(not_installed(project)),
        }
    }

    fn at(folder: &Path, looked: Vec<PathBuf>, project: &Path) -> Result<Self, PluginError> {
        let package = Package::read(folder);
        let version = package.as_ref().and_then(|it| it.text("version"));
        let installer = Installer::of(project);
        let Some((package, version)) = package.as_ref().zip(version) else {
            let message = format!("{} is not a whole package", folder.display());
            return Err(missing(message).fix(installer.install()));
        };
        let mut numbers = version
            .split(['.', '-'])
            .map(|part| part.parse().unwrap_or(0));
        let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if found < OLDEST {
            let message = format!("assemblyscript {version} is too old; this needs 0.20 or newer");
            return Err(missing(message).fix(installer.add("assemblyscript@latest")));
        }
        Ok(Self {
            folder: folder.to_owned(),
            version: version.to_owned(),
            node: package.text_in("engines", "node").map(str::to_owned),
            looked,
        })
    }

    /// The program that people call.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder.join("bin").join("asc.js")
    }

    /// The compiler as a module of JavaScript.
    pub(crate) fn module(&self) -> PathBuf {
        self.folder.join("dist").join("asc.js")
    }

    /// The folders and files that it consists of.
    pub(crate) fn parts(&self) -> Vec<PathBuf> {
        let mut parts = vec![self.folder.join("package.json"), self.folder.join("dist")];
        // What it needs lies beside it once links are resolved.
        let real = std::fs::canonicalize(&self.folder);
        let (Ok(real), Some(package)) = (real, Package::read(&self.folder)) else {
            return parts;
        };
        parts.extend(
            package
                .needs()
                .into_iter()
                .filter_map(|name| locate(&real, name)),
        );
        parts
    }
}

/// The package that an `asc` in `PATH` belongs to. Links lead into it; where
/// there are none, scripts lie beside the folder of all global packages.
fn package_of(program: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(program).ok()?;
    let inside = real.ancestors().nth(2).map(Path::to_owned);
    let beside = program
        .parent()
        .map(|it| it.join("node_modules").join("assemblyscript"));
    let is_it = |folder: &PathBuf| {
        let package = Package::read(folder);
        package.is_some_and(|package| package.text("name") == Some("assemblyscript"))
    };
    [inside, beside].into_iter().flatten().find(is_it)
}

/// The error when there is no compiler.
fn not_installed(project: &Path) -> PluginError {
    let installer = Installer::of(project);
    let listed = lists(project, "assemblyscript");
    if listed && ours(project).any(|above| above.join(".pnp.cjs").is_file()) {
        let message = "yarn's Plug'n'Play keeps packages where asc finds none; use node_modules";
        return invalid(message)
            .fix(["yarn", "config", "set", "nodeLinker", "node-modules"])
            .because("`yarn install` afterwards");
    }
    let message = if listed {
        "the dependencies are not installed: package.json lists assemblyscript, and node_modules lacks it"
    } else {
        "assemblyscript is not installed: it is neither in node_modules nor in PATH"
    };
    let error = missing(message).fix(installer.get(project, "assemblyscript"));
    match installer.remark() {
        Some(remark) => error.because(remark),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(file: &Path, text: &str) {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    #[test]
    fn a_member_of_a_workspace_finds_the_compiler_of_the_workspace() {
        let root = tempfile::tempdir().unwrap();
        let member = root.path().join("packages/a");
        std::fs::create_dir_all(&member).unwrap();
        let package = root.path().join("node_modules/assemblyscript/package.json");
        write(
            &package,
            r#"{"version":"0.28.1","engines":{"node":">=20"}}"#,
        );
        let compiler = Compiler::of(&member).unwrap();
        assert_eq!(compiler.version, "0.28.1");
        assert_eq!(compiler.node.as_deref(), Some(">=20"));
        assert_eq!(compiler.looked.last(), Some(&package));
        assert_eq!(compiler.looked.len(), 3);
        write(&package, r#"{"version":"0.19.23"}"#);
        let error = Compiler::of(&member).unwrap_err();
        assert!(error.message.contains("0.19.23 is too old"), "{error:?}");
        write(&package, "{");
        assert!(
            Compiler::of(&member)
                .unwrap_err()
                .message
                .contains("not a whole package")
        );
    }

    #[test]
    fn plug_and_play_is_named() {
        let root = tempfile::tempdir().unwrap();
        write(&root.path().join(".pnp.cjs"), "");
        write(
            &root.path().join("package.json"),
            r#"{"devDependencies":{"assemblyscript":"*"}}"#,
        );
        let error = not_installed(root.path());
        assert!(error.message.contains("Plug'n'Play"), "{error:?}");
    }
}
