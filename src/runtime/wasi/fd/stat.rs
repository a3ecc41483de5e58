//! What is known of descriptors and files.

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;
use crate::object::{Fdflags, Filestat, Object, Time, Times};
use crate::rights::Rights;

/// Writes what a descriptor is to `stat`: its kind (8 bits), its flags (16 bits
/// at 2), its rights (64 bits at 8), and those of what is opened through it (64
/// bits at 16).
///
/// Errno: `Badf`, `Fault`.
pub(crate) fn fd_fdstat_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    stat: u32,
) -> Result<(), Errno> {
    let descriptor = cx.table.get(fd)?;
    let (kind, flags) = match &descriptor.object {
        Object::File(file) => (file.filetype(), file.flags().bits()),
        Object::Directory(_) => (crate::object::Filetype::Directory, 0),
    };
    let mut raw = [0; 24];
    raw[0] = kind as u8;
    raw[2..4].copy_from_slice(&flags.to_le_bytes());
    raw[8..16].copy_from_slice(&descriptor.base.0.to_le_bytes());
    raw[16..].copy_from_slice(&descriptor.inheriting.0.to_le_bytes());
    mem.write(stat, &raw)
}

/// Sets the flags of a descriptor.
///
/// Errno: `Badf`, `Notcapable`, `Inval` for unknown ones, `Notsup` for those that
/// cannot change.
pub(crate) fn fd_fdstat_set_flags(
    cx: &mut Context,
    _: &mut Guest<'_>,
    fd: u32,
    flags: u32,
) -> Result<(), Errno> {
    let flags = Fdflags::from_bits(flags).ok_or(Errno::Inval)?;
    if cx.table.get(fd)?.directory().is_ok() {
        // A directory has none.
        return match flags == Fdflags::default() {
            true => Ok(()),
            false => Err(Errno::Badf),
        };
    }
    let file = cx
        .table
        .file(fd, Rights::FD_FDSTAT_SET_FLAGS, Errno::Badf)?;
    file.set_flags(flags)
}

/// Takes rights from a descriptor. None can be given.
///
/// Errno: `Badf`, `Notcapable` for a right that it does not have.
pub(crate) fn fd_fdstat_set_rights(
    cx: &mut Context,
    _: &mut Guest<'_>,
    fd: u32,
    base: u64,
    inheriting: u64,
) -> Result<(), Errno> {
    let descriptor = cx.table.get_mut(fd)?;
    let (base, inheriting) = (Rights(base), Rights(inheriting));
    if !descriptor.base.contains(base) || !descriptor.inheriting.contains(inheriting) {
        return Err(Errno::Notcapable);
    }
    descriptor.base = base;
    descriptor.inheriting = inheriting;
    Ok(())
}

/// A `filestat` of 64 bytes: device, number, kind (8 bits), names, size, and the
/// times of the last access, change of bytes and change of anything, of 64 bits
/// each.
pub(crate) fn write_filestat(mem: &mut Guest<'_>, at: u32, stat: &Filestat) -> Result<(), Errno> {
    let mut raw = [0; 64];
    let words = [
        stat.dev,
        stat.ino,
        u64::from(stat.filetype as u8),
        stat.nlink,
        stat.size,
        stat.atim,
        stat.mtim,
        stat.ctim,
    ];
    for (raw, word) in raw.chunks_exact_mut(8).zip(words) {
        raw.copy_from_slice(&word.to_le_bytes());
    }
    mem.write(at, &raw)
}

impl Context {
    /// What is known of an open file or directory.
    pub(crate) fn filestat(&self, fd: u32) -> Result<Filestat, Errno> {
        let descriptor = self.table.get(fd)?;
        descriptor.require(Rights::FD_FILESTAT_GET)?;
        match &descriptor.object {
            Object::File(file) => file.filestat(),
            Object::Directory(directory) => directory.filestat(),
        }
    }
}

/// Writes what is known of an open file to `stat`, as [`write_filestat`] says.
///
/// Errno: `Badf`, `Notcapable`, `Fault`, `Io`.
pub(crate) fn fd_filestat_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    stat: u32,
) -> Result<(), Errno> {
    let known = cx.filestat(fd)?;
    write_filestat(mem, stat, &known)
}

/// Cuts a file, or makes it longer by zeros.
///
/// Errno: `Badf`, `Notcapable`, `Inval`, `Fbig`, `Nospc`.
pub(crate) fn fd_filestat_set_size(
    cx: &mut Context,
    _: &mut Guest<'_>,
    fd: u32,
    size: u64,
) -> Result<(), Errno> {
    let rights = Rights::FD_FILESTAT_SET_SIZE;
    cx.table.file(fd, rights, Errno::Badf)?.set_size(size)
}

/// The times that `fst_flags` choose: 1 `atim`, 2 now, for the last access; 4
/// `mtim`, 8 now, for the last change.
pub(crate) fn times(atim: u64, mtim: u64, fst_flags: u32) -> Result<Times, Errno> {
    let choose = |flags: u32, at: u64| match flags {
        0 => Ok(Time::Keep),
        1 => Ok(Time::At(at)),
        2 => Ok(Time::Now),
        _ => Err(Errno::Inval),
    };
    if fst_flags > 15 {
        return Err(Errno::Inval);
    }
    Ok(Times {
        accessed: choose(fst_flags & 3, atim)?,
        modified: choose(fst_flags >> 2, mtim)?,
    })
}

/// Sets the times of an open file, in nanoseconds since 1970, as [`times`] says.
///
/// Errno: `Badf`, `Notcapable`, `Inval` for flags that exclude each other, `Rofs`.
pub(crate) fn fd_filestat_set_times(
    cx: &mut Context,
    _: &mut Guest<'_>,
    fd: u32,
    atim: u64,
    mtim: u64,
    fst_flags: u32,
) -> Result<(), Errno> {
    let times = times(atim, mtim, fst_flags)?;
    let descriptor = cx.table.get_mut(fd)?;
    descriptor.require(Rights::FD_FILESTAT_SET_TIMES)?;
    descriptor.require_writable()?;
    match &mut descriptor.object {
        Object::File(file) => file.set_times(times),
        Object::Directory(directory) => directory.set_times_at(b".", true, times),
    }
}

/// Writes what the host has opened under a number to `prestat`: 0 for a
/// directory (8 bits), and the length of its name (32 bits at 4).
///
/// Errno: `Badf` if the host has opened no directory under it, `Fault`.
pub(crate) fn fd_prestat_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    prestat: u32,
) -> Result<(), Errno> {
    let name = cx.table.get(fd)?.preopen.as_ref().ok_or(Errno::Badf)?;
    let mut raw = [0; 8];
    raw[4..].copy_from_slice(&(name.len() as u32).to_le_bytes());
    mem.write(prestat, &raw)
}

/// Writes the name of a directory that the host has opened to the `path_len`
/// bytes at `path`.
///
/// Errno: `Badf`, `Nametoolong` if they are too few, `Fault`.
pub(crate) fn fd_prestat_dir_name(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    path: u32,
    path_len: u32,
) -> Result<(), Errno> {
    let name = cx.table.get(fd)?.preopen.as_ref().ok_or(Errno::Badf)?;
    if name.len() > path_len as usize {
        return Err(Errno::Nametoolong);
    }
    mem.write(path, name)
}
