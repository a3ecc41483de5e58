//! The program's arguments, sections "args_get" and "args_sizes_get".

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;

/// Writes the address of each argument to the row of 32-bit addresses at `argv`,
/// and the arguments, each with a zero behind it, to `argv_buf`. The sizes of
/// both are those that [`args_sizes_get`] tells.
///
/// Errno: `Fault` if they do not fit into the memory.
pub(crate) fn args_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    argv: u32,
    argv_buf: u32,
) -> Result<(), Errno> {
    mem.write_strings(&cx.args, argv, argv_buf)
}

/// Writes how many arguments there are to `argc` (32 bits), and how many bytes
/// they take, zeros included, to `argv_buf_size` (32 bits).
///
/// Errno: `Fault`, `Overflow`.
pub(crate) fn args_sizes_get(
    cx: &mut Context,
    mem: &mut Guest<'_>,
    argc: u32,
    argv_buf_size: u32,
) -> Result<(), Errno> {
    mem.write_sizes(&cx.args, argc, argv_buf_size)
}
