//! Directories of the operating system, out of which no path leads: `cap-std`
//! resolves every part of a path against an open directory.

use std::any::Any;
use std::io;
use std::path::{Path, PathBuf};

use cap_fs_ext::{
    DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt, OpenOptionsSyncExt,
    SystemTimeSpec,
};
use cap_std::fs::{Dir, OpenOptions};

use super::file::HostFile;
use super::metadata;
use crate::errno::Errno;
use crate::object::{Directory, Entry, Filestat, Object, Open, Time, Times};

/// An open directory.
#[derive(Debug)]
pub(crate) struct HostDirectory(Dir);

impl HostDirectory {
    /// A directory of the host's choice.
    pub(crate) fn ambient(path: &Path) -> io::Result<Self> {
        Dir::open_ambient_dir(path, cap_std::ambient_authority()).map(Self)
    }

    fn open_directory(&self, path: &Path, follow: bool) -> io::Result<Object> {
        let dir = match follow {
            true => self.0.open_dir(path)?,
            false => self.0.open_dir_nofollow(path)?,
        };
        Ok(Object::Directory(Box::new(Self(dir))))
    }

    fn open_any(&self, path: &Path, how: Open) -> io::Result<Object> {
        let mut options = OpenOptions::new();
        // The system makes and empties only what is opened to be written.
        let write = how.write || how.create || how.truncate;
        let append = how.flags.append && write;
        options
            .read(how.read || !write)
            .write(write && !append)
            .append(append);
        options.create(how.create && !how.exclusive);
        options.create_new(how.exclusive && how.create);
        options.truncate(how.truncate);
        options.maybe_dir(true);
        options.follow(if how.follow {
            FollowSymlinks::Yes
        } else {
            FollowSymlinks::No
        });
        options.sync(how.flags.sync).dsync(how.flags.dsync);
        options.rsync(how.flags.rsync).nonblock(how.flags.nonblock);
        let file = self.0.open_with(path, &options)?;
        if file.metadata()?.is_dir() {
            let dir = Dir::from_std_file(file.into_std());
            return Ok(Object::Directory(Box::new(Self(dir))));
        }
        let file = HostFile::new(file.into_std(), how.flags);
        Ok(Object::File(Box::new(file)))
    }

    /// The directory of the other side of a rename or link.
    fn same_kind(other: &dyn Directory) -> Result<&Self, Errno> {
        other.as_any().downcast_ref().ok_or(Errno::Xdev)
    }
}

/// A path as the operating system has it.
#[cfg(unix)]
fn host_path(path: &[u8]) -> Result<PathBuf, Errno> {
    use std::os::unix::ffi::OsStrExt;
    check(path)?;
    Ok(std::ffi::OsStr::from_bytes(path).into())
}

#[cfg(not(unix))]
fn host_path(path: &[u8]) -> Result<PathBuf, Errno> {
    check(path)?;
    let path = std::str::from_utf8(path).map_err(|_| Errno::Ilseq)?;
    Ok(path.into())
}

fn check(path: &[u8]) -> Result<(), Errno> {
    match path {
        [] => Err(Errno::Noent),
        path if path.contains(&0) => Err(Errno::Inval),
        _ => Ok(()),
    }
}

/// A name of the operating system as the program sees it.
#[cfg(unix)]
fn guest_path(path: std::ffi::OsString) -> Result<Vec<u8>, Errno> {
    Ok(std::os::unix::ffi::OsStringExt::into_vec(path))
}

#[cfg(not(unix))]
fn guest_path(path: std::ffi::OsString) -> Result<Vec<u8>, Errno> {
    let path = path.into_string().map_err(|_| Errno::Ilseq)?;
    Ok(path.replace('\\', "/").into_bytes())
}

fn time_spec(time: Time) -> Option<SystemTimeSpec> {
    match time {
        Time::Keep => None,
        Time::Now => Some(SystemTimeSpec::SymbolicNow),
        Time::At(_) => {
            let time = time.system().map(cap_std::time::SystemTime::from_std);
            time.map(SystemTimeSpec::Absolute)
        }
    }
}

impl Directory for HostDirectory {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn filestat(&self) -> Result<Filestat, Errno> {
        Ok(metadata::of_entry(&self.0.dir_metadata()?))
    }

    fn open(&self, path: &[u8], how: Open) -> Result<Object, Errno> {
        let path = host_path(path)?;
        if how.directory {
            return Ok(self.open_directory(&path, how.follow)?);
        }
        // What is there already need not be writable to be opened for reading.
        let plain = how.create && !how.exclusive && !how.write && !how.truncate;
        if plain {
            let existing = Open {
                create: false,
                ..how
            };
            match self.open_any(&path, existing) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => return Ok(other?),
            }
        }
        Ok(self.open_any(&path, how)?)
    }

    fn filestat_at(&self, path: &[u8], follow: bool) -> Result<Filestat, Errno> {
        let path = host_path(path)?;
        let metadata = match follow {
            true => self.0.metadata(path)?,
            false => self.0.symlink_metadata(path)?,
        };
        Ok(metadata::of_entry(&metadata))
    }

    fn set_times_at(&self, path: &[u8], follow: bool, times: Times) -> Result<(), Errno> {
        let path = host_path(path)?;
        let (accessed, modified) = (time_spec(times.accessed), time_spec(times.modified));
        match follow {
            true => self.0.set_times(path, accessed, modified)?,
            false => self.0.set_symlink_times(path, accessed, modified)?,
        }
        Ok(())
    }

    fn entries(&self) -> Result<Vec<Entry>, Errno> {
        let mut entries = Vec::new();
        for entry in self.0.entries()? {
            let entry = entry?;
            // Somebody else may have removed it meanwhile.
            let Ok(filetype) = entry.file_type() else {
                continue;
            };
            entries.push(Entry {
                name: guest_path(entry.file_name())?,
                ino: number(&entry),
                filetype: metadata::kind(filetype),
            });
        }
        Ok(entries)
    }

    fn create_directory(&self, path: &[u8]) -> Result<(), Errno> {
        Ok(self.0.create_dir(host_path(path)?)?)
    }

    fn remove_directory(&self, path: &[u8]) -> Result<(), Errno> {
        // Of a directory, a slash at the end says nothing that is not said already.
        let end = path.iter().rposition(|byte| *byte != b'/');
        let path = end.and_then(|end| path.get(..=end)).unwrap_or(path);
        Ok(self.0.remove_dir(host_path(path)?)?)
    }

    fn unlink_file(&self, path: &[u8]) -> Result<(), Errno> {
        let host = host_path(path)?;
        match self.0.remove_file_or_symlink(&host) {
            Ok(()) => Ok(()),
            Err(error) => {
                // Systems differ in what they say of a directory.
                let is_dir = self.0.symlink_metadata(&host).is_ok_and(|at| at.is_dir());
                Err(if is_dir { Errno::Isdir } else { error.into() })
            }
        }
    }

    fn rename(&self, path: &[u8], to: &dyn Directory, to_path: &[u8]) -> Result<(), Errno> {
        let to = Self::same_kind(to)?;
        Ok(self
            .0
            .rename(host_path(path)?, &to.0, host_path(to_path)?)?)
    }

    fn link(&self, path: &[u8], to: &dyn Directory, to_path: &[u8]) -> Result<(), Errno> {
        let to = Self::same_kind(to)?;
        Ok(self
            .0
            .hard_link(host_path(path)?, &to.0, host_path(to_path)?)?)
    }

    fn symlink(&self, target: &[u8], path: &[u8]) -> Result<(), Errno> {
        Ok(DirExt::symlink(
            &self.0,
            host_path(target)?,
            host_path(path)?,
        )?)
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        let target = self.0.read_link_contents(host_path(path)?)?;
        guest_path(target.into_os_string())
    }

    fn sync(&self) -> Result<(), Errno> {
        // Windows opens no directory to be written, and needs not be told.
        if cfg!(windows) {
            return Ok(());
        }
        // What is open may be no more than a place, so it is opened to be read.
        let file = self.0.open(".")?.into_std();
        match file.sync_all() {
            // Not every system can.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            other => Ok(other?),
        }
    }

    fn duplicate(&self) -> Result<Box<dyn Directory>, Errno> {
        Ok(Box::new(Self(self.0.try_clone()?)))
    }
}

#[cfg(unix)]
fn number(entry: &cap_std::fs::DirEntry) -> u64 {
    std::os::unix::fs::DirEntryExt::ino(entry)
}

#[cfg(not(unix))]
fn number(entry: &cap_std::fs::DirEntry) -> u64 {
    use cap_fs_ext::MetadataExt as _;
    entry.metadata().map_or(0, |metadata| metadata.ino())
}
