use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::exchange::exchange;
use super::{RECORD, Store};
use crate::error::{Error, Result};
use crate::plugin::metadata::{MANIFEST, is_name, read_manifest};

/// How the folders begin in which plugins are made ready.
const PREFIX: &str = ".new-";

/// In such a folder: the file that its process holds locked.
const ALIVE: &str = "alive";

/// In such a folder: a plugin that has made room for another one.
const ASIDE: &str = "old";

/// A folder beside the installed plugins, in which one is made ready. What is in
/// it is deleted in the end; if wasmrun dies, the next one that needs such a
/// folder deletes it.
#[derive(Debug)]
pub(in crate::plugin) struct Workspace {
    store: Store,
    folder: TempDir,
    _alive: File,
}

impl Workspace {
    pub(in crate::plugin) fn new(store: &Store) -> Result<Self> {
        let _exclusive = store.exclusive()?;
        sweep(store);
        let failed = |error| Error::io("make a folder in", &store.root, &error);
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&store.root)
            .map_err(failed)?;
        let alive = File::create(folder.path().join(ALIVE)).map_err(failed)?;
        alive.lock().map_err(failed)?;
        Ok(Self {
            store: store.clone(),
            folder,
            _alive: alive,
        })
    }

    /// Where the plugin is made ready.
    pub(in crate::plugin) fn plugin(&self) -> PathBuf {
        self.folder.path().join("plugin")
    }

    /// Another place in it, for what is on the way.
    pub(in crate::plugin) fn aside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts what is ready where the plugin of that name is looked for. `settle`
    /// is done while nobody else can change the folder; if it fails, all is as
    /// it was.
    pub(in crate::plugin) fn place(
        self,
        name: &str,
        settle: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let _exclusive = self.store.exclusive()?;
        let (new, place) = (self.plugin(), self.store.root.join(name));
        let replaces = place.exists();
        let swap = || match replaces {
            true => exchange(&new, &place, &self.aside(ASIDE)),
            false => fs::rename(&new, &place),
        };
        swap().map_err(|error| Error::io("write", &place, &error))?;
        settle().inspect_err(|_| {
            let back = match replaces {
                true => swap(),
                false => fs::rename(&place, &new),
            };
            if let Err(error) = back {
                tracing::warn!(%error, "could not put the old plugin back");
            }
        })
    }
}

/// Deletes what processes that have died left behind. A plugin that one of them
/// had put aside goes back if its place is empty.
fn sweep(store: &Store) {
    for entry in fs::read_dir(&store.root).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if !name.to_string_lossy().starts_with(PREFIX) || is_in_use(&entry.path()) {
            continue;
        }
        restore(store, &entry.path().join(ASIDE));
        if let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::debug!(%error, path = %entry.path().display(), "could not delete");
        }
    }
}

fn is_in_use(folder: &Path) -> bool {
    match File::options().write(true).open(folder.join(ALIVE)) {
        Ok(alive) => alive.try_lock().is_err(),
        // Whoever makes one locks it before another one can look.
        Err(_) => false,
    }
}

fn restore(store: &Store, aside: &Path) {
    if !aside.join(RECORD).exists() {
        return;
    }
    let Ok(manifest) = read_manifest(&aside.join(MANIFEST)) else {
        return;
    };
    let place = store.root.join(&manifest.name);
    if is_name(&manifest.name) && !place.exists() {
        let restored = fs::rename(aside, &place);
        tracing::debug!(?restored, plugin = manifest.name, "was put aside");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Home;
    use crate::error::Code;

    fn store(folder: &TempDir) -> Store {
        Store::of(&Home::at(folder.path())).unwrap()
    }

    fn ready(store: &Store, content: &str) -> Workspace {
        let workspace = Workspace::new(store).unwrap();
        fs::create_dir(workspace.plugin()).unwrap();
        fs::write(workspace.plugin().join("x"), content).unwrap();
        workspace
    }

    fn content(store: &Store) -> Option<String> {
        fs::read_to_string(store.root.join("x/x")).ok()
    }

    fn left(store: &Store) -> usize {
        let entries = fs::read_dir(&store.root).unwrap().flatten();
        let is_new = |name: &str| name.starts_with(PREFIX);
        entries
            .filter(|entry| is_new(&entry.file_name().to_string_lossy()))
            .count()
    }

    #[test]
    fn a_plugin_takes_the_place_of_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        for text in ["one", "two"] {
            ready(&store, text).place("x", || Ok(())).unwrap();
            assert_eq!(content(&store).as_deref(), Some(text));
        }
        assert_eq!(left(&store), 0);
    }

    #[test]
    fn what_cannot_be_settled_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let fails = || Err(Error::new(Code::Io, "no"));
        ready(&store, "one").place("x", fails).unwrap_err();
        assert_eq!(content(&store), None);
        ready(&store, "one").place("x", || Ok(())).unwrap();
        ready(&store, "two").place("x", fails).unwrap_err();
        assert_eq!(content(&store).as_deref(), Some("one"));
        store.remove("x", fails).unwrap_err();
        assert_eq!(content(&store).as_deref(), Some("one"));
        store.remove("x", || Ok(())).unwrap();
        assert_eq!((content(&store), left(&store)), (None, 0));
    }

    #[test]
    fn what_a_dead_process_left_is_swept_and_what_a_live_one_uses_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let alive = ready(&store, "one");
        let dead = store.root.join(".new-dead");
        fs::create_dir_all(dead.join("old")).unwrap();
        fs::write(dead.join(ALIVE), "").unwrap();
        let manifest = "schema = 1\nname = 'y'\nversion = '1'\nprotocol = [1]\n";
        fs::write(dead.join("old").join(MANIFEST), manifest).unwrap();
        fs::write(dead.join("old").join(RECORD), "").unwrap();
        let _other = ready(&store, "two");
        assert!(!dead.exists());
        assert!(store.root.join("y").join(MANIFEST).exists());
        assert!(alive.plugin().join("x").exists());
    }
}
