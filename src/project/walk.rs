use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::InputState;
use super::content::{Job, Task, is_absence};
use super::escape::escape;
use super::pattern::Pattern;
use crate::error::{Code, Error, Result};

/// More inputs than this are no project but a whole disk behind a link.
const MOST: usize = 1_000_000;

/// Folders of version control, which no build reads.
const VERSION_CONTROL: &[&str] = &[".git", ".hg", ".svn", ".jj"];

/// Folders of the system whose files are no files: some never end.
const SYSTEM: &[&str] = &["/proc", "/sys", "/dev"];

/// What wasmrun itself puts into a project.
#[derive(Debug, Default)]
pub(super) struct Own {
    files: HashSet<PathBuf>,
    folders: HashSet<PathBuf>,
}

impl Own {
    pub(super) fn new(files: &[PathBuf]) -> Self {
        let mut own = Self::default();
        for file in files {
            for file in [resolve(file), file.clone()] {
                own.folders
                    .extend(file.ancestors().skip(1).map(Path::to_owned));
                own.files.insert(file);
            }
        }
        own
    }
}

/// A path without symbolic links, as far as its folders are there already.
fn resolve(file: &Path) -> PathBuf {
    let folders = file.ancestors().skip(1);
    let mut real = folders.filter_map(|folder| Some((folder, fs::canonicalize(folder).ok()?)));
    match real.next() {
        Some((folder, real)) => file
            .strip_prefix(folder)
            .map_or_else(|_| file.to_owned(), |rest| real.join(rest)),
        None => file.to_owned(),
    }
}

/// A folder on the way, and how it was reached.
#[derive(Debug)]
struct Folder {
    /// Without symbolic links.
    path: PathBuf,
    /// As the fingerprint writes it.
    key: String,
    /// From where the pattern matches.
    below: PathBuf,
    depth: usize,
    above: Option<Rc<Folder>>,
}

/// Finds inputs and writes down what has to be read for each.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    root: &'a Path,
    own: &'a Own,
    jobs: &'a mut Vec<Job>,
    names: bool,
    whole: bool,
}

impl<'a> Walk<'a> {
    /// `root` is without symbolic links.
    pub(super) fn new(root: &'a Path, own: &'a Own, jobs: &'a mut Vec<Job>) -> Self {
        Self {
            root,
            own,
            jobs,
            names: false,
            whole: false,
        }
    }

    /// The same, for names alone.
    pub(super) fn names(mut self) -> Self {
        self.names = true;
        self
    }

    /// Everything in the project.
    pub(super) fn whole(&mut self) -> Result<()> {
        self.whole = true;
        self.below(self.root.to_owned(), String::new(), None)
    }

    /// All that a pattern matches.
    pub(super) fn pattern(&mut self, pattern: &Pattern) -> Result<()> {
        if pattern.is_path() {
            return self.path(&pattern.base);
        }
        let base = self.root.join(&pattern.base);
        match fs::canonicalize(&base) {
            Ok(path) if path.is_dir() => self.below(path, key_of(&pattern.base), Some(pattern)),
            Ok(_) => Ok(()),
            Err(error) if is_absence(&error) => Ok(()),
            Err(error) => Err(Error::io("read", &base, &error)),
        }
    }

    /// One path, whatever is there. Of a folder, all that is in it.
    pub(super) fn path(&mut self, text: &str) -> Result<()> {
        let (path, key) = (self.root.join(text), key_of(text));
        if self.is_own(&path) {
            return Ok(());
        }
        let kind = match fs::symlink_metadata(&path) {
            Ok(state) => state.file_type(),
            Err(error) if is_absence(&error) => {
                self.known(key, InputState::Absent, None);
                return Ok(());
            }
            Err(error) => return Err(Error::io("read", &path, &error)),
        };
        if kind.is_dir() {
            self.known(key.clone(), InputState::Folder, None);
            let path = real(&path)?;
            self.below(path, key, None)
        } else if kind.is_symlink() {
            match self.link(&path, key.clone(), true)? {
                Some(real) if self.is_system(&real) => Err(too_much(&key, &real)),
                Some(real) => self.below(real, key, None),
                None => Ok(()),
            }
        } else {
            self.file(key, path, kind, None, Task::Named);
            Ok(())
        }
    }

    /// All that is below a folder, or what matches there.
    fn below(&mut self, path: PathBuf, key: String, pattern: Option<&Pattern>) -> Result<()> {
        let mut todo = vec![Rc::new(Folder {
            path,
            key,
            below: PathBuf::new(),
            depth: 1,
            above: None,
        })];
        while let Some(folder) = todo.pop() {
            self.list(&folder, pattern, &mut todo)?;
            if self.jobs.len() > MOST {
                let message = format!("{} has more than {MOST} inputs", self.root.display());
                let help = "look for a symbolic link that leads out of the project";
                return Err(Error::new(Code::ProjectInvalid, message).help(help));
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        folder: &Rc<Folder>,
        pattern: Option<&Pattern>,
        todo: &mut Vec<Rc<Folder>>,
    ) -> Result<()> {
        let failed = |error: std::io::Error| Error::io("read", &folder.path, &error);
        let entries = match fs::read_dir(&folder.path) {
            Ok(entries) => entries,
            // It has vanished meanwhile.
            Err(error) if is_absence(&error) => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        let deeper = pattern
            .and_then(|pattern| pattern.depth)
            .is_none_or(|depth| folder.depth < depth);
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let (name, kind) = (entry.file_name(), entry.file_type().map_err(failed)?);
            let path = folder.path.join(&name);
            if is_skipped(&name, kind) || (!kind.is_dir() && self.is_own(&path)) {
                continue;
            }
            let mut inner = Folder {
                key: join(&folder.key, &escape(&name)),
                below: folder.below.join(&name),
                depth: folder.depth + 1,
                path,
                above: Some(Rc::clone(folder)),
            };
            let counts = pattern.is_none_or(|pattern| pattern.matches(&inner.below));
            if kind.is_symlink() {
                if !counts && !deeper {
                    continue;
                }
                let key = inner.key.clone();
                if let Some(real) = self.link(&inner.path, key, counts)? {
                    inner.path = real;
                    self.enter(inner, folder, deeper, pattern, todo)?;
                }
            } else if kind.is_dir() {
                if counts && !self.own.folders.contains(&inner.path) {
                    self.known(inner.key.clone(), InputState::Folder, None);
                }
                self.enter(inner, folder, deeper, pattern, todo)?;
            } else if counts {
                self.file(inner.key, inner.path, kind, None, Task::Listed);
            }
        }
        Ok(())
    }

    /// Looks into a folder later, unless links have led in a circle. The folder
    /// is counted above then; but what a pattern matches on the way around the
    /// circle need not match above it, so that with a pattern all of it counts.
    fn enter(
        &mut self,
        inner: Folder,
        outer: &Folder,
        deeper: bool,
        pattern: Option<&Pattern>,
        todo: &mut Vec<Rc<Folder>>,
    ) -> Result<()> {
        if !deeper {
            return Ok(());
        }
        if self.is_system(&inner.path) {
            return Err(too_much(&inner.key, &inner.path));
        }
        let Some(place) = outer.circle(&inner.path) else {
            todo.push(Rc::new(inner));
            return Ok(());
        };
        if pattern.is_some() {
            return self.below(inner.path, inner.key, None);
        }
        self.known(join(&inner.key, "."), InputState::Same(place), None);
        Ok(())
    }

    /// A symbolic link, and what is there. A folder that has to be looked into
    /// is given back, without symbolic links.
    fn link(&mut self, path: &Path, key: String, counts: bool) -> Result<Option<PathBuf>> {
        let to = match fs::read_link(path) {
            Ok(to) => escape(to.as_os_str()),
            // It has vanished, or is a link no more.
            Err(error) if is_absence(&error) => return Ok(None),
            Err(error) => return Err(Error::io("read", path, &error)),
        };
        let kind = match fs::metadata(path) {
            Ok(state) => state.file_type(),
            Err(error) if is_absence(&error) => {
                if counts {
                    self.known(key, InputState::Absent, Some(to));
                }
                return Ok(None);
            }
            Err(error) => return Err(Error::io("read", path, &error)),
        };
        if !kind.is_dir() {
            if counts {
                let real = real(path)?;
                if self.is_own(&real) {
                    self.known(key, InputState::Name, Some(to));
                } else {
                    self.file(key, path.to_owned(), kind, Some(to), Task::Listed);
                }
            }
            return Ok(None);
        }
        let real = real(path)?;
        if let Some(place) = self.counted(&real) {
            self.known(key, InputState::Same(place), Some(to));
            return Ok(None);
        }
        if counts {
            self.known(key, InputState::Folder, Some(to));
        }
        Ok(Some(real))
    }

    /// Where a folder is counted anyway, when the whole project is.
    fn counted(&self, real: &Path) -> Option<String> {
        let inside = real.strip_prefix(self.root).ok().filter(|_| self.whole)?;
        let mut key = String::new();
        for part in inside {
            if is_named_for_skipping(part) {
                return None;
            }
            key = join(&key, &escape(part));
        }
        Some(key)
    }

    fn file(
        &mut self,
        key: String,
        path: PathBuf,
        kind: FileType,
        link: Option<String>,
        read: fn(PathBuf) -> Task,
    ) {
        let task = match kind.is_file() {
            true if self.names => Task::Known(InputState::Name),
            true => read(path),
            false => Task::Known(InputState::Special),
        };
        self.jobs.push(Job { key, task, link });
    }

    fn known(&mut self, key: String, state: InputState, link: Option<String>) {
        let task = Task::Known(state);
        self.jobs.push(Job { key, task, link });
    }

    /// Whether a folder out of the project holds the whole system, or what is not
    /// stored anywhere.
    fn is_system(&self, real: &Path) -> bool {
        let is_within = |folder: &&str| real.starts_with(folder);
        !real.starts_with(self.root)
            && (real.parent().is_none()
                || (SYSTEM.iter().any(is_within) && !is_within(&"/dev/shm")))
    }

    fn is_own(&self, path: &Path) -> bool {
        !self.own.files.is_empty() && self.own.files.contains(path)
    }
}

impl Folder {
    /// The path of the folder above that is the same as this one, if links have
    /// led in a circle.
    fn circle(&self, real: &Path) -> Option<String> {
        let mut above = Some(self);
        while let Some(folder) = above {
            if folder.path == real {
                return Some(folder.key.clone());
            }
            above = folder.above.as_deref();
        }
        None
    }
}

fn too_much(key: &str, real: &Path) -> Error {
    let message = format!(
        "{key} leads to {}, which is too much to count",
        real.display()
    );
    Error::new(Code::ProjectInvalid, message).help("remove the link if the build does not need it")
}

fn real(path: &Path) -> Result<PathBuf> {
    fs::canonicalize(path).map_err(|error| Error::io("read", path, &error))
}

fn is_named_for_skipping(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    name == ".wasmrun" || name.starts_with(".wasmrun-") || VERSION_CONTROL.contains(&name)
}

/// A file called `.git` points to a repository elsewhere and counts as any file.
fn is_skipped(name: &OsStr, kind: FileType) -> bool {
    let is_ours = || name.as_encoded_bytes().starts_with(b".wasmrun");
    is_named_for_skipping(name) && (!kind.is_file() || is_ours())
}

/// A path that a builder wrote, as a key: without `./` and doubled slashes.
fn key_of(text: &str) -> String {
    let lead = if text.starts_with('/') { "/" } else { "" };
    let parts = text
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    let parts: Vec<_> = parts.map(|part| escape(OsStr::new(part))).collect();
    format!("{lead}{}", parts.join("/"))
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        "/" => format!("/{name}"),
        _ => format!("{folder}/{name}"),
    }
}
