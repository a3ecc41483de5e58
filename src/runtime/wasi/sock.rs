//! Sockets, sections "sock_accept", "sock_recv", "sock_send", "sock_shutdown".

use std::io::IoSlice;

use crate::context::{Context, until_ready};
use crate::errno::Errno;
use crate::fd::parts;
use crate::guest::Guest;
use crate::object::{Fdflags, File, Filetype, Object};
use crate::rights::Rights;
use crate::table::Descriptor;

/// Bits of `riflags`: what came stays there; wait until the buffers are full.
const PEEK: u32 = 1;
const WAITALL: u32 = 2;

fn socket(cx: &mut Context, fd: u32, rights: Rights) -> Result<&mut dyn File, Errno> {
    let file = cx.table.file(fd, Rights::NONE, Errno::Notsock)?;
    if file.filetype() != Filetype::SocketStream {
        return Err(Errno::Notsock);
    }
    cx.table.file(fd, rights, Errno::Notsock)
}

/// Takes a connection from the socket `fd`, with the `fdflags` in `flags`, of
/// which only `nonblock` has a meaning, and writes its descriptor to `connection`
/// (32 bits).
///
/// Errno: `Badf`, `Notsock`, `Notcapable`; `Again` if none waits and the socket
/// does not; `Inval` for unknown flags; `Intr` if the wait was ended; `Fault`.
pub(crate) fn sock_accept(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    flags: u32,
    connection: u32,
) -> Result<(), Errno> {
    let flags = Fdflags::from_bits(flags).ok_or(Errno::Inval)?;
    mem.bytes(connection, 4)?;
    let waker = cx.waker.clone();
    let listener = socket(cx, fd, Rights::SOCK_ACCEPT)?;
    until_ready(listener, false, waker.as_ref())?;
    let mut stream = listener.accept()?;
    if flags != Fdflags::default() {
        stream.set_flags(flags)?;
    }
    let mut descriptor = Descriptor::new(Object::File(stream));
    descriptor.base = descriptor.base.without(Rights::SOCK_ACCEPT);
    let number = cx.table.add(descriptor)?;
    mem.write_u32(connection, number)
}

/// Receives into the buffers of `ri_data` (address and length of 32 bits each).
/// Writes how many bytes came to `ro_datalen` (32 bits), and flags to `ro_flags`
/// (16 bits; 1: a part of the message is lost).
///
/// Errno: `Badf`, `Notsock`, `Notcapable`, `Notconn`, `Again`, `Intr`, `Inval`
/// for unknown flags, `Fault`.
pub(crate) fn sock_recv(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    ri_data: u32,
    ri_data_len: u32,
    ri_flags: u32,
    ro_datalen: u32,
    ro_flags: u32,
) -> Result<(), Errno> {
    if ri_flags & !(PEEK | WAITALL) != 0 {
        return Err(Errno::Inval);
    }
    let spans = mem.spans(ri_data, ri_data_len)?;
    let waker = cx.waker.clone();
    let socket = socket(cx, fd, Rights::FD_READ)?;
    let (mut total, mut truncated) = (0, false);
    'all: for span in spans.into_iter().filter(|span| span.length > 0) {
        let buffer = mem.bytes_mut(span.at, span.length)?;
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let received = until_ready(socket, false, waker.as_ref())
                .and_then(|()| socket.receive(rest, ri_flags & PEEK != 0));
            let received = match received {
                Ok(received) => received,
                // What has come already must not be lost.
                Err(_) if total + filled > 0 => break 'all,
                Err(error) => return Err(error),
            };
            filled += received.bytes;
            truncated |= received.truncated;
            let goes_on = ri_flags & WAITALL != 0 && ri_flags & PEEK == 0;
            if received.bytes == 0 || !goes_on {
                total += filled;
                break 'all;
            }
        }
        total += filled;
    }
    mem.write_u32(ro_datalen, total as u32)?;
    mem.write(ro_flags, &u16::from(truncated).to_le_bytes())
}

/// Sends the buffers of `si_data` (address and length of 32 bits each). Writes
/// how many bytes were taken to `so_datalen` (32 bits). There are no flags.
///
/// Errno: `Badf`, `Notsock`, `Notcapable`, `Notconn`, `Pipe`, `Again`, `Intr`,
/// `Inval` for flags, `Fault`.
pub(crate) fn sock_send(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    fd: u32,
    si_data: u32,
    si_data_len: u32,
    si_flags: u32,
    so_datalen: u32,
) -> Result<(), Errno> {
    if si_flags != 0 {
        return Err(Errno::Inval);
    }
    let spans = mem.spans(si_data, si_data_len)?;
    let waker = cx.waker.clone();
    let socket = socket(cx, fd, Rights::FD_WRITE)?;
    let parts: Vec<IoSlice<'_>> = parts(mem, &spans)?;
    until_ready(socket, true, waker.as_ref())?;
    let sent = socket.send(&parts);
    let sent = cx.noting_broken_pipe(sent)?;
    mem.write_u32(so_datalen, sent as u32)
}

/// Ends receiving (1), sending (2) or both (3) on a connection.
///
/// Errno: `Badf`, `Notsock`, `Notcapable`, `Notconn`, `Inval` for other values.
pub(crate) fn sock_shutdown(
    cx: &mut Context,
    _: &mut Guest<'_>,
    fd: u32,
    how: u32,
) -> Result<(), Errno> {
    let socket = socket(cx, fd, Rights::SOCK_SHUTDOWN)?;
    if how == 0 || how > 3 {
        return Err(Errno::Inval);
    }
    socket.shutdown(how & 1 != 0, how & 2 != 0)
}
