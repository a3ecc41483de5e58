//! Clocks, sections "clock_res_get" and "clock_time_get".

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;
use crate::host::clock::Clock;

/// Writes the nanoseconds between two steps of a clock to `resolution` (64 bits).
///
/// Errno: `Inval` for an unknown clock, `Notsup` for one that the host has not,
/// `Fault`.
pub(crate) fn clock_res_get(
    _: &mut Context,
    mem: &mut Guest<'_>,
    id: u32,
    resolution: u32,
) -> Result<(), Errno> {
    mem.write_u64(resolution, Clock::of(id)?.resolution()?)
}

/// Writes what a clock shows, in nanoseconds, to `time` (64 bits). The precision
/// that is asked for is given in any case.
///
/// Errno: as [`clock_res_get`]; `Overflow` for a time before 1970.
pub(crate) fn clock_time_get(
    _: &mut Context,
    mem: &mut Guest<'_>,
    id: u32,
    _precision: u64,
    time: u32,
) -> Result<(), Errno> {
    mem.write_u64(time, Clock::of(id)?.now()?)
}
