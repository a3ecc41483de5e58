use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use plugin_protocol::Inputs;

use super::identity;
use super::state::{Spec, State, ToolSpec, ToolState, View};
use crate::error::{Error, Result};
use crate::project::InputState;

/// Time stamps of a coarse file system are whole seconds, or even ones.
const COARSE: i128 = 2_000_000_000;

/// Tells whether the inputs held still during a build. A builder says only
/// afterwards what it has read, and an edit in mid-build must never be stored
/// as the input of a result that it had no part in.
///
/// A file that was read before the build must be the same after it. Of every
/// file, the time of its last change must lie before the build: this finds an
/// edit that was taken back. Where a file was not read before, that must also
/// be so for the folders above it: this finds a folder that was put in the
/// place of another, and what is in it may be as old as it likes. A file that
/// was there before must still be there.
#[derive(Debug)]
pub(crate) struct Steady {
    /// What was read before the build: the inputs of earlier ones.
    read: BTreeMap<String, InputState>,
    /// What was in the project; nothing if that was not looked at.
    names: Option<BTreeSet<String>>,
    start: i128,
    /// Folders that we ourselves write into all the time.
    busy: Vec<PathBuf>,
}

impl Steady {
    /// Looks at the inputs of the last build, if they are known, at the names of
    /// all files if the project is a folder, and at the clock. `own` is a private
    /// folder.
    pub(crate) fn begin(
        view: &View<'_>,
        last: Option<&Spec>,
        is_folder: bool,
        own: &Path,
    ) -> Result<Self> {
        let _span = tracing::debug_span!("look at the inputs before the build").entered();
        let probe = own.join("now");
        let clock = || identity::now(&probe).map_err(|error| Error::io("write", &probe, &error));
        let first = clock()?;
        if let Some(last) = last {
            view.files(last.inputs.as_ref())?;
        }
        let all = Inputs {
            names: vec!["**".to_owned()],
            ..Inputs::default()
        };
        let names = is_folder
            .then(|| view.again().files(Some(&all)).ok())
            .flatten();
        let names = names.map(|found| found.inputs.keys().cloned().collect());
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
            read: view.seen(),
            names,
            start,
            busy: own.ancestors().map(Path::to_owned).collect(),
        })
    }

    /// What changed since, if anything that the result depends on did. `before`
    /// is the view that was begun with.
    pub(crate) fn moved(&self, before: &View<'_>, spec: &Spec, after: &State) -> Option<String> {
        let inputs = &after.files.inputs;
        let root = before.root();
        inputs
            .iter()
            .find(|(path, state)| self.input_moved(root, path, state))
            .map(|(path, _)| format!("{path} changed during the build"))
            .or_else(|| self.vanished(before, spec, after))
            .or_else(|| self.tool_moved(spec, after))
    }

    fn input_moved(&self, root: &Path, key: &str, state: &InputState) -> bool {
        let was_there = self.names.as_ref().is_some_and(|names| names.contains(key));
        let path = root.join(key);
        match (self.read.get(key), state) {
            (Some(before), now) if differ(before, now) => true,
            (Some(_), InputState::Absent) => false,
            (None, InputState::Absent) => was_there || self.folders_moved(root, &path),
            // That it is there is all that counts, and it was there before.
            (before, InputState::Name | InputState::Folder) if before.is_some() || was_there => {
                false
            }
            // A name with escapes does not lead to the file; its content was the same.
            (Some(_), _) if key.contains('\\') => false,
            (Some(before), _) if *before != InputState::Name => self.is_recent(&path),
            _ => self.is_recent(&path) || self.folders_moved(root, &path),
        }
    }

    /// Whether a folder above a path changed: one of the project's, or any for a
    /// path outside.
    fn folders_moved(&self, root: &Path, path: &Path) -> bool {
        let is_inside = path.starts_with(root);
        path.ancestors()
            .skip(1)
            .take_while(|folder| !is_inside || folder.starts_with(root))
            .filter(|folder| !self.busy.iter().any(|busy| busy == folder))
            .filter_map(identity::stamp_of)
            .any(|stamp| self.is_since(stamp))
    }

    fn vanished(&self, before: &View<'_>, spec: &Spec, after: &State) -> Option<String> {
        let now = &after.files.inputs;
        let gone = |path: &String| fs::symlink_metadata(before.root().join(path)).is_err();
        let known = before.taken(spec.inputs.as_ref());
        let found = match (&self.names, &known) {
            (_, Some(known)) => known.inputs.keys().find(|path| !now.contains_key(*path)),
            (Some(names), None) => names
                .iter()
                .find(|path| !now.contains_key(*path) && gone(path)),
            (None, None) => return self.may_have_vanished(before.root(), spec, after),
        };
        found.map(|path| format!("{path} vanished during the build"))
    }

    /// Whether something that a pattern matched may have vanished, when neither
    /// the names nor the pattern were known before: then its folder has changed.
    fn may_have_vanished(&self, root: &Path, spec: &Spec, after: &State) -> Option<String> {
        let patterns = spec.patterns();
        // Such a pattern lists every folder too.
        if !patterns.iter().all(|pattern| pattern.ends_with("**")) {
            return Some("which files there were was not known before the build".to_owned());
        }
        let folders = after.files.inputs.iter();
        let folders = folders.filter(|(_, state)| **state == InputState::Folder);
        let folders = folders
            .map(|(path, _)| root.join(path))
            .chain([root.to_owned()]);
        let mut stamps = folders.filter_map(|folder| identity::stamp_of(&folder));
        let changed = !patterns.is_empty() && stamps.any(|stamp| self.is_since(stamp));
        changed.then(|| "a folder changed during the build".to_owned())
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

    /// Whether something changed since the start. What is not there can have gone
    /// since then only if the folder that would hold it changed.
    fn is_recent(&self, path: &Path) -> bool {
        let folder = || path.ancestors().skip(1).find_map(identity::stamp_of);
        identity::last_change(path)
            .or_else(folder)
            .is_none_or(|stamp| self.is_since(stamp))
    }

    fn is_since(&self, stamp: i128) -> bool {
        let blur = if stamp % 1_000_000_000 == 0 {
            COARSE
        } else {
            0
        };
        stamp + blur >= self.start
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
