use std::path::{Path, PathBuf};

/// What nobody builds from: version control, and what tools make here.
const LEFT_OUT: &[&str] = &[".git", ".hg", ".svn", ".jj", "node_modules", "dist"];

/// The files and the folders directly in a folder, without what is `made` by a
/// build, or marks itself as a cache.
pub(super) fn top(folder: &Path, made: &[&Path]) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let kept = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        !LEFT_OUT.contains(&&*name) && !name.starts_with(".wasmrun")
    });
    let paths = kept.map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = paths
        .filter(|path| !made.contains(&&**path) && !path.join("CACHEDIR.TAG").exists())
        .partition(|path| path.is_dir());
    (files, folders)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_made_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["src", "target", ".git", "cache"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("index.html"), "").unwrap();
        fs::write(folder.path().join("cache/CACHEDIR.TAG"), "").unwrap();
        let target = folder.path().join("target");
        let (files, folders) = top(folder.path(), &[&target]);
        assert_eq!(files, [folder.path().join("index.html")]);
        assert_eq!(folders, [folder.path().join("src")]);
    }
}
