//! Random bytes, section "random_get".

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;

/// Fills `buf_len` bytes at `buf` from the operating system's source.
///
/// Errno: `Fault`, `Io` if the source fails.
pub(crate) fn random_get(
    _: &mut Context,
    mem: &mut Guest<'_>,
    buf: u32,
    buf_len: u32,
) -> Result<(), Errno> {
    getrandom::fill(mem.bytes_mut(buf, buf_len)?).map_err(|_| Errno::Io)
}
