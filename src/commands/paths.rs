//! Paths as reports show them.

use std::path::{Path, PathBuf};

/// A path as short as it can be written from here.
pub(super) fn short(path: &Path) -> String {
    let short = std::env::current_dir()
        .ok()
        .and_then(|here| from(path, &here));
    let full = path.display().to_string();
    match short {
        Some(short) if short.as_os_str().len() < full.len() => short.display().to_string(),
        _ => full,
    }
}

/// A path relative to a folder, with `..` where it has to go up.
fn from(path: &Path, folder: &Path) -> Option<PathBuf> {
    if !path.is_absolute() {
        return None;
    }
    let common = path.components().zip(folder.components());
    let common = common.take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| "..".as_ref());
    let down = path.components().skip(common);
    let down = down.map(|part| Path::new(part.as_os_str()));
    Some(up.chain(down).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_here() {
        let of = |path: &str, folder: &str| from(Path::new(path), Path::new(folder));
        assert_eq!(of("/a/b/c", "/a/b"), Some("c".into()));
        assert_eq!(of("/a/x", "/a/b"), Some("../x".into()));
        assert_eq!(of("x", "/a"), None);
    }
}
