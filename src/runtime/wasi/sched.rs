//! Scheduling, section "sched_yield".

use crate::context::Context;
use crate::errno::Errno;
use crate::guest::Guest;

/// Lets others run. It never fails.
pub(crate) fn sched_yield(_: &mut Context, _: &mut Guest<'_>) -> Result<(), Errno> {
    std::thread::yield_now();
    Ok(())
}
