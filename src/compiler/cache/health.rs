use std::fs;
use std::path::PathBuf;

use rayon::prelude::*;

use super::super::digest;
use super::layout::Layout;
use super::read;
use super::record::Record;
use crate::config::Home;

/// How the build cache is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Where it is.
    pub path: PathBuf,
    /// How much it holds, in bytes.
    pub bytes: u64,
    /// How many results it has.
    pub results: usize,
    /// The files whose content is not what it was when they were written. They
    /// are never served.
    pub damaged: Vec<PathBuf>,
}

/// Reads the whole build cache; nothing when there is none.
#[must_use]
pub fn examine(home: &Home) -> Option<Health> {
    let path = home.cache().filter(|path| path.is_dir())?;
    let layout = Layout::of(&path);
    let contents = layout.objects.par_iter().filter(|object| {
        let name = object
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        // One that has gone meanwhile is not damaged.
        fs::read(&object.path).is_ok_and(|bytes| digest::of_bytes(&bytes) != name)
    });
    let records = layout
        .records
        .par_iter()
        .filter(|record| record.path.exists() && read::<Record>(&record.path).is_err());
    let mut damaged: Vec<_> = contents
        .chain(records)
        .map(|found| found.path.clone())
        .collect();
    damaged.sort();
    Some(Health {
        bytes: layout.size(),
        results: layout.records.len(),
        damaged,
        path,
    })
}
