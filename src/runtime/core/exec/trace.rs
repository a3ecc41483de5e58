//! Which calls code is in.

use std::collections::BTreeMap;

use super::context::Context;
use crate::error::Frame;
use crate::func::Function;

/// As many calls of a backtrace are kept, from the innermost on.
const KEPT: usize = 100;

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

/// The calls that the code of a context is in, the innermost first.
#[cold]
#[inline(never)]
pub(super) unsafe fn frames(cx: *mut Context) -> Vec<Frame> {
    let mut frames = Vec::new();
    // SAFETY: the store keeps code, functions and frames of the stack.
    unsafe {
        let Some(place) = (*cx).place.take() else {
            return frames;
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
                None => return frames,
            }
        }
        while frames.len() < KEPT && ip != exit {
            let Some(function) = (*store).code.find(if returning { ip - 8 } else { ip }) else {
                break;
            };
            let Some(code) = &(*function).body else { break };
            let start = code.as_ptr() as usize;
            if ip > start + code.len() * 8 {
                break;
            }
            let word = (ip - start) / 8;
            frames.push(crate::translate::frame(&*store, function, word, returning));
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
    frames
}
