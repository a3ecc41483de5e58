//! Results of builds by what they depend on. `docs/cache.md` tells the layout
//! and why a hit is never wrong.

mod evict;
mod explain;
mod health;
mod identity;
mod key;
mod layout;
mod objects;
mod record;
mod state;
mod steady;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use plugin_protocol::BuildReport;

pub use health::{Health, examine};
pub(super) use key::Key;
pub(super) use layout::{Layout, wipe};
pub(super) use record::{Stored, read, write};
pub(super) use state::{Spec, View};
pub(super) use steady::Steady;

use super::artifacts::{Made, Product};
use super::digest;
use crate::config::Home;
use crate::error::Result;
use objects::Objects;
use record::Record;
use state::State;

/// So many different sets of inputs are tried for one request. More than one is
/// rare: it takes an edit that adds or removes an include, and then its undoing.
const MAX_SPECS: usize = 8;

/// The build cache of a user.
#[derive(Debug)]
pub(super) struct Cache {
    root: PathBuf,
    objects: Objects,
    limit: u64,
}

/// What the cache knows of a request.
#[derive(Debug)]
pub(super) enum Lookup {
    /// A result that still holds.
    Hit(Hit),
    /// None; and why, in lines.
    Miss(Vec<String>),
}

/// A result that still holds.
#[derive(Debug)]
pub(super) struct Hit {
    /// What came out.
    pub(super) result: Stored,
    /// The files that it says it depends on, project-relative or absolute.
    pub(super) inputs: Vec<String>,
    path: PathBuf,
}

/// What a result depends on, and how that looked.
#[derive(Debug)]
pub(super) struct Sealed {
    spec: Spec,
    state: State,
}

impl Cache {
    /// Opens the cache, and makes it if it is not there. It may take `limit`
    /// bytes.
    pub(super) fn open(home: &Home, limit: u64) -> io::Result<Self> {
        let root = home
            .cache()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no home folder"))?;
        let this = Self {
            objects: Objects::at(root.join("objects")),
            root,
            limit,
        };
        for folder in [this.records(), this.scratch(), this.root.join("objects")] {
            fs::create_dir_all(folder)?;
        }
        Ok(this)
    }

    /// Looks for a result that still holds. `last` is the last request for the
    /// same project, to tell what changed.
    pub(super) fn lookup(&self, key: &Key, last: Option<&Key>, view: &View<'_>) -> Lookup {
        let _span = tracing::debug_span!("cache lookup").entered();
        let Ok(digest) = key.digest() else {
            return Lookup::Miss(vec!["the request cannot be written down".to_owned()]);
        };
        let shelf = Shelf::read(&self.records().join(digest));
        let mut newest: Option<(Record, State)> = None;
        for group in shelf.groups() {
            let Some((record, state)) = shelf.newest_of(group, view) else {
                continue;
            };
            if let Some(hit) = shelf.matching(group, &record, &state) {
                return Lookup::Hit(hit);
            }
            newest.get_or_insert((record, state));
        }
        Lookup::Miss(match newest {
            Some((record, state)) => explain::difference(&record, &state),
            None => explain::unknown(key, last),
        })
    }

    /// The content of a hit's output, if it is there and undamaged.
    pub(super) fn content(&self, output: &Product) -> io::Result<Vec<u8>> {
        self.objects.read(&output.sha256)
    }

    /// Forgets a result whose contents turned out to be damaged.
    pub(super) fn forget(&self, hit: &Hit) {
        tracing::debug!(path = %hit.path.display(), "damaged, forgotten");
        for output in &hit.result.outputs {
            if self.content(output).is_err() && digest::is_digest(&output.sha256) {
                let _ = fs::remove_file(self.objects.path(&output.sha256));
            }
        }
        let _ = fs::remove_file(&hit.path);
    }

    /// Looks at what a result depends on, after the build and before it is
    /// published. `Err` says why the result must not be stored: an input changed
    /// during the build, or the builder forbids it. `view` is the one before.
    pub(super) fn seal(
        report: &BuildReport,
        steady: &Steady,
        view: &View<'_>,
    ) -> Result<Sealed, String> {
        let _span = tracing::debug_span!("look at the inputs after the build").entered();
        if let Some(why) = &report.uncacheable {
            return Err(why.clone());
        }
        let spec = Spec::of(report);
        let state = view
            .again()
            .state(&spec)
            .map_err(|error| error.to_string())?;
        match steady.moved(view, &spec, &state) {
            Some(why) => Err(why),
            None => Ok(Sealed { spec, state }),
        }
    }

    /// Stores a result.
    pub(super) fn store(
        &self,
        key: &Key,
        sealed: Sealed,
        result: Stored,
        made: &[Made],
    ) -> io::Result<()> {
        let _span = tracing::debug_span!("cache store").entered();
        let bytes: u64 = made.iter().map(|made| made.product.size).sum();
        if bytes > self.limit {
            tracing::debug!(bytes, "larger than the whole cache may be");
            return Ok(());
        }
        let scratch = self.scratch();
        for made in made {
            self.objects
                .write(&made.product.sha256, &made.bytes, &scratch)?;
        }
        let shelf = self.records().join(key.digest()?);
        fs::create_dir_all(&shelf)?;
        let name = record_name(&sealed.spec, &sealed.state)?;
        let record = Record {
            spec: sealed.spec,
            state: sealed.state,
            result,
        };
        write(&shelf.join(name), &record, &scratch)?;
        evict::enforce(&self.root, self.limit)
    }

    fn records(&self) -> PathBuf {
        self.root.join("records")
    }

    fn scratch(&self) -> PathBuf {
        self.root.join("tmp")
    }
}

/// The name of a record: what was looked at, and what was seen. So a state is
/// found without reading the records of other states.
fn record_name(spec: &Spec, state: &State) -> serde_json::Result<String> {
    let (spec, state) = (digest::of_value(spec)?, digest::of_value(state)?);
    Ok(format!("{}-{state}.json", spec.get(..16).unwrap_or(&spec)))
}

/// The records of one request: their names with the time of last use, the
/// latest first.
struct Shelf {
    folder: PathBuf,
    names: Vec<(SystemTime, String)>,
}

impl Shelf {
    fn read(folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries
            .filter_map(|entry| {
                let used = entry.metadata().and_then(|meta| meta.modified()).ok()?;
                Some((used, entry.file_name().into_string().ok()?))
            })
            .collect();
        names.sort_by(|a, b| b.cmp(a));
        Self {
            folder: folder.to_owned(),
            names,
        }
    }

    /// The specs that the records have, as in their names, the latest first.
    fn groups(&self) -> impl Iterator<Item = &str> {
        let mut seen = HashMap::new();
        let groups = self
            .names
            .iter()
            .filter_map(|(_, name)| Some(name.split_once('-')?.0));
        groups
            .filter(move |group| seen.insert(*group, ()).is_none())
            .take(MAX_SPECS)
    }

    /// The latest undamaged record of a group, and what its spec sees now.
    fn newest_of(&self, group: &str, view: &View<'_>) -> Option<(Record, State)> {
        let names = self.names.iter().map(|(_, name)| name);
        let mut of_group = names.filter(|name| name.starts_with(group));
        let record = of_group.find_map(|name| self.record(name))?;
        match view.state(&record.spec) {
            Ok(state) => Some((record, state)),
            Err(error) => {
                tracing::debug!(%error, "could not look at the inputs");
                None
            }
        }
    }

    /// The record of this state, if there is one.
    fn matching(&self, group: &str, newest: &Record, state: &State) -> Option<Hit> {
        let name = record_name(&newest.spec, state).ok()?;
        if !name.starts_with(group) || !self.names.iter().any(|(_, known)| *known == name) {
            return None;
        }
        let same = newest.state == *state;
        let record = if same {
            newest.clone()
        } else {
            self.record(&name)?
        };
        // The name is only where to look; what is in the record decides.
        if record.spec != newest.spec || record.state != *state {
            return None;
        }
        let path = self.folder.join(name);
        record::touch(&path);
        Some(Hit {
            result: record.result,
            inputs: record
                .spec
                .inputs
                .map(|inputs| inputs.files)
                .unwrap_or_default(),
            path,
        })
    }

    /// Reads a record; deletes it if it is damaged.
    fn record(&self, name: &str) -> Option<Record> {
        let path = self.folder.join(name);
        match read(&path) {
            Ok(record) => Some(record),
            Err(error) => {
                tracing::debug!(%error, path = %path.display(), "not a record");
                if error.kind() != io::ErrorKind::NotFound {
                    let _ = fs::remove_file(&path);
                }
                None
            }
        }
    }
}
