use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// What matters of cargo's configuration: the files `.cargo/config.toml` in the
/// project and in all folders above it, and the user's own.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// `build.target`, the first if it is a list.
    pub(crate) target: Option<String>,
    /// `build.rustc`.
    pub(crate) rustc: Option<PathBuf>,
    /// Whether cargo builds the standard library itself.
    pub(crate) builds_std: bool,
    /// Where the files are or could be.
    pub(crate) files: Vec<PathBuf>,
}

impl Config {
    pub(crate) fn read(project: &Path) -> Self {
        let mut this = Self {
            target: variable("CARGO_BUILD_TARGET"),
            rustc: variable("RUSTC")
                .or_else(|| variable("CARGO_BUILD_RUSTC"))
                .map(PathBuf::from),
            ..Self::default()
        };
        let above = project.ancestors().map(|folder| folder.join(".cargo"));
        for folder in above.chain(cargo_home()) {
            // Cargo takes the first name, if both are there.
            let files = [folder.join("config"), folder.join("config.toml")];
            let found = files.iter().find_map(|it| fs::read_to_string(it).ok());
            if let Some(table) = found.and_then(|text| text.parse::<Table>().ok()) {
                this.take(&table, &folder);
            }
            this.files.extend(files);
        }
        this.files.dedup();
        this
    }

    /// Takes what was not said nearer to the project.
    fn take(&mut self, table: &Table, folder: &Path) {
        let build = table.get("build");
        if self.target.is_none() {
            let target = build.and_then(|build| build.get("target"));
            let first = match target {
                Some(Value::Array(several)) => several.first(),
                other => other,
            };
            self.target = first.and_then(Value::as_str).map(str::to_owned);
        }
        if self.rustc.is_none() {
            let rustc = build.and_then(|build| build.get("rustc"));
            // A path is relative to the folder that holds `.cargo`.
            self.rustc = rustc.and_then(Value::as_str).map(|path| {
                let base = folder.parent().filter(|_| path.contains(['/', '\\']));
                base.map_or_else(|| path.into(), |base| base.join(path))
            });
        }
        let unstable = table.get("unstable");
        self.builds_std |= unstable.is_some_and(|it| it.get("build-std").is_some());
    }

    /// What the compiler is looked for by: a name, or an absolute path.
    pub(crate) fn rustc_name(&self) -> String {
        let named = self.rustc.as_deref().map(Path::to_string_lossy);
        named.map_or_else(|| "rustc".to_owned(), Into::into)
    }

    /// The target, if it is one of WebAssembly's.
    pub(crate) fn wasm_target(&self) -> Option<&str> {
        self.target.as_deref().filter(|it| is_wasm(it))
    }
}

/// Whether a target is one of WebAssembly's, by its name or the name of the file
/// that describes it.
pub(crate) fn is_wasm(target: &str) -> bool {
    let name = target.rsplit(['/', '\\']).next().unwrap_or(target);
    name.starts_with("wasm32") || name.starts_with("wasm64")
}

/// Cargo's own folder.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    home("CARGO_HOME", ".cargo")
}

/// Rustup's own folder.
pub(crate) fn rustup_home() -> Option<PathBuf> {
    home("RUSTUP_HOME", ".rustup")
}

fn home(name: &str, usual: &str) -> Option<PathBuf> {
    let named = variable(name).map(PathBuf::from);
    named.or_else(|| Some(env::home_dir()?.join(usual)))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_wins() {
        let root = tempfile::tempdir().unwrap();
        let near = root.path().join("a/b");
        let write = |folder: &Path, name: &str, text: &str| {
            fs::create_dir_all(folder.join(".cargo")).unwrap();
            fs::write(folder.join(".cargo").join(name), text).unwrap();
        };
        write(
            root.path(),
            "config",
            "[build]\ntarget='wasm64-x'\nrustc='bin/rc'\n",
        );
        write(
            &near,
            "config.toml",
            "[build]\ntarget=['wasm32-wasip2']\n[unstable]\nbuild-std=['core']\n",
        );
        let mut config = Config::default();
        let table = |path: PathBuf| fs::read_to_string(path).unwrap().parse().unwrap();
        config.take(
            &table(near.join(".cargo/config.toml")),
            &near.join(".cargo"),
        );
        config.take(
            &table(root.path().join(".cargo/config")),
            &root.path().join(".cargo"),
        );
        assert_eq!(config.wasm_target(), Some("wasm32-wasip2"));
        assert_eq!(config.rustc, Some(root.path().join("bin/rc")));
        assert!(config.builds_std);
        let read = Config::read(&near);
        assert!(read.files.contains(&root.path().join("a/.cargo/config")));
        assert!(read.files.contains(&near.join(".cargo/config.toml")));
    }

    #[test]
    fn a_target_for_something_else_is_none_of_ours() {
        let config = |target: &str| Config {
            target: Some(target.into()),
            ..Config::default()
        };
        assert_eq!(config("x86_64-unknown-linux-gnu").wasm_target(), None);
        let own = config("spec/wasm32-mine.json");
        assert_eq!(own.wasm_target(), Some("spec/wasm32-mine.json"));
    }
}
