use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::content::is_absence;
use super::open::open;
use crate::error::{Error, Result};

/// Marks are small files; of a larger one, the beginning tells enough.
const MOST_BYTES: u64 = 256 << 10;

/// In how many sub-folders a pattern such as `*/*.c` looks.
const MOST_FOLDERS: usize = 64;

/// A folder as detection sees it: its names, and those of the sub-folders that
/// patterns name. It never walks a whole tree.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    top: Rc<Listing>,
    listings: RefCell<BTreeMap<String, Rc<Listing>>>,
}

/// Names, sorted.
type Listing = Vec<(String, Kind)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Link,
    Other,
}

/// What a pattern has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// The first by name, relative to the folder with `/`.
    pub(super) first: String,
    /// How many there are.
    pub(super) count: usize,
}

impl Folder {
    /// Reads the names in a folder.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let top = list(path).map_err(|error| Error::io("read", path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            top: Rc::new(top),
            listings: RefCell::default(),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.top.is_empty()
    }

    /// The folders in it that a user would look into, sorted.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.top
            .iter()
            .filter(|(name, kind)| self.is_folder("", name, *kind))
            .map(|(name, _)| name.as_str())
            .filter(|name| !name.starts_with('.'))
    }

    /// Looks for a pattern: names with one `*` each at most, with `/` between
    /// them and, when a folder is meant, behind.
    pub(super) fn find(&self, pattern: &str) -> Option<Seen> {
        let mut found = Vec::new();
        self.collect("", pattern, &mut found);
        let count = found.len();
        let first = found.into_iter().next()?;
        Some(Seen { first, count })
    }

    /// All that a pattern finds, sorted.
    pub(super) fn all(&self, pattern: &str) -> Vec<String> {
        let mut found = Vec::new();
        self.collect("", pattern, &mut found);
        found
    }

    pub(super) fn has(&self, pattern: &str) -> bool {
        self.find(pattern).is_some()
    }

    /// The beginning of a file, if it is one and can be read.
    pub(super) fn read(&self, file: &str) -> Option<String> {
        read_start(&self.path.join(file)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn collect(&self, prefix: &str, pattern: &str, found: &mut Vec<String>) {
        let (name, rest) = match pattern.split_once('/') {
            Some((name, rest)) => (name, Some(rest)),
            None => (pattern, None),
        };
        let listing = self.listing(prefix);
        let matching: &mut dyn Iterator<Item = _> =
            match listing.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
                Ok(at) => &mut std::iter::once(&listing[at]),
                Err(_) if !name.contains('*') => return,
                Err(_) => &mut listing
                    .iter()
                    .filter(|(known, _)| is_like(known, name) && !known.starts_with('.')),
            };
        let Some(rest) = rest else {
            let files = matching.filter(|(known, kind)| self.is_file(prefix, known, *kind));
            found.extend(files.map(|(known, _)| format!("{prefix}{known}")));
            return;
        };
        let folders = matching.filter(|(known, kind)| self.is_folder(prefix, known, *kind));
        for (known, _) in folders.take(MOST_FOLDERS) {
            let inner = format!("{prefix}{known}/");
            match rest {
                "" => found.push(inner),
                _ => self.collect(&inner, rest, found),
            }
        }
    }

    fn listing(&self, prefix: &str) -> Rc<Listing> {
        if prefix.is_empty() {
            return Rc::clone(&self.top);
        }
        let mut listings = self.listings.borrow_mut();
        let listing = listings
            .entry(prefix.to_owned())
            // A sub-folder that cannot be read tells nothing.
            .or_insert_with(|| Rc::new(list(&self.path.join(prefix)).unwrap_or_default()));
        Rc::clone(listing)
    }

    fn is_file(&self, prefix: &str, name: &str, kind: Kind) -> bool {
        match kind {
            Kind::File => true,
            Kind::Link => self.path.join(prefix).join(name).is_file(),
            Kind::Folder | Kind::Other => false,
        }
    }

    fn is_folder(&self, prefix: &str, name: &str, kind: Kind) -> bool {
        match kind {
            Kind::Folder => true,
            Kind::Link => self.path.join(prefix).join(name).is_dir(),
            Kind::File | Kind::Other => false,
        }
    }
}

/// The beginning of a file, if it is one and can be read. Never waits.
pub(super) fn read_start(path: &Path) -> Option<Vec<u8>> {
    if !path.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let file = open(path).ok()?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Names that are no UTF-8 are none of a project's marks and are left out.
fn list(folder: &Path) -> std::io::Result<Listing> {
    let mut listing = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_file() => Kind::File,
            Ok(kind) if kind.is_dir() => Kind::Folder,
            Ok(kind) if kind.is_symlink() => Kind::Link,
            Ok(_) => Kind::Other,
            Err(error) if is_absence(&error) => continue,
            Err(error) => return Err(error),
        };
        listing.push((name, kind));
    }
    listing.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(listing)
}

fn is_like(name: &str, pattern: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return name == pattern;
    };
    name.len() > head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_look_where_they_say() {
        let world = tempfile::tempdir().unwrap();
        for file in [
            "a.c",
            "b.c",
            ".c",
            "cmd/x/main.go",
            "cmd/y/main.go",
            "cmd/z",
        ] {
            let path = world.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let folder = Folder::open(world.path()).unwrap();
        assert_eq!(folder.all("*.c"), ["a.c", "b.c"]);
        assert_eq!(
            folder.all("cmd/*/main.go"),
            ["cmd/x/main.go", "cmd/y/main.go"]
        );
        assert_eq!(folder.all("cmd/*"), ["cmd/z"]);
        assert_eq!(folder.all("cmd/"), ["cmd/"]);
        assert_eq!(folder.all("cmd"), [""; 0]);
        assert_eq!(folder.all("a.c/"), [""; 0]);
    }
}
