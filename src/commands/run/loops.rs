//! Builds that change their own inputs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::desk::Desk;
use super::speaker::{changed, file};

/// A file that changes while each of so many builds in a row runs is changed by
/// the build itself.
const MOST: usize = 4;

/// Files that changed while a build ran, and during how many in a row.
#[derive(Debug, Default)]
pub(super) struct Loops {
    times: BTreeMap<PathBuf, usize>,
}

impl Loops {
    /// A build has ended in peace.
    pub(super) fn clear(&mut self) {
        self.times.clear();
    }

    /// Counts files that have changed during a build. Those that have done so too
    /// often end no build any more, until they change while nothing is built; what
    /// is to be said of that is returned.
    pub(super) fn count(&mut self, files: &[PathBuf], desk: &Desk) -> Option<String> {
        let mut told = Vec::new();
        for path in files {
            let times = self.times.entry(path.clone()).or_default();
            *times += 1;
            if *times >= MOST {
                desk.mute(path);
                told.push(file(path));
            }
        }
        (!told.is_empty()).then(|| {
            format!(
                "{} during {MOST} builds in a row: the build itself seems to do it, so what happens \
                 to it during builds does not count any more; name it in .gitignore or .ignore, or \
                 have the build write elsewhere",
                changed(&told)
            )
        })
    }
}
