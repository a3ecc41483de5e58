//! Calls of functions that somebody watches.

use crate::val::Val;

/// What a watched function does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its index in the module; imported functions come first.
    pub function: u32,
    /// What happens.
    pub step: Step,
}

/// A step of a watched call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is called with these arguments.
    Enter(Vec<Val>),
    /// It returns these results.
    Leave(Vec<Val>),
    /// It ends by a tail call, whose results will be its own.
    TailCall,
}

/// Gets what watched functions do.
pub(crate) type Watcher = Box<dyn FnMut(&Event) + Send>;

/// What the instruction says in half 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Moment {
    Enter,
    Leave,
    TailCall,
}
