//! The executor: handlers by family, and how the host enters and leaves code.

#![allow(
    unsafe_code,
    reason = "the executor works on raw cells and addresses; see each block"
)]
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "what handlers and acts rely on is said once, in `handlers!` and `rare`"
)]
#![allow(unused_unsafe, reason = "macros wrap operands that need none, too")]

mod access;
mod argument;
mod atomic;
mod binary;
mod call;
mod compare;
mod context;
mod exception;
mod flow;
mod fused;
mod leave;
mod object;
mod object_acts;
mod op;
mod operand;
mod rare;
mod regs;
mod trace;
mod unary;
mod vector;
mod vector_access;

pub(crate) use access::{Load, Place, Store};
pub(crate) use argument::Argument;
pub(crate) use binary::Binary;
pub(crate) use call::Ways;
pub(crate) use compare::Compare;
pub(crate) use exception::{Catch, Clauses, Try};
pub(crate) use fused::{Bound, Index, Loaded, Order};
pub(crate) use object::{Kept, Target as Cast, is_of};
pub(crate) use op::{Backend, Op};
pub(crate) use operand::{One, Pair, Target};
pub use trace::Call;
pub(crate) use trace::{CodeMap, INNERMOST};
pub(crate) use unary::Unary;
pub(crate) use vector::Vector;

/// The rare instructions.
pub(crate) mod acts {
    pub(crate) use super::atomic::*;
    pub(crate) use super::object_acts::*;
    pub(crate) use super::rare::*;
    pub(crate) use super::vector_access::{LANE, VectorLoad, load as vector_load, store_lane};
}

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use context::Context;
use regs::{Exit, Regs, note};

use crate::error::{Error, Trap};
use crate::func::{Func, Function};
use crate::store::Inner;
use crate::types::{FuncType, TypeId};
use crate::val::Val;
use crate::watch::{Event, Moment, Step};

/// How many calls of the host may be nested in each other.
const MAX_DEPTH: u32 = 200;

/// Calls a function. `cells` holds the arguments, and afterwards the results.
pub(crate) fn call(
    inner: &mut Inner,
    data: *mut (),
    func: Func,
    ty: &FuncType,
    cells: &mut Vec<u64>,
) -> Result<(), Error> {
    if inner.stack.len() == 0 {
        return Err(Error::limit("not enough memory for the stack of calls"));
    }
    let function = inner.function(func);
    let link = ty.link() as usize;
    let base = inner.top;
    let start = inner.stack.start() as usize;
    let end = (start + inner.stack.len()) as *mut u64;
    // SAFETY: the store keeps its functions.
    let frame = unsafe { (*function).frame as usize };
    if base as usize + frame * 8 > end as usize || inner.depth >= MAX_DEPTH {
        return Err(Trap::StackOverflow.into());
    }
    let store: *mut Inner = inner;
    // SAFETY: the frame has room for the arguments, the results and the way back,
    // and nothing but this run uses the store until it ends.
    unsafe {
        std::ptr::copy_nonoverlapping(cells.as_ptr(), base, cells.len());
        let exit = &raw const (*(*store).ways()).exit;
        *base.add(link) = exit.expose_provenance() as u64;
        *base.add(link + 1) = base.expose_provenance() as u64;
        let instance = (*function).instance;
        let mut r = Regs {
            ip: (*function).code,
            fp: base,
            mem: std::ptr::null_mut(),
            len: 0,
            acc: function.expose_provenance() as u64,
            cx: std::ptr::null_mut(),
            facc: 0.0,
        };
        if !instance.is_null() {
            r.mem = (*(*instance).memory).base;
            r.len = (*(*instance).memory).len;
        }
        let mut context = Context {
            stack_end: end,
            instance,
            store,
            data,
            place: None,
            foreign: Vec::new(),
            error: None,
            panic: None,
            regs: r,
        };
        r.cx = &raw mut context;
        let cx = r.cx;
        (*store).depth += 1;
        let exit = ((*store).backend.run)(r);
        (*store).depth -= 1;
        (*store).top = base;
        if exit == Exit::DONE {
            cells.clear();
            cells.extend((0..ty.result_cells() as usize).map(|at| *base.add(at)));
            return Ok(());
        }
        if let Some(panic) = (*cx).panic.take() {
            resume_unwind(panic);
        }
        let error = match exit.as_trap() {
            Some(trap) => Some(trap.into()),
            None => (*cx).error.take(),
        };
        let mut error = error.unwrap_or_else(|| Error::usage("code ended without a reason"));
        let (frames, omitted) = trace::frames(cx);
        error.extend_backtrace(frames, omitted);
        Err(error)
    }
}

/// Translates a function that is called for the first time. `fp` is its frame.
#[cold]
#[inline(never)]
unsafe fn translate_now(cx: *mut Context, function: *mut Function, fp: *mut u64) -> bool {
    unsafe {
        let store = &mut *(*cx).store;
        match crate::translate::translate(store, function) {
            Ok(()) => true,
            Err(error) => {
                (*cx).error = Some(error);
                let link = (*function).link as usize;
                let back = std::ptr::with_exposed_provenance(*fp.add(link) as usize);
                let caller = std::ptr::with_exposed_provenance_mut(*fp.add(link + 1) as usize);
                note(cx, back, caller, true);
                false
            }
        }
    }
}

/// Calls a function of the host, whose arguments are in the cells from `fp` on.
#[inline(never)]
unsafe fn call_host(cx: *mut Context, function: *mut Function, fp: *mut u64) -> bool {
    unsafe {
        let store = (*cx).store;
        let Some(host) = &(*function).host else {
            return false;
        };
        let top = (*store).top;
        (*store).top = fp.add((*function).frame as usize);
        let (data, instance) = ((*cx).data, (*cx).instance);
        // A panic must not unwind through handlers, which are no Rust functions.
        let result = catch_unwind(AssertUnwindSafe(|| host(&mut *store, data, instance, fp)));
        (*store).top = top;
        match result {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => (*cx).error = Some(error),
            Err(panic) => (*cx).panic = Some(panic),
        }
        false
    }
}

/// Whether code goes on after a function of the host has failed, by the registers
/// in the context: it threw, and code catches it. The call returns to `ip` in the
/// frame `fp`.
#[cold]
#[inline(never)]
unsafe fn host_threw(cx: *mut Context, ip: regs::Ip, fp: *mut u64) -> bool {
    unsafe {
        let place = regs::Place {
            ip,
            fp,
            returning: true,
        };
        let caught = exception::rethrow(cx, place);
        if !caught {
            (*cx).place = Some(place);
        }
        caught
    }
}

/// Tells the watcher what a watched function does, by the instruction at `ip`.
#[cold]
#[inline(never)]
unsafe fn tell_watcher(cx: *mut Context, ip: regs::Ip, fp: *mut u64) {
    unsafe {
        let store = (*cx).store;
        let halves = *ip.add(1);
        let (first, moment) = (halves as u16, (halves >> 16) as u16);
        let ty = TypeId(*ip.add(2) as u32);
        let ty = (*store).engine.registry().signature(ty).cloned();
        let ty = ty.unwrap_or_else(|| FuncType::new([], []));
        let values = |types: &[crate::types::ValType]| -> Vec<Val> {
            let mut cell = fp.add(usize::from(first));
            let value = |ty: &crate::types::ValType| {
                let cells = std::slice::from_raw_parts(cell, ty.cells() as usize);
                cell = cell.add(cells.len());
                (*store).val(cells, *ty)
            };
            types.iter().map(value).collect()
        };
        let step = match moment {
            moment if moment == Moment::Enter as u16 => Step::Enter(values(ty.params())),
            moment if moment == Moment::Leave as u16 => Step::Leave(values(ty.results())),
            _ => Step::TailCall,
        };
        let event = Event {
            function: (halves >> 32) as u32,
            step,
        };
        if let Some(watcher) = &mut (*store).watcher {
            watcher(&event);
        }
    }
}

/// Waits until a time, or for ever, and looks meanwhile for what another thread
/// wants, if code is to look at all.
#[cold]
#[inline(never)]
unsafe fn pause(cx: *mut Context, until: Option<Instant>) -> Option<Trap> {
    const SLICE: Duration = Duration::from_millis(10);
    unsafe {
        loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return None;
            }
            let store = (*cx).store;
            let looking = (*store).engine.config().interruptible;
            if looking && (*store).is_signalled() {
                let r = (*cx).regs;
                note(cx, r.ip, r.fp, false);
                if let Some(trap) = heed_signal(cx) {
                    return Some(trap);
                }
            }
            match left {
                Some(left) if !looking => std::thread::sleep(left),
                Some(left) => std::thread::sleep(left.min(SLICE)),
                None => std::thread::sleep(SLICE),
            }
        }
    }
}

/// Does what another thread wants, if it is not the end.
#[cold]
#[inline(never)]
unsafe fn heed_signal(cx: *mut Context) -> Option<Trap> {
    unsafe {
        let store = (*cx).store;
        let signals = std::sync::Arc::clone(&(*store).signals.0);
        // First, so that what is asked for from now on is looked at next time.
        signals.any.swap(false, Ordering::Acquire);
        let end = if signals.cancel.load(Ordering::Relaxed) {
            Some(Trap::Interrupted)
        } else {
            let late = signals.late.load(Ordering::Relaxed);
            late.then_some(Trap::Deadline)
        };
        if end.is_some() {
            // It holds for all that is called afterwards, too.
            signals.any.store(true, Ordering::Relaxed);
            return end;
        }
        if signals.sample.swap(false, Ordering::Acquire) {
            let calls = trace::calls(cx);
            if let Some(sampler) = &mut (*store).sampler {
                sampler(&calls);
            }
        }
        None
    }
}
