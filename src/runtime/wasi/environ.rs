//! The program's environment, sections "environ_get" and "environ_sizes_get".

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;

/// Writes the address of each variable to the row of 32-bit addresses at
/// `environ`, and the variables as `NAME=VALUE`, each with a zero behind it, to
/// `environ_buf`. The sizes of both are those that [`environ_sizes_get`] tells.
///
/// Errno: `Fault` if they do not fit into the memory.
pub(crate) fn environ_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    environ: u32,
    environ_buf: u32,
) -> Result<(), Errno> {
    mem.write_strings(&cx.environ, environ, environ_buf)
}

/// Writes how many variables there are to `count` (32 bits), and how many bytes
/// they take, zeros included, to `buf_size` (32 bits).
///
/// Errno: `Fault`, `Overflow`.
pub(crate) fn environ_sizes_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    count: u32,
    buf_size: u32,
) -> Result<(), Errno> {
    mem.write_sizes(&cx.environ, count, buf_size)
}
