//! Which calls code is in.

use std::collections::BTreeMap;

use super::context::Context;
use crate::error::Frame;
use crate::func::Function;
use crate::instance::Instance;

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

/// Which function a piece of code belongs to.
#[derive(Debug, Default)]
pub(crate) struct CodeMap(BTreeMap<usize, *mut Function>);

impl CodeMap {
    pub(crate) fn add(&mut self, code: &[u64], function: *mut Function) {
        self.0.insert(code.as_ptr() as usize, function);
    }

    fn find(&self, at: usize) -> Option<*mut Function> {
        self.0
            .range(..=at)
            .next_back()
            .map(|(_, function)| *function)
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
        let frame = |stop: Stop| {
            let Stop {
                function,
                word,
                returning,
            } = stop;
            crate::translate::frame(&*(*cx).store, function, word, returning)
        };
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

unsafe fn walk(cx: *mut Context) -> Vec<Stop> {
    let mut stops = Vec::new();
    // SAFETY: the store keeps code, functions and frames of the stack.
    unsafe {
        let Some(place) = (*cx).place.take() else {
            return stops;
        };
        let store = (*cx).store;
        let exit = (&raw const (*(*store).ways()).exit) as usize;
        let back = (&raw const (*(*store).ways()).back) as usize;
        let mut foreign = (*cx).foreign.iter().rev();
        let (mut ip, mut fp) = (place.ip as usize, place.fp);
        let mut returning = place.returning;
        if ip == back {
            match foreign.next() {
                Some((way, _)) => ip = *way as usize,
                None => return stops,
            }
        }
        while ip != exit {
            let Some(function) = (*store).code.find(if returning { ip - 8 } else { ip }) else {
                break;
            };
            let Some(code) = &(*function).body else { break };
            let start = code.as_ptr() as usize;
            if ip > start + code.len() * 8 {
                break;
            }
            stops.push(Stop {
                function,
                word: (ip - start) / 8,
                returning,
            });
            let link = fp.add((*function).link as usize);
            ip = *link as usize;
            fp = std::ptr::with_exposed_provenance_mut(*link.add(1) as usize);
            returning = true;
            if ip == back {
                match foreign.next() {
                    Some((way, _)) => ip = *way as usize,
                    None => break,
                }
            }
        }
    }
    stops
}
