//! Paths: the project's folder, those above it, and how inputs are written.

use std::path::{Component, Path, PathBuf};

use plugin_protocol::PluginError;

use crate::fault::io;

/// The project's folder without symbolic links, as node calls it.
///
/// # Errors
/// When it is not there.
pub(crate) fn real(project: &Path) -> Result<PathBuf, PluginError> {
    let real = std::fs::canonicalize(project).map_err(|cause| io("open", project, &cause))?;
    Ok(
        match real.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
            // Windows' own form, which node does not use.
            Some(plain) if !plain.starts_with("UNC") => PathBuf::from(plain),
            _ => real,
        },
    )
}

/// A path in the way that inputs and diagnostics are written: relative to the
/// project with `/` when inside, else absolute. Nothing when it is no text.
pub(crate) fn written(project: &Path, path: &Path) -> Option<String> {
    let Ok(inside) = path.strip_prefix(project) else {
        return path.to_str().map(str::to_owned);
    };
    let parts: Option<Vec<&str>> = inside
        .components()
        .map(|it| it.as_os_str().to_str())
        .collect();
    parts.map(|parts| parts.join("/"))
}

/// A path without `.` and `..`, by its text alone.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

/// The project's folder and those above it, up to the checkout that it is in: a
/// stray file further up is somebody else's.
pub(crate) fn ours(project: &Path) -> impl Iterator<Item = &Path> {
    let mut inside = true;
    project.ancestors().take_while(move |folder| {
        let take = inside;
        inside = !folder.join(".git").exists();
        take
    })
}

/// Where node looks for a file below `node_modules`, the nearest first, seen from
/// a folder: there, and in every folder above it.
pub(crate) fn in_modules(folder: &Path, path: &str) -> impl Iterator<Item = PathBuf> {
    folder
        .ancestors()
        .filter(|above| above.file_name().is_none_or(|name| name != "node_modules"))
        .map(move |above| above.join("node_modules").join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_for_the_host() {
        let project = Path::new("/p/ü x");
        let at = |path: &str| written(project, Path::new(path)).unwrap();
        assert_eq!(at("/p/ü x/assembly/index.ts"), "assembly/index.ts");
        assert_eq!(at("/p/other/x.ts"), "/p/other/x.ts");
        assert_eq!(normal(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }

    #[test]
    fn modules_are_looked_for_as_node_does() {
        let found: Vec<_> = in_modules(Path::new("/a/node_modules/b"), "x").collect();
        let expected = [
            "/a/node_modules/b/node_modules/x",
            "/a/node_modules/x",
            "/node_modules/x",
        ];
        assert_eq!(found, expected.map(PathBuf::from));
    }
}
