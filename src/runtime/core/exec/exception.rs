//! Exceptions: how they are thrown, and who catches them.
//!
//! Entering code that catches costs nothing. A function keeps a list of the parts
//! of its code where exceptions are caught; when one is thrown, the calls are gone
//! back through until a part is found that catches it.

use super::context::Context;
use super::regs::{Exit, Place, handlers};
use super::trace::Walk;
use crate::error::{Error, ErrorKind, Trap};
use crate::heap;
use crate::tag::TagEntity;

/// A part of a function's code where exceptions are caught, or by a `delegate`
/// are not.
#[derive(Debug)]
pub(crate) struct Try {
    /// The words of the part.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// How many blocks are around it.
    pub(crate) depth: u32,
    pub(crate) clauses: Clauses,
}

#[derive(Debug)]
pub(crate) enum Clauses {
    Catch(Vec<Catch>),
    /// What is thrown here is thrown as if in the block around which there are as
    /// many.
    Delegate(u32),
}

/// One clause.
#[derive(Debug)]
pub(crate) struct Catch {
    /// The exception's tag; none for any.
    pub(crate) tag: Option<*mut TagEntity>,
    /// The cell that the first of what it carries goes to, if that is wanted.
    pub(crate) carried: Option<u16>,
    /// The cell that a reference to it goes to, if that is wanted.
    pub(crate) reference: Option<u16>,
    /// Where to go on.
    pub(crate) target: u32,
}

/// The clause that catches what is thrown at a word of a function; parts that are
/// in others come before them.
fn clause(tries: &[Try], word: u32, tag: *mut TagEntity) -> Option<&Catch> {
    let mut within = u32::MAX;
    for part in tries {
        if part.depth > within || !(part.start..part.end).contains(&word) {
            continue;
        }
        match &part.clauses {
            Clauses::Delegate(depth) => within = *depth,
            Clauses::Catch(catches) => {
                let mut catches = catches.iter();
                let found = catches.find(|catch| catch.tag.is_none_or(|own| own == tag));
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

/// Throws an exception at a place, and has the registers in the context be those
/// to go on with. If nothing catches it, it is the run's error.
#[cold]
#[inline(never)]
unsafe fn unwind(cx: *mut Context, exception: u64, place: Place) -> bool {
    // SAFETY: the context is that of a run which stands at `place`.
    unsafe {
        let tag = heap::tag(exception);
        let mut walk = Walk::new(cx, place);
        while let Some(here) = walk
            && let Some((function, word)) = here.stand(cx)
        {
            // A call is the instruction before where it returns to.
            let word = word - usize::from(here.is_returning());
            let tries = (*function).tries.as_deref().unwrap_or_default();
            let Some(catch) = clause(tries, word as u32, tag) else {
                walk = here.up(cx, function);
                continue;
            };
            let fp = here.frame();
            if let Some(to) = catch.carried {
                let carried = heap::carried(exception);
                let to = fp.add(usize::from(to));
                to.copy_from_nonoverlapping(carried.as_ptr(), carried.len());
            }
            if let Some(to) = catch.reference {
                *fp.add(usize::from(to)) = exception;
            }
            (*cx).foreign.truncate(here.foreign());
            (*cx).instance = (*function).instance;
            (*cx).place = None;
            let code = (*function)
                .body
                .as_ref()
                .map_or(std::ptr::null(), |code| code.as_ptr());
            let regs = &mut (*cx).regs;
            regs.ip = code.add(catch.target as usize);
            regs.fp = fp;
            regs.cx = cx;
            *regs = regs.reload();
            return true;
        }
        (*cx).place = Some(place);
        (*cx).error = Some(error(cx, exception));
        false
    }
}

/// An exception as the host sees it.
unsafe fn error(cx: *mut Context, exception: u64) -> Error {
    // SAFETY: the store outlives the run, and keeps tags.
    unsafe {
        let store = &*(*cx).store;
        let tag = crate::tag::Tag {
            store: store.id,
            index: (*heap::tag(exception)).id,
        };
        let mut cells = heap::carried(exception);
        let ty = store.tag_type(tag);
        let value = |ty: &crate::types::ValType| {
            let value = store.val(cells, *ty);
            cells = cells.get(ty.cells() as usize..).unwrap_or_default();
            value
        };
        let carried = ty.params().iter().map(value).collect();
        Error::exception(tag, carried)
    }
}

/// Makes an exception of what is in the cells from `from` on.
unsafe fn make(cx: *mut Context, tag: *mut TagEntity, cells: &[u64]) -> Result<u64, Trap> {
    // SAFETY: the store outlives the run.
    unsafe {
        let store = &mut *(*cx).store;
        // Others that nothing refers to go when the next object is made.
        let limit = store.limiter.limits.heap_bytes;
        let made = store.heap.exception(tag, cells, limit);
        made.ok_or(Trap::HeapExhausted)
    }
}

/// Throws what a function of the host answered, if it is an exception. `place` is
/// where the call was.
pub(super) unsafe fn rethrow(cx: *mut Context, place: Place) -> bool {
    // SAFETY: as for `unwind`.
    unsafe {
        let Some(ErrorKind::Exception(thrown)) = (*cx).error.as_ref().map(Error::kind) else {
            return false;
        };
        let store = &*(*cx).store;
        let ty = store.tag_type(thrown.tag);
        let mut cells = Vec::new();
        for (value, ty) in thrown.carried.iter().zip(ty.params()) {
            match store.cells(*value, *ty) {
                Ok(value) => cells.extend(value.into_iter().take(ty.cells() as usize)),
                Err(error) => {
                    (*cx).error = Some(error);
                    return false;
                }
            }
        }
        if cells.len() != ty.param_cells() as usize {
            let text = "an exception of the host does not carry what its tag says";
            (*cx).error = Some(Error::usage(text));
            return false;
        }
        match make(cx, store.tag_address(thrown.tag), &cells) {
            Ok(exception) => {
                (*cx).error = None;
                unwind(cx, exception, place)
            }
            Err(trap) => {
                (*cx).error = Some(trap.into());
                false
            }
        }
    }
}

/// Throws from the instruction of the context's registers.
unsafe fn throw_here(cx: *mut Context, exception: u64) -> bool {
    // SAFETY: as for `unwind`.
    unsafe {
        let r = (*cx).regs;
        let place = Place {
            ip: r.ip,
            fp: r.fp,
            returning: false,
        };
        unwind(cx, exception, place)
    }
}

/// `throw`, by the instruction of the context's registers.
#[cold]
#[inline(never)]
unsafe fn throw_new(cx: *mut Context) -> Option<Exit> {
    // SAFETY: the translator wrote the instruction.
    unsafe {
        let r = (*cx).regs;
        let tag = std::ptr::with_exposed_provenance_mut::<TagEntity>(r.word(2) as usize);
        let cells = std::slice::from_raw_parts(r.fp.add(r.half(0)), r.upper() as usize);
        match make(cx, tag, cells) {
            Ok(exception) => (!throw_here(cx, exception)).then_some(Exit::ERROR),
            Err(trap) => Some(r.trap(trap)),
        }
    }
}

/// `throw_ref` and `rethrow`, by the instruction of the context's registers.
#[cold]
#[inline(never)]
unsafe fn throw_again(cx: *mut Context) -> Option<Exit> {
    // SAFETY: the translator wrote the instruction.
    unsafe {
        let r = (*cx).regs;
        match r.get::<u64>(r.half(0)) {
            0 => Some(r.trap(Trap::NullExceptionReference)),
            exception => (!throw_here(cx, exception)).then_some(Exit::ERROR),
        }
    }
}

handlers! {
    /// Half 0 is the first of the cells that the exception carries, the upper half
    /// how many there are. The third word is the tag.
    throw[] |r| {
        let cx = r.cx;
        (*cx).regs = r;
        match throw_new(cx) {
            None => B::next((*cx).regs),
            Some(exit) => exit,
        }
    }

    /// Half 0 is the exception.
    throw_ref[] |r| {
        let cx = r.cx;
        (*cx).regs = r;
        match throw_again(cx) {
            None => B::next((*cx).regs),
            Some(exit) => exit,
        }
    }
}
