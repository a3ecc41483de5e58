//! Descriptors: reading and writing (here), what is known of them (`stat`),
//! listing directories (`readdir`).

mod readdir;
mod stat;

use std::io::{IoSlice, SeekFrom};

pub(crate) use readdir::fd_readdir;
pub(crate) use stat::{
    fd_fdstat_get, fd_fdstat_set_flags, fd_fdstat_set_rights, fd_filestat_get,
    fd_filestat_set_size, fd_filestat_set_times, fd_prestat_dir_name, fd_prestat_get, times,
    write_filestat,
};

use crate::context::{Context, until_ready};
use crate::errno::Errno;
use crate::guest::{Guest, Span};
use crate::object::Source;
use crate::rights::Rights;

/// The parts of a write, where they are in the memory.
pub(crate) fn parts<'m>(mem: &'m Guest<'_>, spans: &[Span]) -> Result<Vec<IoSlice<'m>>, Errno> {
    let part = |span: &Span| mem.bytes(span.at, span.length).map(IoSlice::new);
    spans.iter().map(part).collect()
}

impl Context {
    /// Remembers that nobody reads what the program writes.
    pub(crate) fn noting_broken_pipe<T>(&mut self, result: Result<T, Errno>) -> Result<T, Errno> {
        self.broken_pipe |= matches!(result, Err(Errno::Pipe));
        result
    }
}

/// Tells how the bytes of a file will be used: 0 normally, 1 in order, 2 in any
/// order, 3 soon, 4 not soon, 5 once.
///
/// Errno: `Badf`, `Notcapable`, `Spipe` for a stream, `Inval`.
pub(crate) fn fd_advise(
    cx: &mut Context,
    _: &mut Guest<'_>,
    fd: u32,
    offset: u64,
    length: u64,
    advice: u32,
) -> Result<(), Errno> {
    let advice = u8::try_from(advice).map_err(|_| Errno::Inval)?;
    if i64::try_from(offset).is_err() || i64::try_from(length).is_err() {
        return Err(Errno::Inval);
    }
    let file = cx.table.file(fd, Rights::FD_ADVISE, Errno::Badf)?;
    file.advise(offset, length, advice)
}

/// Makes sure that a file has room for `length` bytes from `offset` on.
///
/// Errno: `Badf`, `Notcapable`, `Inval` for no bytes, `Fbig`, `Nospc`, `Rofs`.
pub(crate) fn fd_allocate(
    cx: &mut Context,
    _: &mut Guest<'_>,
    fd: u32,
    offset: u64,
    length: u64,
) -> Result<(), Errno> {
    let end = offset.checked_add(length).ok_or(Errno::Fbig)?;
    if length == 0 || i64::try_from(end).is_err() {
        return Err(if length == 0 {
            Errno::Inval
        } else {
            Errno::Fbig
        });
    }
    let file = cx.table.file(fd, Rights::FD_ALLOCATE, Errno::Badf)?;
    file.allocate(offset, length)
}

/// Closes a descriptor.
///
/// Errno: `Badf`.
pub(crate) fn fd_close(cx: &mut Context, _: &mut Guest<'_>, fd: u32) -> Result<(), Errno> {
    cx.table.close(fd)
}

/// Waits until a file's bytes are on the device.
///
/// Errno: `Badf`, `Notcapable`, `Inval` for what is on none, `Io`.
pub(crate) fn fd_datasync(cx: &mut Context, _: &mut Guest<'_>, fd: u32) -> Result<(), Errno> {
    if let Ok(directory) = cx.table.directory(fd, Rights::NONE) {
        return directory.sync();
    }
    cx.table
        .file(fd, Rights::FD_DATASYNC, Errno::Badf)?
        .sync(true)
}

/// Waits until all of a file or directory is on the device.
///
/// Errno: `Badf`, `Notcapable`, `Inval` for what is on none, `Io`.
pub(crate) fn fd_sync(cx: &mut Context, _: &mut Guest<'_>, fd: u32) -> Result<(), Errno> {
    if cx.table.get(fd)?.directory().is_ok() {
        return cx.table.directory(fd, Rights::FD_SYNC)?.sync();
    }
    cx.table.file(fd, Rights::FD_SYNC, Errno::Badf)?.sync(false)
}

/// Reads to the buffers of `iovs` (address and length of 32 bits each) from where
/// the descriptor stands, and writes how many bytes came to `nread` (32 bits).
/// What is no file gives what there is at once, to the first buffer.
///
/// Errno: `Badf`, `Notcapable`, `Isdir`, `Again` if it would have to wait and is
/// not to, `Intr` if its wait was ended, `Fault`, `Io`.
pub(crate) fn fd_read(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    iovs: u32,
    iovs_len: u32,
    nread: u32,
) -> Result<(), Errno> {
    let spans = mem.spans(iovs, iovs_len)?;
    mem.bytes(nread, 4)?;
    let waker = cx.waker.clone();
    let file = cx.table.file(fd, Rights::FD_READ, Errno::Isdir)?;
    let is_file = matches!(file.source(), Source::Ready);
    let mut total = 0;
    for span in spans.into_iter().filter(|span| span.length > 0) {
        let buffer = mem.bytes_mut(span.at, span.length)?;
        until_ready(file, false, waker.as_ref())?;
        let read = match file.read(buffer) {
            Ok(read) => read,
            Err(_) if total > 0 => break,
            Err(error) => return Err(error),
        };
        total += read;
        if !is_file || read < span.length as usize {
            break;
        }
    }
    mem.write_u32(nread, total as u32)
}

/// As [`fd_read`], from an offset in a file; the descriptor stands where it stood.
///
/// Errno: as [`fd_read`]; `Spipe` for what has no offsets, `Inval` for an offset
/// beyond 2^63.
pub(crate) fn fd_pread(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    iovs: u32,
    iovs_len: u32,
    offset: u64,
    nread: u32,
) -> Result<(), Errno> {
    let spans = mem.spans(iovs, iovs_len)?;
    mem.bytes(nread, 4)?;
    let rights = Rights::FD_READ.or(Rights::FD_SEEK);
    let file = cx.table.file(fd, rights, Errno::Isdir)?;
    let mut total = 0;
    for span in spans.into_iter().filter(|span| span.length > 0) {
        let buffer = mem.bytes_mut(span.at, span.length)?;
        let read = match file.read_at(buffer, place(offset, total)?) {
            Ok(read) => read,
            Err(_) if total > 0 => break,
            Err(error) => return Err(error),
        };
        total += read;
        if read < span.length as usize {
            break;
        }
    }
    mem.write_u32(nread, total as u32)
}

/// An offset that systems can have.
fn place(offset: u64, done: usize) -> Result<u64, Errno> {
    let at = offset.checked_add(done as u64).ok_or(Errno::Inval)?;
    match i64::try_from(at) {
        Ok(_) => Ok(at),
        Err(_) => Err(Errno::Inval),
    }
}

/// Writes the buffers of `iovs` (address and length of 32 bits each) where the
/// descriptor stands, or at the end if it appends, and how many bytes were taken
/// to `nwritten` (32 bits).
///
/// Errno: `Badf`, `Notcapable`, `Pipe` if nobody reads it, `Again`, `Intr`,
/// `Nospc`, `Fbig`, `Rofs`, `Fault`, `Io`.
pub(crate) fn fd_write(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    iovs: u32,
    iovs_len: u32,
    nwritten: u32,
) -> Result<(), Errno> {
    let spans = mem.spans(iovs, iovs_len)?;
    mem.bytes(nwritten, 4)?;
    let waker = cx.waker.clone();
    let file = cx.table.file(fd, Rights::FD_WRITE, Errno::Badf)?;
    let parts = parts(mem, &spans)?;
    until_ready(file, true, waker.as_ref())?;
    let written = file.write(&parts);
    let written = cx.noting_broken_pipe(written)?;
    mem.write_u32(nwritten, written as u32)
}

/// As [`fd_write`], at an offset in a file; the descriptor stands where it stood.
///
/// Errno: as [`fd_write`]; `Spipe` for what has no offsets, `Inval` for an offset
/// beyond 2^63.
pub(crate) fn fd_pwrite(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    iovs: u32,
    iovs_len: u32,
    offset: u64,
    nwritten: u32,
) -> Result<(), Errno> {
    let spans = mem.spans(iovs, iovs_len)?;
    mem.bytes(nwritten, 4)?;
    let rights = Rights::FD_WRITE.or(Rights::FD_SEEK);
    let file = cx.table.file(fd, rights, Errno::Badf)?;
    let mut total = 0;
    for span in spans.into_iter().filter(|span| span.length > 0) {
        let bytes = mem.bytes(span.at, span.length)?;
        let written = match file.write_at(bytes, place(offset, total)?) {
            Ok(written) => written,
            Err(_) if total > 0 => break,
            Err(error) => return Err(error),
        };
        total += written;
        if written < span.length as usize {
            break;
        }
    }
    mem.write_u32(nwritten, total as u32)
}

/// Gives the descriptor `fd` the number `to`, whose descriptor is closed.
///
/// Errno: `Badf` if one of them is not open.
pub(crate) fn fd_renumber(
    cx: &mut Context,
    _: &mut Guest<'_>,
    fd: u32,
    to: u32,
) -> Result<(), Errno> {
    cx.table.renumber(fd, to)
}

/// Where `whence` counts from: the start, the present place, the end.
pub(crate) fn whence(whence: u32, offset: i64) -> Result<SeekFrom, Errno> {
    match whence {
        0 => u64::try_from(offset)
            .map(SeekFrom::Start)
            .map_err(|_| Errno::Inval),
        1 => Ok(SeekFrom::Current(offset)),
        2 => Ok(SeekFrom::End(offset)),
        _ => Err(Errno::Inval),
    }
}

/// Moves by `offset` from the start (0), from where the descriptor stands (1) or
/// from the end (2), and writes where it stands then to `place` (64 bits).
///
/// Errno: `Badf`, `Notcapable`, `Spipe` for what has no offsets, `Inval` for a
/// place before the start, `Fault`.
pub(crate) fn fd_seek(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    offset: i64,
    whence: u32,
    place: u32,
) -> Result<(), Errno> {
    seek(cx, mem, fd, self::whence(whence, offset)?, place)
}

pub(crate) fn seek(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    to: SeekFrom,
    place: u32,
) -> Result<(), Errno> {
    mem.bytes(place, 8)?;
    // To tell is all that a move by nothing does.
    let rights = match to {
        SeekFrom::Current(0) => Rights::FD_TELL,
        _ => Rights::FD_SEEK.or(Rights::FD_TELL),
    };
    let file = match cx.table.file(fd, rights, Errno::Badf) {
        // What cannot be moved in says so, whatever its rights.
        Err(Errno::Notcapable) => {
            let file = cx.table.file(fd, Rights::NONE, Errno::Badf)?;
            file.seek(SeekFrom::Current(0))?;
            return Err(Errno::Notcapable);
        }
        other => other?,
    };
    let at = file.seek(to)?;
    mem.write_u64(place, at)
}

/// Writes where the descriptor stands to `place` (64 bits).
///
/// Errno: `Badf`, `Notcapable`, `Spipe` for what has no offsets, `Fault`.
pub(crate) fn fd_tell(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    place: u32,
) -> Result<(), Errno> {
    seek(cx, mem, fd, SeekFrom::Current(0), place)
}
