use std::fs;
use std::path::Path;

use toml::{Table, Value};

/// The version of wasm-bindgen that a lock file pins. Its program has to be of
/// the very same version.
pub(super) fn bindgen_version(lock: &Path) -> Option<String> {
    let table: Table = fs::read_to_string(lock).ok()?.parse().ok()?;
    let packages = table.get("package")?.as_array()?;
    let is_it = |it: &&Value| it.get("name").and_then(Value::as_str) == Some("wasm-bindgen");
    let version = packages.iter().find(is_it)?.get("version")?;
    version.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("Cargo.lock");
        assert_eq!(bindgen_version(&lock), None);
        let text = "version = 4\n[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.92\"\n";
        fs::write(&lock, text).unwrap();
        assert_eq!(bindgen_version(&lock).as_deref(), Some("0.2.92"));
    }
}
