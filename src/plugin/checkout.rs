//! A checkout of wasmrun's own repository, when the user is in one or runs the
//! program that was built in it.

use std::path::{Path, PathBuf};

/// The repository that holds a plugin: one that `here` is in, else the one that
/// this program was built in.
#[must_use]
pub fn find(here: &Path, plugin: &str) -> Option<PathBuf> {
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(Path::parent);
    [Some(here), own]
        .into_iter()
        .flatten()
        .flat_map(Path::ancestors)
        .find(|folder| is_ours(folder) && manifest(folder, plugin).is_file())
        .map(Path::to_owned)
}

/// The repository's folder, whichever plugins it holds.
#[must_use]
pub fn root(here: &Path) -> Option<PathBuf> {
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(Path::parent);
    let mut all = [Some(here), own]
        .into_iter()
        .flatten()
        .flat_map(Path::ancestors);
    all.find(|folder| is_ours(folder)).map(Path::to_owned)
}

/// The plugin's own `Cargo.toml`.
pub(super) fn manifest(root: &Path, plugin: &str) -> PathBuf {
    root.join("plugins").join(plugin).join("Cargo.toml")
}

/// Whether a folder is the root of this workspace.
fn is_ours(folder: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(folder.join("Cargo.toml")) else {
        return false;
    };
    let Ok(table) = text.parse::<toml::Table>() else {
        return false;
    };
    let name = table.get("package").and_then(|package| package.get("name"));
    table.contains_key("workspace")
        && name.and_then(toml::Value::as_str) == Some(env!("CARGO_PKG_NAME"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_found_from_inside_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let file = manifest(folder.path(), "wasmtest");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
        let root = folder.path().join("Cargo.toml");
        std::fs::write(&root, "[package]\nname = 'wasmrun'\n").unwrap();
        assert_eq!(find(&deep, "wasmtest"), None, "no workspace");
        std::fs::write(&root, "[workspace]\n[package]\nname = 'wasmrun'\n").unwrap();
        assert_eq!(find(&deep, "wasmtest").as_deref(), Some(folder.path()));
        assert_eq!(find(&deep, "wasmother"), None);
    }
}
