//! `wasi_unstable`, the version before preview 1: what differs in it. Its
//! `filestat` has 56 bytes, `whence` counts otherwise, and subscriptions of clocks
//! have a number of their own.

use std::io::SeekFrom;

use crate::context::Context;
use crate::errno::Errno;
use crate::fd::seek;
use crate::guest::Guest;
use crate::object::Filestat;
use crate::poll::{UNSTABLE, poll};

/// As in preview 1, with `whence` 0 for where the descriptor stands, 1 for the
/// end, 2 for the start.
///
/// Errno: as in preview 1.
pub(crate) fn fd_seek(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    offset: i64,
    whence: u32,
    place: u32,
) -> Result<(), Errno> {
    let to = match whence {
        0 => SeekFrom::Current(offset),
        1 => SeekFrom::End(offset),
        _ => crate::fd::whence(whence.wrapping_sub(2), offset).map_err(|_| Errno::Inval)?,
    };
    if whence > 2 {
        return Err(Errno::Inval);
    }
    seek(cx, mem, fd, to, place)
}

/// A `filestat` of 56 bytes: device and number of 64 bits, kind (8 bits), names
/// (32 bits at 20), then size and times as in preview 1.
fn write_filestat(mem: &mut Guest<'_>, at: u32, stat: &Filestat) -> Result<(), Errno> {
    let mut raw = [0; 56];
    let nlink = u32::try_from(stat.nlink).unwrap_or(u32::MAX);
    let words = [
        stat.dev,
        stat.ino,
        u64::from(stat.filetype as u8) | u64::from(nlink) << 32,
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

/// As in preview 1, but for the layout.
///
/// Errno: as in preview 1.
pub(crate) fn fd_filestat_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    stat: u32,
) -> Result<(), Errno> {
    let known = cx.filestat(fd)?;
    write_filestat(mem, stat, &known)
}

/// As in preview 1, but for the layout.
///
/// Errno: as in preview 1.
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

/// As in preview 1, but for the layout.
///
/// Errno: as in preview 1.
pub(crate) fn poll_oneoff(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    input: u32,
    output: u32,
    nsubscriptions: u32,
    nevents: u32,
) -> Result<(), Errno> {
    poll(cx, mem, [input, output, nsubscriptions, nevents], &UNSTABLE)
}
