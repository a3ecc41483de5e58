//! Copies of the project under test, and what has changed in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::verdict::{Checked, own};
use crate::project::{Fingerprint, InputState};

/// What a copy does without.
const LEFT_OUT: [&str; 4] = [".git", ".hg", ".jj", ".wasmrun"];

/// Copies all of a folder into another that is there.
pub(super) fn copy(from: &Path, to: &Path) -> Checked {
    for entry in own("read", from, from.read_dir())? {
        let entry = own("read", from, entry)?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left| name == *left) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(&name));
        let kind = own("read", &source, entry.file_type())?;
        if kind.is_dir() {
            own("create", &target, fs::create_dir(&target))?;
            copy(&source, &target)?;
        } else if kind.is_symlink() {
            link(&source, &target)?;
        } else if kind.is_file() {
            own("copy", &source, fs::copy(&source, &target))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(source: &Path, target: &Path) -> Checked {
    let to = own("read", source, fs::read_link(source))?;
    own("create", target, std::os::unix::fs::symlink(to, target))
}

/// Elsewhere a link needs rights that a user may lack: what it leads to is
/// copied.
#[cfg(not(unix))]
fn link(source: &Path, target: &Path) -> Checked {
    if source.is_dir() {
        own("create", target, fs::create_dir(target))?;
        return copy(source, target);
    }
    own("copy", source, fs::copy(source, target)).map(|_| ())
}

/// The state of all files of a project.
pub(super) fn state(project: &Path) -> Checked<BTreeMap<String, InputState>> {
    Ok(Fingerprint::take(project, None, &[])?.inputs)
}

/// What differs between two states, each as `added x`, `changed x` or
/// `deleted x`.
pub(super) fn difference(
    before: &BTreeMap<String, InputState>,
    after: &BTreeMap<String, InputState>,
) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (path, state) in before {
        match after.get(path) {
            None => found.push(("deleted", path.clone())),
            Some(other) if other != state => found.push(("changed", path.clone())),
            Some(_) => {}
        }
    }
    let added = after.keys().filter(|path| !before.contains_key(*path));
    found.extend(added.map(|path| ("added", path.clone())));
    found
}

/// The files of a project, relative, in order.
pub(super) fn files(project: &Path) -> Checked<Vec<PathBuf>> {
    let is_file =
        |state: &InputState| matches!(state, InputState::Content(_) | InputState::Executable(_));
    let all = state(project)?.into_iter();
    Ok(all
        .filter(|(_, state)| is_file(state))
        .map(|(path, _)| PathBuf::from(path))
        .collect())
}
