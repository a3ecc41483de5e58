//! Which program installs the packages of a project.

use std::path::{Path, PathBuf};

use crate::folder::ours;
use crate::node::find;
use crate::package::{self, Package};

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manager {
    Npm,
    /// Yarn 1.
    YarnClassic,
    /// Yarn 2 and newer.
    Yarn,
    Pnpm,
    Bun,
}

/// The lock files, with their managers. A project may have several, left from
/// before; then the likelier one is the more special.
const LOCKS: &[(&str, Manager)] = &[
    ("bun.lock", Manager::Bun),
    ("bun.lockb", Manager::Bun),
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("yarn.lock", Manager::Yarn),
    ("package-lock.json", Manager::Npm),
    ("npm-shrinkwrap.json", Manager::Npm),
];

/// How the packages of a project are installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installer {
    pub(crate) manager: Manager,
    /// The lock file that says so.
    pub(crate) lock: Option<PathBuf>,
}

impl Installer {
    /// The one of a project: by the lock file in the nearest folder that has one,
    /// else by `packageManager` in `package.json`, else npm.
    pub(crate) fn of(project: &Path) -> Self {
        for folder in ours(project) {
            for (name, manager) in LOCKS {
                let lock = folder.join(name);
                if lock.is_file() {
                    let manager = match manager {
                        Manager::Yarn if is_classic(&lock) => Manager::YarnClassic,
                        manager => *manager,
                    };
                    let lock = Some(lock);
                    return Self { manager, lock };
                }
            }
            if let Some(manager) = Package::read(folder).and_then(|it| named(&it)) {
                return Self {
                    manager,
                    lock: None,
                };
            }
        }
        Self {
            manager: Manager::Npm,
            lock: None,
        }
    }

    /// The command that installs what the project lists, and changes no lock file.
    pub(crate) fn install(&self) -> Vec<String> {
        let words: &[&str] = match (self.manager, &self.lock) {
            (Manager::Npm, Some(_)) => &["npm", "ci"],
            (Manager::Npm, None) => &["npm", "install"],
            (Manager::YarnClassic, Some(_)) => &["yarn", "install", "--frozen-lockfile"],
            (Manager::Yarn, Some(_)) => &["yarn", "install", "--immutable"],
            (Manager::YarnClassic | Manager::Yarn, None) => &["yarn", "install"],
            (Manager::Pnpm, Some(_)) => &["pnpm", "install", "--frozen-lockfile"],
            (Manager::Pnpm, None) => &["pnpm", "install"],
            (Manager::Bun, Some(_)) => &["bun", "install", "--frozen-lockfile"],
            (Manager::Bun, None) => &["bun", "install"],
        };
        words.iter().map(ToString::to_string).collect()
    }

    /// The command that adds a package to what the project lists, as one that is
    /// needed to build it.
    pub(crate) fn add(&self, package: &str) -> Vec<String> {
        let words: [&str; 3] = match self.manager {
            Manager::Npm => ["npm", "install", "--save-dev"],
            Manager::YarnClassic | Manager::Yarn => ["yarn", "add", "--dev"],
            Manager::Pnpm => ["pnpm", "add", "--save-dev"],
            Manager::Bun => ["bun", "add", "--dev"],
        };
        let words = words.iter().copied().chain([package]);
        words.map(str::to_owned).collect()
    }

    /// The command that installs a package which the project may list already.
    pub(crate) fn get(&self, project: &Path, package: &str) -> Vec<String> {
        if package::lists(project, package) {
            self.install()
        } else {
            self.add(package)
        }
    }

    /// What to know beside the command, if there is something.
    pub(crate) fn remark(&self) -> Option<String> {
        let name = self.manager.program();
        let why = match &self.lock {
            Some(lock) => format!("{} is {name}'s", lock.file_name()?.display()),
            None if self.manager == Manager::Npm => return None,
            None => format!("`packageManager` in package.json is {name}"),
        };
        Some(match (find(name), self.manager) {
            (Some(_), _) => why,
            (None, Manager::Npm) => format!("{why}, and npm is not installed; it comes with node"),
            (None, _) => {
                format!("{why}, and {name} is not installed: `npm install --global {name}`")
            }
        })
    }
}

impl Manager {
    fn program(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::YarnClassic | Self::Yarn => "yarn",
            Self::Pnpm => "pnpm",
            Self::Bun => "bun",
        }
    }
}

/// Yarn 1 begins its lock file with its version; later ones write YAML.
fn is_classic(lock: &Path) -> bool {
    std::fs::read_to_string(lock).is_ok_and(|text| !text.contains("__metadata:"))
}

/// `"packageManager": "pnpm@9.1.0"`.
fn named(package: &Package) -> Option<Manager> {
    let (name, version) = package.text("packageManager")?.split_once('@')?;
    Some(match name {
        "npm" => Manager::Npm,
        "yarn" if version.starts_with("1.") => Manager::YarnClassic,
        "yarn" => Manager::Yarn,
        "pnpm" => Manager::Pnpm,
        "bun" => Manager::Bun,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(files: &[(&str, &str)]) -> (String, String) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        std::fs::create_dir_all(folder.path().join("packages/a")).unwrap();
        let installer = Installer::of(&folder.path().join("packages/a"));
        (installer.install().join(" "), installer.add("x").join(" "))
    }

    #[test]
    fn the_lock_file_decides() {
        for (file, text, install, add) in [
            (
                "package-lock.json",
                "{}",
                "npm ci",
                "npm install --save-dev x",
            ),
            (
                "npm-shrinkwrap.json",
                "{}",
                "npm ci",
                "npm install --save-dev x",
            ),
            (
                "yarn.lock",
                "# yarn lockfile v1\n",
                "yarn install --frozen-lockfile",
                "yarn add --dev x",
            ),
            (
                "yarn.lock",
                "__metadata:\n  version: 8\n",
                "yarn install --immutable",
                "yarn add --dev x",
            ),
            (
                "pnpm-lock.yaml",
                "",
                "pnpm install --frozen-lockfile",
                "pnpm add --save-dev x",
            ),
            (
                "bun.lock",
                "",
                "bun install --frozen-lockfile",
                "bun add --dev x",
            ),
            (
                "bun.lockb",
                "",
                "bun install --frozen-lockfile",
                "bun add --dev x",
            ),
            (
                "package.json",
                r#"{"packageManager":"pnpm@9.1.0"}"#,
                "pnpm install",
                "pnpm add --save-dev x",
            ),
            (
                "package.json",
                r#"{"packageManager":"yarn@1.22.0"}"#,
                "yarn install",
                "yarn add --dev x",
            ),
            (
                "package.json",
                r#"{"packageManager":"cargo"}"#,
                "npm install",
                "npm install --save-dev x",
            ),
            (
                "package.json",
                "not json",
                "npm install",
                "npm install --save-dev x",
            ),
        ] {
            let expected = (install.to_owned(), add.to_owned());
            assert_eq!(commands(&[(file, text)]), expected, "{file} {text}");
        }
    }

    #[test]
    fn a_lock_file_above_the_checkout_is_somebody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("checkout/project");
        std::fs::create_dir_all(&project).unwrap();
        std::fs::create_dir(folder.path().join("checkout/.git")).unwrap();
        std::fs::write(folder.path().join("yarn.lock"), "").unwrap();
        assert_eq!(Installer::of(&project).install(), ["npm", "install"]);
    }

    #[test]
    fn the_nearest_lock_file_decides() {
        let (install, _) = commands(&[("package-lock.json", "{}"), ("packages/a/bun.lock", "")]);
        assert_eq!(install, "bun install --frozen-lockfile");
    }
}
