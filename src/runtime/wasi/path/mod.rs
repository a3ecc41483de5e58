//! Files by their paths, which are relative to an open directory and lead
//! nowhere outside of it: opening (`open`), all else (here).

mod open;

pub(crate) use open::path_open;

use crate::context::Context;
use crate::errno::Errno;
use crate::fd::{times, write_filestat};
use crate::guest::Guest;
use crate::object::{Filestat, Filetype};
use crate::rights::Rights;

/// In `lookupflags`: a link at the end of the path is followed.
fn follows(lookupflags: u32) -> Result<bool, Errno> {
    match lookupflags {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Errno::Inval),
    }
}

/// Makes a directory.
///
/// Errno: `Badf`, `Notdir`, `Notcapable`, `Perm` for a path that leads out,
/// `Rofs`, `Exist`, `Noent`, `Fault`; so for all that follow.
pub(crate) fn path_create_directory(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
) -> Result<(), Errno> {
    let path = mem.bytes(path, path_len)?;
    let directory = cx.table.changing(fd, Rights::PATH_CREATE_DIRECTORY)?;
    directory.create_directory(path)
}

impl Context {
    /// What is known of the file at a path.
    pub(crate) fn filestat_at(
        &self,
        mem: &Guest<'_>,
        fd: u32,
        flags: u32,
        path: u32,
        path_len: u32,
    ) -> Result<Filestat, Errno> {
        let follow = follows(flags)?;
        let path = mem.bytes(path, path_len)?;
        let directory = self.table.directory(fd, Rights::PATH_FILESTAT_GET)?;
        directory.filestat_at(path, follow)
    }
}

/// Writes what is known of the file at a path to `stat`, as
/// [`write_filestat`] says; of a link itself, unless `flags` has 1.
///
/// Errno: see [`path_create_directory`].
pub(crate) fn path_filestat_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    path_len: u32,
    stat: u32,
) -> Result<(), Errno> {
    let known = cx.filestat_at(mem, fd, flags, path, path_len)?;
    write_filestat(mem, stat, &known)
}

/// Sets the times of the file at a path, in nanoseconds since 1970, as
/// [`times`] says; of a link itself, unless `flags` has 1.
///
/// Errno: see [`path_create_directory`]; `Inval` for flags that exclude each
/// other.
pub(crate) fn path_filestat_set_times(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    path_len: u32,
    atim: u64,
    mtim: u64,
    fst_flags: u32,
) -> Result<(), Errno> {
    let follow = follows(flags)?;
    let times = times(atim, mtim, fst_flags)?;
    let path = mem.bytes(path, path_len)?;
    let directory = cx.table.changing(fd, Rights::PATH_FILESTAT_SET_TIMES)?;
    directory.set_times_at(path, follow, times)
}

/// Gives the file at a path another name, in the directory `new_fd`.
///
/// Errno: see [`path_create_directory`]; `Inval` if a link at the end of the path
/// is to be followed, `Perm` for a directory.
pub(crate) fn path_link(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    old_fd: u32,
    old_flags: u32,
    old_path: u32,
    old_path_len: u32,
    new_fd: u32,
    new_path: u32,
    new_path_len: u32,
) -> Result<(), Errno> {
    if follows(old_flags)? {
        return Err(Errno::Inval);
    }
    let old_path = mem.bytes(old_path, old_path_len)?;
    let new_path = mem.bytes(new_path, new_path_len)?;
    let old = cx.table.directory(old_fd, Rights::PATH_LINK_SOURCE)?;
    let new = cx.table.changing(new_fd, Rights::PATH_LINK_TARGET)?;
    // A second name would let what is read-only be changed.
    cx.table.get(old_fd)?.require_writable()?;
    old.link(old_path, new, new_path)
}

/// Writes what a link says to the `buf_len` bytes at `buf`, cut if they are too
/// few, and how many they are to `used` (32 bits).
///
/// Errno: see [`path_create_directory`]; `Inval` if it is no link.
pub(crate) fn path_readlink(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
    buf: u32,
    buf_len: u32,
    used: u32,
) -> Result<(), Errno> {
    let path = mem.bytes(path, path_len)?;
    let directory = cx.table.directory(fd, Rights::PATH_READLINK)?;
    let target = directory.read_link(path)?;
    let buffer = mem.bytes_mut(buf, buf_len)?;
    let length = target.len().min(buffer.len());
    buffer[..length].copy_from_slice(&target[..length]);
    mem.write_u32(used, length as u32)
}

/// Removes an empty directory.
///
/// Errno: see [`path_create_directory`]; `Notempty`.
pub(crate) fn path_remove_directory(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
) -> Result<(), Errno> {
    let path = mem.bytes(path, path_len)?;
    let directory = cx.table.changing(fd, Rights::PATH_REMOVE_DIRECTORY)?;
    directory.remove_directory(path)
}

/// Gives what is at a path another one, in the directory `new_fd`; what is there
/// is replaced.
///
/// Errno: see [`path_create_directory`]; `Notempty`, `Isdir`.
pub(crate) fn path_rename(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    old_path: u32,
    old_path_len: u32,
    new_fd: u32,
    new_path: u32,
    new_path_len: u32,
) -> Result<(), Errno> {
    let old_path = mem.bytes(old_path, old_path_len)?;
    let new_path = mem.bytes(new_path, new_path_len)?;
    let old = cx.table.changing(fd, Rights::PATH_RENAME_SOURCE)?;
    let new = cx.table.changing(new_fd, Rights::PATH_RENAME_TARGET)?;
    old.rename(old_path, new, new_path)
}

/// Makes a symbolic link that says `old_path`. What it says is looked at when it
/// is followed, but must not begin at a root.
///
/// Errno: see [`path_create_directory`].
pub(crate) fn path_symlink(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    old_path: u32,
    old_path_len: u32,
    fd: u32,
    new_path: u32,
    new_path_len: u32,
) -> Result<(), Errno> {
    let target = mem.bytes(old_path, old_path_len)?;
    let path = mem.bytes(new_path, new_path_len)?;
    let directory = cx.table.changing(fd, Rights::PATH_SYMLINK)?;
    if target.starts_with(b"/") {
        return Err(Errno::Perm);
    }
    directory.symlink(target, path)
}

/// Removes a name of a file.
///
/// Errno: see [`path_create_directory`]; `Isdir` for a directory, `Notdir` for a
/// file whose path ends in a slash.
pub(crate) fn path_unlink_file(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
) -> Result<(), Errno> {
    let path = mem.bytes(path, path_len)?;
    let directory = cx.table.changing(fd, Rights::PATH_UNLINK_FILE)?;
    if path.ends_with(b"/") {
        let found = directory.filestat_at(path, false)?;
        return Err(match found.filetype {
            Filetype::Directory => Errno::Isdir,
            _ => Errno::Notdir,
        });
    }
    directory.unlink_file(path)
}
