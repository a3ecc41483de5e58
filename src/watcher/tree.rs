use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::ignored::Ignored;
use super::state::{Known, id};

/// What is known of a folder's files, without those that are ignored.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    ignored: Ignored,
    /// Whether ignore files above the root count.
    parents: bool,
    files: BTreeMap<PathBuf, Known>,
    /// With what tells each from another of that name.
    folders: BTreeMap<PathBuf, u64>,
    /// Those that nobody watches yet.
    fresh: BTreeSet<PathBuf>,
    /// Whether the files of the start have been read.
    learned: bool,
}

impl Tree {
    /// `root` is without symbolic links.
    pub(super) fn new(root: &Path, ignored: Ignored) -> Self {
        Self {
            root: root.to_owned(),
            ignored,
            parents: true,
            files: BTreeMap::new(),
            folders: BTreeMap::new(),
            fresh: BTreeSet::new(),
            learned: false,
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn folders(&mut self) -> BTreeSet<PathBuf> {
        self.fresh.clear();
        self.folders.keys().cloned().collect()
    }

    pub(super) fn take_new_folders(&mut self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut self.fresh)
    }

    /// A folder, with all below it, is another one the next time it is met.
    pub(super) fn forget_folder(&mut self, folder: &Path) {
        self.folders.retain(|path, _| !path.starts_with(folder));
    }

    /// All folders are others now, whatever their names.
    pub(super) fn forget_folders(&mut self) {
        self.folders.clear();
    }

    pub(super) fn ignore(&mut self, files: Vec<PathBuf>) {
        for file in files {
            self.ignored.add(&file);
            self.files.remove(&file);
        }
    }

    /// Reads what has not been read, to know later whether it has changed.
    pub(super) fn learn(&mut self) {
        for (path, known) in &mut self.files {
            known.read(path);
        }
        self.learned = true;
    }

    /// Looks at everything; returns what has changed, relative to the root.
    pub(super) fn scan(&mut self) -> BTreeSet<PathBuf> {
        let root = self.root.clone();
        let changed = self.enter(&root);
        if self.files.is_empty() && self.parents {
            // A file above may say to ignore all of this, and yet it is built.
            self.parents = false;
            return self.enter(&root);
        }
        changed
    }

    /// Looks at some folders again.
    pub(super) fn look(&mut self, folders: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let mut changed = BTreeSet::new();
        for folder in folders {
            match fs::metadata(folder) {
                Ok(data) if self.folders.get(folder) == Some(&id(&data)) => {
                    changed.append(&mut self.list(folder));
                }
                // It is ignored, or will be met in the one above.
                _ => {}
            }
        }
        changed
    }

    fn walk(&self, folder: &Path) -> WalkBuilder {
        let mut walk = WalkBuilder::new(folder);
        let ignored = self.ignored.clone();
        walk.hidden(false)
            .parents(self.parents)
            .require_git(false)
            .git_global(false)
            .git_exclude(false)
            .filter_entry(move |entry| {
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                entry.depth() == 0 || !ignored.contains(entry.path(), is_folder)
            });
        walk
    }

    /// Looks at a folder and all that is below it.
    fn enter(&mut self, folder: &Path) -> BTreeSet<PathBuf> {
        let entries: Vec<_> = self.walk(folder).build().filter_map(Result::ok).collect();
        self.compare(folder, entries, true)
    }

    /// Looks at what is in a folder itself.
    fn list(&mut self, folder: &Path) -> BTreeSet<PathBuf> {
        let mut walk = self.walk(folder);
        let entries = walk.max_depth(Some(1)).build().filter_map(Result::ok);
        let entries: Vec<_> = entries.collect();
        let before: Vec<_> = self.folders_in(folder);
        let mut changed = self.compare(folder, entries, false);
        // What an ignore file says holds for all below it.
        let rules = [".gitignore", ".ignore"].map(|name| self.relative(&folder.join(name)));
        if rules.iter().any(|rule| changed.contains(rule)) {
            changed.append(&mut self.enter(folder));
        }
        let new = |folder: &(PathBuf, u64)| !before.contains(folder);
        let new: Vec<_> = self.folders_in(folder).into_iter().filter(new).collect();
        for (inner, _) in new {
            changed.append(&mut self.enter(&inner));
        }
        changed
    }

    fn folders_in(&self, folder: &Path) -> Vec<(PathBuf, u64)> {
        let below = self.folders.range(folder.to_owned()..);
        let below = below.take_while(|(path, _)| path.starts_with(folder));
        let inside = below.filter(|(path, _)| path.parent() == Some(folder));
        inside.map(|(path, id)| (path.clone(), *id)).collect()
    }

    /// Takes over what was found, and forgets what was not; `deep` says that all
    /// below the folder was looked at.
    fn compare(&mut self, folder: &Path, entries: Vec<DirEntry>, deep: bool) -> BTreeSet<PathBuf> {
        let (mut changed, mut seen) = (BTreeSet::new(), BTreeSet::new());
        for entry in entries {
            // Of a link, what is behind it.
            let Ok(data) = fs::metadata(entry.path()) else {
                continue;
            };
            let linked = entry.path_is_symlink();
            let path = entry.into_path();
            if data.is_dir() {
                if !linked {
                    self.found_folder(&path, &data);
                    seen.insert(path);
                }
            } else if data.is_file() {
                if self.found_file(&path, &data) {
                    changed.insert(self.relative(&path));
                }
                seen.insert(path);
            }
        }
        // What leads to it is not there any more: it itself, or the entry of this
        // folder that it is below.
        let is_lost = |path: &PathBuf| {
            let Ok(below) = path.strip_prefix(folder) else {
                return false;
            };
            let entry = match deep {
                true => path.clone(),
                false => below
                    .iter()
                    .take(1)
                    .fold(folder.to_owned(), |at, part| at.join(part)),
            };
            !seen.contains(&entry)
        };
        self.folders
            .retain(|path, _| path == folder || !is_lost(path));
        let lost: Vec<_> = self
            .files
            .keys()
            .filter(|path| is_lost(path))
            .cloned()
            .collect();
        for path in lost {
            self.files.remove(&path);
            if !self.ignored.contains(&path, false) {
                changed.insert(self.relative(&path));
            }
        }
        changed
    }

    fn found_folder(&mut self, path: &Path, data: &Metadata) {
        let id = id(data);
        if self.folders.insert(path.to_owned(), id) != Some(id) {
            self.fresh.insert(path.to_owned());
        }
    }

    fn found_file(&mut self, path: &Path, data: &Metadata) -> bool {
        if let Some(known) = self.files.get_mut(path) {
            return known.look(path, data);
        }
        let mut known = Known::unread(data);
        if self.learned {
            known.read(path);
        }
        self.files.insert(path.to_owned(), known);
        true
    }

    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }
}
