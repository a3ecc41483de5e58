//! Listing directories.

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;
use crate::object::{Entry, Filetype};
use crate::rights::Rights;

/// Writes entries of a directory to the `buf_len` bytes at `buf`, from the one on
/// that `cookie` names, 0 being the first, and how many bytes were written to
/// `used` (32 bits). Fewer than `buf_len` means that there are no more. An entry
/// is the cookie of the next (64 bits), its number on the device (64 bits at 8),
/// the length of its name (32 bits at 16), its kind (8 bits at 20), and at 24 its
/// name. The last may be cut.
///
/// The directory is looked at when the cookie is 0, and kept as it was then, so
/// that cookies keep their meaning while entries come and go.
///
/// Errno: `Badf`, `Notdir`, `Notcapable`, `Fault`, `Io`.
pub(crate) fn fd_readdir(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    buf: u32,
    buf_len: u32,
    cookie: u64,
    used: u32,
) -> Result<(), Errno> {
    let directory = cx.table.directory(fd, Rights::FD_READDIR)?;
    let buffer = mem.bytes_mut(buf, buf_len)?;
    if cookie == 0 || cx.table.get(fd)?.listing.is_empty() {
        let own = directory.filestat()?;
        let dots = [b".".to_vec(), b"..".to_vec()].map(|name| Entry {
            name,
            // What is above may be out of the program's reach.
            ino: own.ino,
            filetype: Filetype::Directory,
        });
        let mut listing = Vec::from(dots);
        listing.extend(directory.entries()?);
        cx.table.get_mut(fd)?.listing = listing;
    }
    let listing = &cx.table.get(fd)?.listing;
    let first = usize::try_from(cookie).unwrap_or(usize::MAX);
    let mut filled = 0;
    for (at, entry) in listing.iter().enumerate().skip(first) {
        let mut raw = [0; 24];
        raw[..8].copy_from_slice(&(at as u64 + 1).to_le_bytes());
        raw[8..16].copy_from_slice(&entry.ino.to_le_bytes());
        raw[16..20].copy_from_slice(&(entry.name.len() as u32).to_le_bytes());
        raw[20] = entry.filetype as u8;
        for part in [&raw[..], &entry.name] {
            let rest = buffer.get_mut(filled..).unwrap_or_default();
            let length = part.len().min(rest.len());
            rest[..length].copy_from_slice(&part[..length]);
            filled += length;
        }
        if filled == buffer.len() {
            break;
        }
    }
    mem.write_u32(used, filled as u32)
}
