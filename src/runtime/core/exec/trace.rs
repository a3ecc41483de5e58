//! Which calls code is in.

use std::collections::{BTreeMap, HashMap};

use super::context::Context;
use super::regs::Place;
use crate::error::Frame;
use crate::func::Function;
use crate::instance::Instance;
use crate::translate::Origin;

/// So many of the innermost calls of a backtrace are kept.
pub(crate) const INNERMOST: usize = 64;

/// And so many of the outermost.
const OUTERMOST: usize = 36;

/// A call that code is in, as a sampler sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Call {
    /// The instance that the function belongs to.
    pub instance: Instance,
    /// The function's index in the module; imported functions come first.
    pub function: u32,
}

/// Which function a piece of code belongs to, and where it comes from.
#[derive(Debug, Default)]
pub(crate) struct CodeMap {
    /// By the address that the code begins at.
    functions: BTreeMap<usize, *mut Function>,
    /// Of the functions that were asked for.
    origins: HashMap<*mut Function, Origin>,
}

impl CodeMap {
    pub(crate) fn add(&mut self, code: &[u64], function: *mut Function) {
        self.functions.insert(code.as_ptr() as usize, function);
    }

    /// The function whose code an address is in.
    pub(crate) fn find(&self, at: usize) -> Option<*mut Function> {
        let before = self.functions.range(..=at).next_back();
        before.map(|(_, function)| *function)
    }
}

/// The way back from where the run stands, call by call.
pub(super) struct Walk {
    ip: usize,
    fp: *mut u64,
    /// Whether `ip` is what would have come next.
    returning: bool,
    /// How many calls into other instances were not gone back through yet.
    foreign: usize,
}

impl Walk {
    /// None where the host had called.
    ///
    /// # Safety
    /// The context is that of a run which stands at `place`.
    pub(super) unsafe fn new(cx: *mut Context, place: Place) -> Option<Self> {
        // SAFETY: the caller's promise.
        unsafe {
            let walk = Self {
                ip: place.ip as usize,
                fp: place.fp,
                returning: place.returning,
                foreign: (*cx).foreign.len(),
            };
            walk.resolved(cx)
        }
    }

    /// With the place in the other instance if this is the way to one.
    unsafe fn resolved(mut self, cx: *mut Context) -> Option<Self> {
        // SAFETY: the store keeps its ways.
        unsafe {
            let ways = (*(*cx).store).ways();
            if self.ip == (&raw const (*ways).back) as usize {
                self.foreign = self.foreign.checked_sub(1)?;
                let foreign = &(*cx).foreign;
                self.ip = foreign.get(self.foreign)?.0 as usize;
            }
            (self.ip != (&raw const (*ways).exit) as usize).then_some(self)
        }
    }

    /// Whether it stands behind a call.
    pub(super) fn is_returning(&self) -> bool {
        self.returning
    }

    /// The frame of the function that it stands in.
    pub(super) fn frame(&self) -> *mut u64 {
        self.fp
    }

    /// How many calls into other instances were not gone back through yet.
    pub(super) fn foreign(&self) -> usize {
        self.foreign
    }

    /// The function that it stands in, and the word of its code.
    ///
    /// # Safety
    /// As for `new`.
    pub(super) unsafe fn stand(&self, cx: *mut Context) -> Option<(*mut Function, usize)> {
        // SAFETY: the store keeps code and functions.
        unsafe {
            // What comes next may be the first word behind the function's code.
            let at = if self.returning { self.ip - 8 } else { self.ip };
            let function = (*(*cx).store).code.find(at)?;
            let code = (*function).body.as_ref()?;
            let word = (self.ip - code.as_ptr() as usize) / 8;
            (word <= code.len()).then_some((function, word))
        }
    }

    /// The call of `function`, in which it stands.
    ///
    /// # Safety
    /// As for `new`.
    pub(super) unsafe fn up(self, cx: *mut Context, function: *mut Function) -> Option<Self> {
        // SAFETY: the frame is of this function.
        unsafe {
            let link = self.fp.add((*function).link as usize);
            let walk = Self {
                ip: *link as usize,
                fp: std::ptr::with_exposed_provenance_mut(*link.add(1) as usize),
                returning: true,
                foreign: self.foreign,
            };
            walk.resolved(cx)
        }
    }
}

/// A call, as it stands on the stack.
#[derive(Clone, Copy)]
struct Stop {
    function: *mut Function,
    /// A word of the function's code.
    word: usize,
    /// Whether the word is what comes next.
    returning: bool,
}

/// The calls that the code of a context is in, the innermost first, and how many
/// are left out behind the innermost.
#[cold]
#[inline(never)]
pub(super) unsafe fn frames(cx: *mut Context) -> (Vec<Frame>, u64) {
    // SAFETY: the caller's promise; the store keeps functions.
    unsafe {
        let mut stops = walk(cx);
        let omitted = stops.len().saturating_sub(INNERMOST + OUTERMOST);
        if omitted > 0 {
            stops.drain(INNERMOST..INNERMOST + omitted);
        }
        let frame = |stop| frame(cx, stop);
        (stops.into_iter().map(frame).collect(), omitted as u64)
    }
}

/// The same without names and places, and all of them: fast enough to be asked
/// for a thousand times a second.
#[cold]
#[inline(never)]
pub(super) unsafe fn calls(cx: *mut Context) -> Vec<Call> {
    // SAFETY: the caller's promise; the store keeps functions and instances.
    unsafe {
        let call = |stop: Stop| Call {
            instance: (*(*stop.function).instance).handle(),
            function: (*stop.function).index,
        };
        walk(cx).into_iter().map(call).collect()
    }
}

/// All calls; only once for each place.
unsafe fn walk(cx: *mut Context) -> Vec<Stop> {
    let mut stops = Vec::new();
    // SAFETY: the store keeps code, functions and frames of the stack.
    unsafe {
        let Some(place) = (*cx).place.take() else {
            return stops;
        };
        let mut walk = Walk::new(cx, place);
        while let Some(here) = walk.take()
            && let Some((function, word)) = here.stand(cx)
        {
            stops.push(Stop {
                function,
                word,
                returning: here.returning,
            });
            walk = here.up(cx, function);
        }
    }
    stops
}

/// A function is translated once more to find out where its code comes from, so
/// that no place has to be kept as long as all goes well.
unsafe fn frame(cx: *mut Context, stop: Stop) -> Frame {
    let Stop {
        function,
        word,
        returning,
    } = stop;
    // SAFETY: the store keeps functions.
    unsafe {
        let store = &mut *(*cx).store;
        let mut origins = std::mem::take(&mut store.code.origins);
        let origin = origins
            .entry(function)
            .or_insert_with(|| crate::translate::origin(store, function));
        let frame = origin.frame(word, returning);
        store.code.origins = origins;
        frame
    }
}
