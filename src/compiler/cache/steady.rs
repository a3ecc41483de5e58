use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::identity;
use super::state::{Spec, State, ToolSpec, ToolState, View};
use crate::error::{Error, Result};
use crate::project::InputState;

/// Time stamps of a coarse file system are whole seconds, or even ones.
const COARSE: i128 = 2_000_000_000;

/// Tells whether the inputs held still during a build. A builder says only
/// afterwards what it has read, and an edit in mid-build must never be stored
/// as the input of a result that it had no part in. So a result is stored only
/// when each of its inputs
/// - has the content that it had before the build, where that was seen, and
/// - was last changed before the build began, by the clock of the file system.
///   This finds an edit that was taken back, and files outside of the project.
#[derive(Debug)]
pub(crate) struct Steady {
    seen: BTreeMap<String, InputState>,
    project: Vec<String>,
    start: i128,
}

impl Steady {
    /// Looks at the whole project, and at the clock. `folder` is a private one.
    pub(crate) fn begin(view: &View<'_>, folder: &Path) -> Result<Self> {
        let _span = tracing::debug_span!("look at the inputs before the build").entered();
        let probe = folder.join("now");
        let clock = || identity::now(&probe).map_err(|error| Error::io("write", &probe, &error));
        let first = clock()?;
        let before = view.again();
        let project = before.files(None)?.inputs.keys().cloned().collect();
        let mut seen = view.seen();
        seen.extend(before.seen());
        // The clock moves in ticks. All that was saved before now has a stamp of
        // at most `first`; what is saved from here on has one of at least
        // `start`. Without the wait, a file saved just before would look as if
        // it had changed.
        let mut start = clock()?;
        for _ in 0..100 {
            if start > first {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
            start = clock()?;
        }
        Ok(Self {
            seen,
            project,
            start,
        })
    }

    /// What changed since, if anything that the result depends on did.
    pub(crate) fn moved(&self, root: &Path, spec: &Spec, after: &State) -> Option<String> {
        self.input_moved(root, after)
            .or_else(|| self.input_vanished(root, after))
            .or_else(|| self.tool_moved(spec, after))
    }

    fn input_moved(&self, root: &Path, after: &State) -> Option<String> {
        let moved = |(path, state): &(&String, &InputState)| match self.seen.get(*path) {
            Some(seen) if differ(seen, state) => true,
            // That it is there is all that counts, and it was there before.
            Some(_) if is_existence(state) => false,
            // The name is written with escapes; its content was the same.
            Some(_) if path.contains('\\') => false,
            _ => **state != InputState::Absent && self.is_recent(&root.join(path)),
        };
        let found = after.files.inputs.iter().find(moved);
        found.map(|(path, _)| format!("{path} changed during the build"))
    }

    fn input_vanished(&self, root: &Path, after: &State) -> Option<String> {
        self.project
            .iter()
            .filter(|path| !after.files.inputs.contains_key(*path))
            .find(|path| fs::symlink_metadata(root.join(path)).is_err())
            .map(|path| format!("{path} vanished during the build"))
    }

    fn tool_moved(&self, spec: &Spec, after: &State) -> Option<String> {
        let moved = |(tool, state): &(&ToolSpec, &ToolState)| {
            let files = state.found.iter().chain(&tool.files);
            files.map(PathBuf::as_path).any(|path| self.is_recent(path))
        };
        spec.tools
            .iter()
            .zip(&after.tools)
            .find(moved)
            .map(|(tool, _)| format!("the tool {} changed during the build", tool.name))
    }

    /// Whether something changed since the start, or is not there any more.
    fn is_recent(&self, path: &Path) -> bool {
        identity::last_change(path).is_none_or(|stamp| {
            let blur = if stamp % 1_000_000_000 == 0 {
                COARSE
            } else {
                0
            };
            stamp + blur >= self.start
        })
    }
}

/// Whether two looks at one path contradict each other. A look at the name
/// alone agrees with any content.
fn differ(before: &InputState, after: &InputState) -> bool {
    use InputState::{Absent, Link, Name};
    match (before, after) {
        (Absent, Absent) => false,
        (Absent, _) | (_, Absent) => true,
        (Name, _) | (_, Name) => false,
        (Link { to: a, then: x }, Link { to: b, then: y }) => a != b || differ(x, y),
        (before, after) => before != after,
    }
}

fn is_existence(state: &InputState) -> bool {
    matches!(state, InputState::Name | InputState::Folder)
}
