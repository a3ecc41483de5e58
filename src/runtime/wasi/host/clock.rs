//! Clocks of the operating system.

use crate::errno::Errno;

/// A clock, section "clockid".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Since 1970; it can be set.
    Realtime,
    /// Since some moment; it only goes forward.
    Monotonic,
    /// What this process has used of processors.
    ProcessCpu,
    /// What this thread has used.
    ThreadCpu,
}

impl Clock {
    pub(crate) fn of(id: u32) -> Result<Self, Errno> {
        match id {
            0 => Ok(Self::Realtime),
            1 => Ok(Self::Monotonic),
            2 => Ok(Self::ProcessCpu),
            3 => Ok(Self::ThreadCpu),
            _ => Err(Errno::Inval),
        }
    }

    /// What it shows, in nanoseconds.
    pub(crate) fn now(self) -> Result<u64, Errno> {
        platform::now(self)
    }

    /// The nanoseconds from one step to the next.
    pub(crate) fn resolution(self) -> Result<u64, Errno> {
        platform::resolution(self)
    }
}

#[cfg(unix)]
mod platform {
    use rustix::time::{ClockId, Timespec};

    use super::{Clock, Errno};

    fn id(clock: Clock) -> ClockId {
        match clock {
            Clock::Realtime => ClockId::Realtime,
            Clock::Monotonic => ClockId::Monotonic,
            Clock::ProcessCpu => ClockId::ProcessCPUTime,
            Clock::ThreadCpu => ClockId::ThreadCPUTime,
        }
    }

    fn nanoseconds(time: Timespec) -> Result<u64, Errno> {
        let seconds = u64::try_from(time.tv_sec).map_err(|_| Errno::Overflow)?;
        let rest = u64::try_from(time.tv_nsec).map_err(|_| Errno::Overflow)?;
        let all = seconds.checked_mul(1_000_000_000);
        all.and_then(|all| all.checked_add(rest))
            .ok_or(Errno::Overflow)
    }

    pub(super) fn now(clock: Clock) -> Result<u64, Errno> {
        nanoseconds(rustix::time::clock_gettime(id(clock)))
    }

    pub(super) fn resolution(clock: Clock) -> Result<u64, Errno> {
        nanoseconds(rustix::time::clock_getres(id(clock)))
    }
}

#[cfg(not(unix))]
mod platform {
    use std::sync::OnceLock;
    use std::time::{Instant, SystemTime, UNIX_EPOCH};

    use super::{Clock, Errno};

    pub(super) fn now(clock: Clock) -> Result<u64, Errno> {
        static START: OnceLock<Instant> = OnceLock::new();
        let since = match clock {
            Clock::Realtime => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_err(|_| Errno::Overflow)?,
            Clock::Monotonic => START.get_or_init(Instant::now).elapsed(),
            // The standard library does not know them.
            Clock::ProcessCpu | Clock::ThreadCpu => return Err(Errno::Notsup),
        };
        u64::try_from(since.as_nanos()).map_err(|_| Errno::Overflow)
    }

    pub(super) fn resolution(clock: Clock) -> Result<u64, Errno> {
        match clock {
            Clock::Realtime | Clock::Monotonic => Ok(100),
            Clock::ProcessCpu | Clock::ThreadCpu => Err(Errno::Notsup),
        }
    }
}
