//! What a run of code needs besides its registers.

use std::any::Any;

use super::regs::{Ip, Place, Regs};
use crate::error::Error;
use crate::instance::InstanceEntity;
use crate::store::Inner;

/// One run: from a call by the host until that function returns or traps.
pub(crate) struct Context {
    /// The end of the stack's cells.
    pub(crate) stack_end: *mut u64,
    /// The instance whose code runs; null when the host was called first.
    pub(crate) instance: *mut InstanceEntity,
    pub(crate) store: *mut Inner,
    /// The host's own.
    pub(crate) data: *mut (),
    /// Where code stood when it ended early.
    pub(crate) place: Option<Place>,
    /// For each call into another instance that has not returned: where to go
    /// on, and in which instance.
    pub(crate) foreign: Vec<(Ip, *mut InstanceEntity)>,
    pub(crate) error: Option<Error>,
    /// What a function of the host panicked with.
    pub(crate) panic: Option<Box<dyn Any + Send>>,
    /// The loop backend's registers between two handlers.
    pub(crate) regs: Regs,
}
