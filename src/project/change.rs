use std::fmt;

use super::{Fingerprint, InputState};

/// One input that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The input, as [`Fingerprint`] writes it.
    pub path: String,
    /// What became of it.
    pub kind: ChangeKind,
}

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It has another content, kind or target.
    Changed,
    /// It was not there.
    New,
    /// It is not there any more.
    Gone,
    /// It may be run now, and was not before; or the reverse.
    Executable(bool),
}

/// `src/a.h changed`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match self.kind {
            ChangeKind::Changed => write!(f, "{path} changed"),
            ChangeKind::New => write!(f, "{path} is new"),
            ChangeKind::Gone => write!(f, "{path} is gone"),
            ChangeKind::Executable(true) => write!(f, "{path} became executable"),
            ChangeKind::Executable(false) => write!(f, "{path} is not executable any more"),
        }
    }
}

impl Fingerprint {
    /// What is different in a later fingerprint, in order of paths. A folder that
    /// came or went with something in it is left out: that says enough.
    #[must_use]
    pub fn difference(&self, later: &Self) -> Vec<Change> {
        let absent = InputState::Absent;
        let paths = self.inputs.keys().chain(later.inputs.keys());
        let paths: std::collections::BTreeSet<_> = paths.collect();
        let change = |path: &&String| {
            let then = self.inputs.get(*path).unwrap_or(&absent);
            let now = later.inputs.get(*path).unwrap_or(&absent);
            let kind = match (then, now) {
                _ if then == now => return None,
                (InputState::Folder, InputState::Absent) if has_inside(self, path) => return None,
                (InputState::Absent, InputState::Folder) if has_inside(later, path) => return None,
                (InputState::Absent, _) => ChangeKind::New,
                (_, InputState::Absent) => ChangeKind::Gone,
                (InputState::Content(a), InputState::Executable(b)) if a == b => {
                    ChangeKind::Executable(true)
                }
                (InputState::Executable(a), InputState::Content(b)) if a == b => {
                    ChangeKind::Executable(false)
                }
                _ => ChangeKind::Changed,
            };
            let path = (*path).clone();
            Some(Change { path, kind })
        };
        paths.iter().filter_map(change).collect()
    }
}

fn has_inside(fingerprint: &Fingerprint, folder: &str) -> bool {
    let prefix = format!("{folder}/");
    let mut behind = fingerprint.inputs.range(prefix.clone()..);
    behind
        .next()
        .is_some_and(|(path, _)| path.starts_with(&prefix))
}
