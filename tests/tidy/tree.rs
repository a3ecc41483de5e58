//! The files of the project.

use std::path::{Path, PathBuf};

/// A file that is tracked, or would be after `git add`.
pub(crate) struct File {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// Its content; `None` when it is not UTF-8.
    pub(crate) text: Option<String>,
    /// Its length in bytes.
    pub(crate) length: u64,
}

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files that git does not ignore, in order of their paths. Works without
/// git too, as in an unpacked archive.
pub(crate) fn files() -> Vec<File> {
    let walk = ignore::WalkBuilder::new(root())
        .hidden(false)
        .require_git(false)
        .git_global(false)
        .git_exclude(false)
        .parents(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    let mut paths: Vec<PathBuf> = walk
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// Those under `folder` that end in `ending`.
pub(crate) fn files_in(folder: &str, ending: &str) -> Vec<File> {
    let mut files = files();
    files.retain(|file| file.path.starts_with(folder) && file.path.ends_with(ending));
    assert!(!files.is_empty(), "no {ending} in {folder}");
    files
}

/// Fails with all findings, if there are any.
pub(crate) fn expect_none(what: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{what}:\n  {}", findings.join("\n  "));
}

/// The rows below the heading `## {title}` of a document's table, each cell
/// trimmed, without the head.
pub(crate) fn table(path: &str, title: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let (_, section) = text.split_once(&format!("\n## {title}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows: Vec<Vec<String>> = section
        .lines()
        .filter_map(|line| line.trim().strip_prefix('|')?.strip_suffix('|'))
        .skip(2)
        .map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "{path}: no table under {title}");
    rows
}

/// The words in backticks.
pub(crate) fn quoted(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn read(path: &Path) -> File {
    let bytes = std::fs::read(path).unwrap();
    let relative = path.strip_prefix(root()).unwrap();
    File {
        path: relative.to_str().unwrap().replace('\\', "/"),
        length: bytes.len() as u64,
        text: String::from_utf8(bytes).ok(),
    }
}
