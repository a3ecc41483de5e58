//! Calls and returns.
//!
//! A callee's frame begins where the caller has put the arguments, so that they
//! are its first cells already. Behind them, and behind the results, which take
//! their place, are two cells for the way back: the instruction to go on at and
//! the caller's frame. Then come the other locals, then temporary values.

use super::argument::{Argument, ArgumentOf, Copied, Ready, Sum, Sums};
use super::context::Context;
use super::regs::{Dispatch, Exit, Handler, Ip, Regs, handlers};
use crate::error::Trap;
use crate::func::Function;
use crate::store::Inner;
use crate::table::TableEntity;

/// The instruction that a call into another instance goes back to.
pub(crate) struct Ways {
    /// Ends a run.
    pub(crate) exit: [u64; 1],
    /// Goes back to the instance that called.
    pub(crate) back: [u64; 1],
    /// Translates a function, then runs it.
    pub(crate) lazy: [u64; 1],
    /// Calls a function of the host.
    pub(crate) host: [u64; 1],
}

impl Regs {
    /// Goes on in `function`, whose frame begins at the cell `base`; afterwards
    /// at `back`.
    #[inline(always)]
    unsafe fn enter(
        mut self,
        function: *mut Function,
        base: usize,
        link: usize,
        back: Ip,
    ) -> Option<Self> {
        // SAFETY: the translator computed the cells, and the store keeps the
        // function.
        unsafe {
            let frame = self.fp.add(base);
            if (frame as usize) + (*function).frame as usize * 8 > (*self.cx).stack_end as usize {
                return None;
            }
            *frame.add(link) = back.expose_provenance() as u64;
            *frame.add(link + 1) = self.fp.expose_provenance() as u64;
            self.fp = frame;
            self.ip = (*function).code;
            self.acc = function.expose_provenance() as u64;
            Some(self)
        }
    }

    /// As `enter`, in a function of any instance; half 0 is the frame, half 1 the
    /// link.
    #[inline(always)]
    unsafe fn enter_any(self, function: *mut Function, back: Ip) -> Option<Self> {
        // SAFETY: the translator wrote the instruction, and the store keeps the
        // function.
        unsafe {
            if (*function).instance == (*self.cx).instance {
                return self.enter(function, self.half(0), self.half(1), back);
            }
            let frame = (self.fp as usize) + (self.half(0) + (*function).frame as usize) * 8;
            if frame > (*self.cx).stack_end as usize {
                return None;
            }
            let back = cross(self.cx, function, back);
            let entered = self.enter(function, self.half(0), self.half(1), back)?;
            Some(entered.reload())
        }
    }

    /// With memory 0 of the instance that runs now.
    #[inline(always)]
    pub(super) unsafe fn reload(mut self) -> Self {
        // SAFETY: the store keeps instances and memories.
        unsafe {
            let instance = (*self.cx).instance;
            if !instance.is_null() {
                let memory = (*instance).memory;
                self.mem = (*memory).base;
                self.len = (*memory).len;
            }
            self
        }
    }
}

/// Makes `function`'s instance the one that runs, if it is another, and returns
/// where `function` has to return to.
#[cold]
#[inline(never)]
unsafe fn cross(cx: *mut Context, function: *mut Function, back: Ip) -> Ip {
    // SAFETY: the store keeps the context, functions and instances.
    unsafe {
        let instance = (*function).instance;
        if instance.is_null() || instance == (*cx).instance {
            return back;
        }
        let way = (*(*cx).store).ways();
        let way: Ip = (&raw const (*way).back).cast();
        // A tail call out of an instance that was called from another one comes
        // back to the same place.
        if back != way {
            let entry = (back, (*cx).instance);
            (*cx).foreign.push(entry);
        }
        (*cx).instance = instance;
        way
    }
}

/// The function in an element of a table, if it may be called as `ty`.
#[inline(always)]
unsafe fn element(
    table: *const TableEntity,
    at: u64,
    ty: u32,
    cx: *mut Context,
) -> Result<*mut Function, Trap> {
    // SAFETY: the store keeps tables and functions.
    unsafe {
        if at >= (*table).len as u64 {
            return Err(Trap::UndefinedElement);
        }
        let cell = *(*table).elements.add(at as usize);
        if cell == 0 {
            return Err(Trap::UninitializedElement);
        }
        let function = std::ptr::with_exposed_provenance_mut::<Function>(cell as usize);
        if (*function).ty.0 != ty && !is_below((*cx).store, (*function).ty.0, ty) {
            return Err(Trap::BadSignature);
        }
        Ok(function)
    }
}

#[cold]
#[inline(never)]
unsafe fn is_below(store: *mut Inner, sub: u32, sup: u32) -> bool {
    use crate::types::TypeId;
    // SAFETY: the store outlives the run.
    unsafe {
        (*store)
            .engine
            .registry()
            .is_declared_below(TypeId(sub), TypeId(sup))
    }
}

/// Moves the arguments of a tail call to the start of the frame, and the way
/// back behind them.
#[inline(never)]
unsafe fn move_arguments(
    fp: *mut u64,
    base: usize,
    cells: usize,
    link: usize,
    new_link: usize,
    back: Ip,
) {
    // SAFETY: the translator computed the cells.
    unsafe {
        let caller = *fp.add(link + 1);
        std::ptr::copy(fp.add(base), fp, cells);
        *fp.add(new_link) = back.expose_provenance() as u64;
        *fp.add(new_link + 1) = caller;
    }
}

/// Ends this function and goes on in another. Halves: the arguments, this
/// function's link, how many cells, the other's link.
#[inline(always)]
unsafe fn tail(mut r: Regs, function: *mut Function) -> Result<Regs, Trap> {
    // SAFETY: the translator wrote the instruction.
    unsafe {
        let (base, link, cells, new_link) = (r.half(0), r.half(1), r.half(2), r.half(3));
        if (r.fp as usize) + (*function).frame as usize * 8 > (*r.cx).stack_end as usize {
            return Err(Trap::StackOverflow);
        }
        let back = std::ptr::with_exposed_provenance(*r.fp.add(link) as usize);
        let back = if (*function).instance == (*r.cx).instance {
            back
        } else {
            cross(r.cx, function, back)
        };
        move_arguments(r.fp, base, cells, link, new_link, back);
        r.ip = (*function).code;
        r.acc = function.expose_provenance() as u64;
        Ok(r.reload())
    }
}

/// Makes a `call` one that knows the code of what it calls, if there is any yet.
#[cold]
#[inline(never)]
unsafe fn know(r: Regs, function: *const Function, handler: Handler) -> bool {
    // SAFETY: the store keeps functions and their code, which nothing refers to
    // while it runs, and `ip` is where the call is.
    unsafe {
        if (*function).body.is_none() {
            return false;
        }
        let halves = r.word(1) & 0xffff_ffff;
        let Ok(end) = u32::try_from(r.half(0) as u64 + u64::from((*function).frame)) else {
            return false;
        };
        let words: *mut u64 = std::ptr::with_exposed_provenance_mut(r.ip.expose_provenance());
        *words = handler as usize as u64;
        *words.add(1) = halves | u64::from(end) << 32;
        *words.add(2) = (*function).code.expose_provenance() as u64;
        true
    }
}

pub(super) fn calls<B: Dispatch>(argument: Argument) -> Handler {
    match argument {
        Argument::Ready => call::<B, Ready>,
        Argument::Copied => call::<B, Copied>,
        Argument::Sum => call::<B, Sum>,
        Argument::Sums => call::<B, Sums>,
    }
}

handlers! {
    /// Halves: the callee's frame, its link. The third word is the function, of
    /// the same instance. Once that is translated, the instruction becomes a
    /// `call_code`.
    call[P: ArgumentOf] |r| {
        let function = std::ptr::with_exposed_provenance_mut::<Function>(r.word(2) as usize);
        if know(r, function, call_code::<B, P>) {
            return B::next(r);
        }
        P::put(r);
        match r.enter(function, r.half(0), r.half(1), r.ip.add(3 + P::WORDS)) {
            Some(r) => B::next(r),
            None => r.trap(Trap::StackOverflow),
        }
    }

    /// Halves: the callee's frame, its link. The upper half is where its frame
    /// ends, in cells, the third word its code. What is loaded from the function
    /// itself would be waited for: the next instruction cannot be known sooner.
    call_code[P: ArgumentOf] |r| {
        P::put(r);
        let frame = r.fp.add(r.half(0));
        if (r.fp as usize) + r.upper() as usize * 8 > (*r.cx).stack_end as usize {
            return r.trap(Trap::StackOverflow);
        }
        let link = frame.add(r.half(1));
        *link = r.ip.add(3 + P::WORDS).expose_provenance() as u64;
        *link.add(1) = r.fp.expose_provenance() as u64;
        let code = std::ptr::with_exposed_provenance(r.word(2) as usize);
        B::next(Regs { ip: code, fp: frame, ..r })
    }

    /// As `call`, of a function of the host or of any instance.
    call_import[] |r| {
        let function = std::ptr::with_exposed_provenance_mut::<Function>(r.word(2) as usize);
        if (r.fp as usize) + (r.half(0) + (*function).frame as usize) * 8 > (*r.cx).stack_end as usize {
            return r.trap(Trap::StackOverflow);
        }
        let back = cross(r.cx, function, r.ip.add(3));
        match r.enter(function, r.half(0), r.half(1), back) {
            Some(r) => B::next(r.reload()),
            None => r.trap(Trap::StackOverflow),
        }
    }

    /// Halves: frame, link, index. Then the table and the type.
    call_indirect[] |r| {
        let table = std::ptr::with_exposed_provenance::<TableEntity>(r.word(2) as usize);
        let function = match element(table, r.get::<u64>(r.half(2)), r.word(3) as u32, r.cx) {
            Ok(function) => function,
            Err(trap) => return r.trap(trap),
        };
        match r.enter_any(function, r.ip.add(4)) {
            Some(r) => B::next(r),
            None => r.trap(Trap::StackOverflow),
        }
    }

    /// Halves: frame, link, the function.
    call_ref[] |r| {
        let cell = r.get::<u64>(r.half(2));
        if cell == 0 {
            return r.trap(Trap::NullFunctionReference);
        }
        let function = std::ptr::with_exposed_provenance_mut::<Function>(cell as usize);
        match r.enter_any(function, r.ip.add(2)) {
            Some(r) => B::next(r),
            None => r.trap(Trap::StackOverflow),
        }
    }

    /// Then the cell of the function.
    tail_call_ref[] |r| {
        let cell = r.get::<u64>(r.word(2) as usize);
        let entered = match cell {
            0 => Err(Trap::NullFunctionReference),
            _ => tail(r, std::ptr::with_exposed_provenance_mut::<Function>(cell as usize)),
        };
        match entered {
            Ok(r) => B::next(r),
            Err(trap) => r.trap(trap),
        }
    }

    /// Ends the run if half 0 is null.
    check_null[] |r| {
        if r.get::<u64>(r.half(0)) == 0 {
            return r.trap(Trap::NullReference);
        }
        B::next(r.skip(2))
    }

    /// The third word is the function.
    tail_call[] |r| {
        let function = std::ptr::with_exposed_provenance_mut::<Function>(r.word(2) as usize);
        match tail(r, function) {
            Ok(r) => B::next(r),
            Err(trap) => r.trap(trap),
        }
    }

    /// Then the table, the type, and the cell of the index.
    tail_call_indirect[] |r| {
        let table = std::ptr::with_exposed_provenance::<TableEntity>(r.word(2) as usize);
        let at = r.get::<u64>(r.word(4) as usize);
        let entered = match element(table, at, r.word(3) as u32, r.cx) {
            Ok(function) => tail(r, function),
            Err(trap) => Err(trap),
        };
        match entered {
            Ok(r) => B::next(r),
            Err(trap) => r.trap(trap),
        }
    }

    /// Sets as many cells as the upper half says to zero, from half 0 on.
    zero[] |r| {
        std::ptr::write_bytes(r.fp.add(r.half(0)), 0, r.upper() as usize);
        B::next(r.skip(2))
    }

    /// Sets four cells from half 0 on to zero, be they locals or what has no
    /// value yet: a function of the C library would cost more than the call.
    zero_four[] |r| {
        r.fp.add(r.half(0)).cast::<[u64; 4]>().write([0; 4]);
        B::next(r.skip(2))
    }

    zero_eight[] |r| {
        r.fp.add(r.half(0)).cast::<[u64; 8]>().write([0; 8]);
        B::next(r.skip(2))
    }

    exit[] |r| {
        let _ = r;
        Exit::DONE
    }

    back[] |r| {
        match (*r.cx).foreign.pop() {
            Some((ip, instance)) => {
                (*r.cx).instance = instance;
                r.ip = ip;
                B::next(r.reload())
            }
            None => Exit::DONE,
        }
    }

    /// The accumulator is the function.
    lazy[] |r| {
        let function = std::ptr::with_exposed_provenance_mut::<Function>(r.acc as usize);
        if !super::translate_now(r.cx, function, r.fp) {
            return Exit::ERROR;
        }
        if (r.fp as usize) + (*function).frame as usize * 8 > (*r.cx).stack_end as usize {
            // The caller's frame is where the backtrace begins.
            let r = r.leave((*function).link as usize);
            super::regs::note(r.cx, r.ip, r.fp, true);
            return Exit::trap(Trap::StackOverflow);
        }
        r.ip = (*function).code;
        B::next(r)
    }

    /// The accumulator is the function.
    host[] |r| {
        let function = std::ptr::with_exposed_provenance_mut::<Function>(r.acc as usize);
        let link = (*function).link as usize;
        if !super::call_host(r.cx, function, r.fp) {
            let r = r.leave(link);
            if !super::host_threw(r.cx, r.ip, r.fp) {
                return Exit::ERROR;
            }
            return B::next((*r.cx).regs);
        }
        r.acc = *r.fp;
        r.facc = f64::from_bits(*r.fp);
        B::next(r.leave(link).reload())
    }

    /// Half 0 names the first of the operands, where results go too. The third
    /// word is a function of `rare`, behind it are two words for it.
    rare[] |r| {
        let act = std::mem::transmute::<*const (), super::rare::Act>(
            std::ptr::with_exposed_provenance(r.word(2) as usize),
        );
        // By address, and not that of a local: the way on must stay a jump.
        (*r.cx).regs = r;
        match act(&(*r.cx).regs) {
            Ok(()) => B::next(r.reload().skip(5)),
            Err(trap) => r.trap(trap),
        }
    }

    /// The upper half is what the operators until the next block cost.
    fuel[] |r| {
        let store = (*r.cx).store;
        (*store).fuel = (*store).fuel.saturating_sub(i64::from(r.upper()));
        if (*store).fuel >= 0 { B::next(r.skip(2)) } else { r.trap(Trap::OutOfFuel) }
    }

    /// Whether another thread wants something.
    poll[] |r| {
        if !(*(*r.cx).store).is_signalled() {
            return B::next(r.skip(2));
        }
        super::regs::note(r.cx, r.ip, r.fp, false);
        match super::heed_signal(r.cx) {
            None => B::next(r.skip(2)),
            Some(trap) => r.trap(trap),
        }
    }

    /// The third word is a piece that begins here.
    count[] |r| {
        let piece = std::ptr::with_exposed_provenance_mut::<crate::count::Piece>(r.word(2) as usize);
        (*piece).runs += 1;
        B::next(r.skip(3))
    }

    /// Half 0 is the first of the arguments or results, half 1 what happens, the
    /// upper half the function's index. The third word is its type.
    watch[] |r| {
        super::tell_watcher(r.cx, r.ip, r.fp);
        B::next(r.skip(3))
    }
}
