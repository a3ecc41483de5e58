use std::borrow::Cow;
#[cfg(unix)]
use std::fs::Permissions;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use crate::error::{Error, Result};

const PREFIX: &str = ".wasmrun-";

/// Puts files into their places: all of them or none. Each one appears whole
/// under its name, or what was there stays.
///
/// # Errors
/// [`Code::Io`]; then every target is as it was, and nothing else is left.
pub(super) fn publish(files: &[(&Path, Cow<'_, [u8]>)]) -> Result<()> {
    let mut folders = Folders::default();
    let mut ready = Vec::with_capacity(files.len());
    for (path, bytes) in files {
        if !is_special(path) {
            ready.push(Ready::new(path, bytes, &mut folders)?);
        }
    }
    let keep_old = ready.len() > 1;
    let mut done = Vec::new();
    for file in ready {
        match file.swap(keep_old) {
            Ok(swapped) => done.push(swapped),
            Err(error) => {
                for swapped in done.into_iter().rev() {
                    swapped.undo();
                }
                return Err(error);
            }
        }
    }
    folders.keep();
    for (path, bytes) in files.iter().filter(|(path, _)| is_special(path)) {
        let written = File::options().write(true).open(path);
        let written = written.and_then(|mut file| file.write_all(bytes));
        written.map_err(|error| Error::io("write", path, &error))?;
    }
    Ok(())
}

/// Whether it is a device or a pipe. Such a thing is written to; a rename would
/// put a file in its place.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

/// A file that is written and synced under a temporary name beside its place.
struct Ready {
    file: NamedTempFile,
    target: PathBuf,
}

impl Ready {
    fn new(path: &Path, bytes: &[u8], folders: &mut Folders) -> Result<Self> {
        let failed = |error: io::Error| Error::io("write", path, &error);
        let target = behind_links(path);
        let folder = target.parent().unwrap_or(Path::new("."));
        folders.create(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // What the user's mask leaves of it, as for any new file.
            builder.permissions(Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder).map_err(failed)?;
        if let Ok(meta) = fs::metadata(&target) {
            file.as_file()
                .set_permissions(meta.permissions())
                .map_err(failed)?;
        }
        file.write_all(bytes).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        Ok(Self { file, target })
    }

    fn swap(self, keep_old: bool) -> Result<Swapped> {
        let failed = |error: io::Error| Error::io("write", &self.target, &error);
        let old = match keep_old && self.target.exists() {
            true => Some(second_name(&self.target).map_err(failed)?),
            false => None,
        };
        match self.file.persist(&self.target) {
            Ok(_) => Ok(Swapped {
                target: self.target,
                old,
            }),
            Err(error) => Err(Error::io("write", &self.target, &error.error)),
        }
    }
}

/// A file that is in its place, and what was there before. The latter is
/// deleted when this is dropped.
struct Swapped {
    target: PathBuf,
    old: Option<TempPath>,
}

impl Swapped {
    fn undo(self) {
        let undone = match self.old {
            Some(old) => old.persist(&self.target).map_err(|error| error.error),
            None => fs::remove_file(&self.target),
        };
        if let Err(error) = undone {
            tracing::debug!(%error, target = %self.target.display(), "could not undo");
        }
    }
}

/// Gives a file a second, temporary name: a hard link, or a copy where there
/// are none. The file itself never leaves its place.
fn second_name(path: &Path) -> io::Result<TempPath> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let named = tempfile::Builder::new()
        .prefix(PREFIX)
        .make_in(folder, |name| {
            fs::hard_link(path, name).or_else(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => Err(error),
                _ => fs::copy(path, name).map(drop),
            })
        })?;
    Ok(named.into_temp_path())
}

/// A compiler that opens its output for writing follows a link there; so do we.
fn behind_links(path: &Path) -> PathBuf {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_symlink() => path.canonicalize().unwrap_or_else(|_| path.to_owned()),
        _ => path.to_owned(),
    }
}

/// The folders that had to be made, deepest last. Those that are empty go away
/// again unless they are kept.
#[derive(Default)]
struct Folders {
    made: Vec<PathBuf>,
}

impl Folders {
    fn create(&mut self, folder: &Path) -> Result<()> {
        let missing: Vec<_> = folder
            .ancestors()
            .take_while(|path| !path.exists())
            .map(Path::to_owned)
            .collect();
        for path in missing.into_iter().rev() {
            match fs::create_dir(&path) {
                Ok(()) => self.made.push(path),
                // Another wasmrun was quicker.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
                Err(error) => return Err(Error::io("create the folder", &path, &error)),
            }
        }
        Ok(())
    }

    fn keep(&mut self) {
        self.made.clear();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for path in self.made.iter().rev() {
            let _ = fs::remove_dir(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn several_files_appear_together() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a.wasm", "sub/b.js"].map(|name| folder.path().join(name));
        fs::write(&a, "old").unwrap();
        publish(&[(&a, Cow::Borrowed(b"new")), (&b, Cow::Borrowed(b"js"))]).unwrap();
        assert_eq!(fs::read(&a).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["a.wasm", "sub"]);
        assert_eq!(names(&folder.path().join("sub")), ["b.js"]);
    }

    #[test]
    fn one_that_cannot_be_written_leaves_all_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b, c] = ["a.wasm", "new/b.js", "c"].map(|name| folder.path().join(name));
        fs::write(&a, "old").unwrap();
        fs::create_dir(&c).unwrap();
        let error =
            publish(&[&a, &b, &c].map(|path| (path.as_path(), Cow::Borrowed(b"new".as_slice()))))
                .unwrap_err();
        assert_eq!(error.code(), Code::Io);
        assert_eq!(fs::read(&a).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.wasm", "c"]);
    }

    #[test]
    fn a_swap_can_be_undone() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a.wasm", "b.wasm"].map(|name| folder.path().join(name));
        fs::write(&a, "old").unwrap();
        let mut folders = Folders::default();
        let swapped: Vec<_> = [&a, &b]
            .map(|path| Ready::new(path, b"new", &mut folders).unwrap())
            .into_iter()
            .map(|ready| ready.swap(true).unwrap())
            .collect();
        assert_eq!(fs::read(&a).unwrap(), b"new");
        swapped.into_iter().for_each(Swapped::undo);
        assert_eq!(fs::read(&a).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.wasm"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_rights_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let [real, link] = ["real", "link"].map(|name| folder.path().join(name));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        publish(&[(&link, Cow::Borrowed(b"new"))]).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        let mode = fs::metadata(&real).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
