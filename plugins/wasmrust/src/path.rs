//! Paths as the protocol writes them.

use std::path::{Component, Path, PathBuf};

/// The project's folder, by the two names that tools may call it.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    given: PathBuf,
    real: PathBuf,
}

impl Root {
    pub(crate) fn new(project: &Path) -> Self {
        Self {
            given: project.to_owned(),
            real: project
                .canonicalize()
                .unwrap_or_else(|_| project.to_owned()),
        }
    }

    /// A path as the protocol writes it: project-relative with `/` when it is
    /// inside, else absolute. `path` is absolute. Nothing when it is no UTF-8.
    pub(crate) fn write(&self, path: &Path) -> Option<String> {
        let path = plain(path);
        let inside = path
            .strip_prefix(&self.given)
            .or_else(|_| path.strip_prefix(&self.real));
        match inside.ok().and_then(relative) {
            Some(relative) => Some(relative),
            None => path.to_str().map(str::to_owned),
        }
    }
}

/// A path below the project with `/`; nothing when the protocol has no way to
/// write it so.
fn relative(path: &Path) -> Option<String> {
    let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
    let parts = parts?;
    let strange = |part: &&str| part.contains(['\\', ':', '\0']);
    (!parts.is_empty() && !parts.iter().any(strange)).then(|| parts.join("/"))
}

/// A path without `.` and `..`, by its words alone.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// A path in a pattern, in which it stands for itself.
pub(crate) fn literal(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for letter in path.chars() {
        match letter {
            '*' | '?' | '[' | '{' => text.extend(['[', letter, ']']),
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn inside_is_relative_and_outside_absolute() {
        let root = Root::new(Path::new("/w/my app"));
        for (path, expected) in [
            ("/w/my app/src/ä.rs", "src/ä.rs"),
            ("/w/my app/a/../src/./b.rs", "src/b.rs"),
            ("/w/other/x.rs", "/w/other/x.rs"),
            ("/w/my app/../core/x.rs", "/w/core/x.rs"),
            ("/w/my app", "/w/my app"),
            ("/w/my app/a:b", "/w/my app/a:b"),
        ] {
            assert_eq!(root.write(Path::new(path)).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_folder_with_brackets_is_no_pattern() {
        assert_eq!(literal("a[1]{x}*"), "a[[]1]{x}[*]".replace("{x}", "[{]x}"));
    }
}
