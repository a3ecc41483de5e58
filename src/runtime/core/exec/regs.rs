//! The registers of the machine, how a handler reads and writes, and how one
//! handler goes on to the next.

use super::context::Context;
use crate::error::Trap;

/// Where the code goes on: the address of an instruction's first word.
pub(crate) type Ip = *const u64;

/// How a run of handlers ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct Exit(pub(crate) u64);

impl Exit {
    /// The function that the host called has returned.
    pub(crate) const DONE: Self = Self(0);
    /// There is an error in the context.
    pub(crate) const ERROR: Self = Self(1);
    /// The loop backend's: there is a next instruction.
    #[cfg(any(not(threaded), feature = "oracle"))]
    pub(crate) const NEXT: Self = Self(2);
    const TRAPS: u64 = 16;

    pub(crate) fn trap(trap: Trap) -> Self {
        Self(Self::TRAPS + trap as u64)
    }

    pub(crate) fn as_trap(self) -> Option<Trap> {
        let nth = self.0.checked_sub(Self::TRAPS)?;
        Trap::ALL.get(usize::try_from(nth).ok()?).copied()
    }
}

/// All that is kept in machine registers while code runs. It is passed from
/// handler to handler as arguments; the order is in [`handlers!`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Regs {
    /// The instruction.
    pub(crate) ip: Ip,
    /// The frame: cell 0 is the first parameter.
    pub(crate) fp: *mut u64,
    /// Memory 0 of the instance.
    pub(crate) mem: *mut u8,
    /// Its length in bytes.
    pub(crate) len: usize,
    /// The last integer or reference that an instruction gave.
    pub(crate) acc: u64,
    /// All else.
    pub(crate) cx: *mut Context,
    /// The last number with a fraction that an instruction gave.
    pub(crate) facc: f64,
}

macro_rules! handler_type {
    ($convention:literal) => {
        unsafe extern $convention fn(Ip, *mut u64, *mut u8, usize, u64, *mut Context, f64) -> Exit
    };
}

/// What an instruction does. Its first word is the address of one.
#[cfg(target_arch = "x86_64")]
pub(crate) type Handler = handler_type!("sysv64");
/// What an instruction does. Its first word is the address of one.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) type Handler = handler_type!("C");

/// Defines handlers: `name[B, generics] |r| body`, where the body ends in a call
/// of `B::next`, `trap` or another way out.
///
/// The convention is that of System V on every x86-64 system, since it passes
/// six integers and eight numbers in registers, and lets a callee of the same
/// signature be jumped to.
macro_rules! handlers {
    (@$convention:literal $(
        $(#[$meta:meta])* $name:ident[$($g:ident $(: $bound:path)?),*] |$r:ident| $body:block
    )*) => {$(
        $(#[$meta])*
        pub(crate) unsafe extern $convention fn $name<B: $crate::exec::regs::Dispatch $(, $g $(: $bound)?)*>(
            ip: $crate::exec::regs::Ip, fp: *mut u64, mem: *mut u8, len: usize, acc: u64,
            cx: *mut $crate::exec::context::Context, facc: f64,
        ) -> $crate::exec::regs::Exit {
            #[allow(unused_mut, reason = "not every handler changes a register")]
            let mut $r = $crate::exec::regs::Regs { ip, fp, mem, len, acc, cx, facc };
            // SAFETY: the translator made the code that `ip` points into, so the
            // words, cells and pointers that this handler reads are there.
            unsafe { $body }
        }
    )*};
    ($($all:tt)*) => {
        #[cfg(target_arch = "x86_64")]
        $crate::exec::regs::handlers! { @"sysv64" $($all)* }
        #[cfg(not(target_arch = "x86_64"))]
        $crate::exec::regs::handlers! { @"C" $($all)* }
    };
}
pub(crate) use handlers;

/// A backend: how a handler goes on to the next.
pub(crate) trait Dispatch: 'static {
    /// Goes on at `r.ip`.
    ///
    /// # Safety
    /// `r.ip` points at an instruction of translated code, and the other
    /// registers are as that code expects them.
    unsafe fn next(r: Regs) -> Exit;

    /// Runs from `r.ip` until the code ends.
    ///
    /// # Safety
    /// As for `next`.
    unsafe fn run(r: Regs) -> Exit;
}

/// Each handler ends in a jump to the next.
#[cfg(threaded)]
pub(crate) struct Threaded;

/// Each handler returns to a loop, which calls the next. For builds in which a
/// call in tail position does not become a jump, and as an oracle.
#[cfg(any(not(threaded), feature = "oracle"))]
pub(crate) struct Looped;

/// The backend of this build.
#[cfg(threaded)]
pub(crate) type Native = Threaded;
/// The backend of this build.
#[cfg(not(threaded))]
pub(crate) type Native = Looped;

#[cfg(threaded)]
impl Dispatch for Threaded {
    #[inline(always)]
    unsafe fn next(r: Regs) -> Exit {
        // SAFETY: the caller's promise.
        unsafe {
            let handler = std::mem::transmute::<u64, Handler>(*r.ip);
            handler(r.ip, r.fp, r.mem, r.len, r.acc, r.cx, r.facc)
        }
    }

    unsafe fn run(r: Regs) -> Exit {
        // SAFETY: the caller's promise.
        unsafe { Self::next(r) }
    }
}

#[cfg(any(not(threaded), feature = "oracle"))]
impl Dispatch for Looped {
    #[inline(always)]
    unsafe fn next(r: Regs) -> Exit {
        // SAFETY: the context outlives the run.
        unsafe { (*r.cx).regs = r };
        Exit::NEXT
    }

    unsafe fn run(mut r: Regs) -> Exit {
        loop {
            // SAFETY: the caller's promise for the first, and each handler's for
            // the next.
            let exit = unsafe {
                let address = std::ptr::with_exposed_provenance::<()>(*r.ip as usize);
                let handler = std::mem::transmute::<*const (), Handler>(address);
                handler(r.ip, r.fp, r.mem, r.len, r.acc, r.cx, r.facc)
            };
            if exit != Exit::NEXT {
                return exit;
            }
            // SAFETY: the handler has written them.
            r = unsafe { (*r.cx).regs };
        }
    }
}

/// A value that fits into a cell.
pub(crate) trait Cell: Copy {
    /// Whether its accumulator is that for numbers with a fraction.
    const FLOAT: bool;
    /// How many words behind the second an immediate takes; none if it fits
    /// into the upper half of the second.
    const IMMEDIATE_WORDS: usize;
    /// From the lower bits of a cell.
    fn from_bits(bits: u64) -> Self;
    /// To a cell, with zeros above it.
    fn bits(self) -> u64;
    /// From the float accumulator.
    #[inline(always)]
    fn from_facc(facc: f64) -> Self {
        Self::from_bits(facc.to_bits())
    }
    /// To the float accumulator.
    #[inline(always)]
    fn facc(self) -> f64 {
        f64::from_bits(self.bits())
    }
}

macro_rules! cells {
    ($($ty:ty, $float:literal, $words:literal, $from:expr, $to:expr;)*) => {$(
        impl Cell for $ty {
            const FLOAT: bool = $float;
            const IMMEDIATE_WORDS: usize = $words;
            #[inline(always)]
            fn from_bits(bits: u64) -> Self { $from(bits) }
            #[inline(always)]
            fn bits(self) -> u64 { $to(self) }
        }
    )*};
}

// A `bool` is the result of a comparison.
cells! {
    bool, false, 0, |bits| bits as u32 != 0, u64::from;
    u32, false, 0, |bits| bits as u32, u64::from;
    i32, false, 0, |bits| bits as i32, |value: i32| u64::from(value.cast_unsigned());
    u64, false, 1, |bits| bits, |value| value;
    i64, false, 1, |bits: u64| bits.cast_signed(), |value: i64| value.cast_unsigned();
    f32, true, 0, |bits| f32::from_bits(bits as u32), |value: f32| u64::from(value.to_bits());
    f64, true, 1, f64::from_bits, f64::to_bits;
}

impl Regs {
    /// The word `nth` of the instruction; 0 is the handler.
    #[inline(always)]
    pub(crate) unsafe fn word(self, nth: usize) -> u64 {
        // SAFETY: the translator wrote it.
        unsafe { *self.ip.add(nth) }
    }

    /// 16 bits of the second word.
    #[inline(always)]
    pub(crate) unsafe fn half(self, nth: usize) -> usize {
        // SAFETY: the caller's promise.
        unsafe { self.half_of(1, nth) }
    }

    /// 16 bits of a word.
    #[inline(always)]
    pub(crate) unsafe fn half_of(self, word: usize, nth: usize) -> usize {
        // SAFETY: the translator wrote it.
        unsafe { usize::from(*self.ip.add(word).cast::<u16>().add(nth)) }
    }

    /// The upper half of the second word.
    #[inline(always)]
    pub(crate) unsafe fn upper(self) -> u32 {
        // SAFETY: the translator wrote it.
        unsafe { *self.ip.add(1).cast::<u32>().add(1) }
    }

    /// The same, going on `words` further.
    #[inline(always)]
    pub(crate) unsafe fn skip(mut self, words: usize) -> Self {
        // SAFETY: the translator wrote an instruction there.
        self.ip = unsafe { self.ip.add(words) };
        self
    }

    /// The same, going on at a distance, in words from this instruction.
    #[inline(always)]
    pub(crate) unsafe fn jump(mut self, distance: u32) -> Self {
        // SAFETY: the translator wrote an instruction there.
        self.ip = unsafe { self.ip.offset(distance.cast_signed() as isize) };
        self
    }

    /// The value in a cell of the frame.
    #[inline(always)]
    pub(crate) unsafe fn get<T: Cell>(self, slot: usize) -> T {
        // SAFETY: the frame has the cell.
        unsafe { T::from_bits(*self.fp.add(slot)) }
    }

    /// Writes a cell of the frame.
    #[inline(always)]
    pub(crate) unsafe fn set(self, slot: usize, bits: u64) {
        // SAFETY: the frame has the cell.
        unsafe { *self.fp.add(slot) = bits };
    }

    /// A vector in two cells of the frame.
    #[inline(always)]
    pub(crate) unsafe fn get_v128(self, slot: usize) -> [u8; 16] {
        // SAFETY: the frame has the cells.
        unsafe { self.fp.add(slot).cast::<[u8; 16]>().read_unaligned() }
    }

    /// Writes a vector to two cells of the frame.
    #[inline(always)]
    pub(crate) unsafe fn set_v128(self, slot: usize, value: [u8; 16]) {
        // SAFETY: the frame has the cells.
        unsafe { self.fp.add(slot).cast::<[u8; 16]>().write_unaligned(value) };
    }

    /// The value in its accumulator.
    #[inline(always)]
    pub(crate) fn accumulated<T: Cell>(self) -> T {
        if T::FLOAT {
            T::from_facc(self.facc)
        } else {
            T::from_bits(self.acc)
        }
    }

    /// The same, with the value in its accumulator.
    #[inline(always)]
    pub(crate) fn accumulate<T: Cell>(mut self, value: T) -> Self {
        if T::FLOAT {
            self.facc = value.facc();
        } else {
            self.acc = value.bits();
        }
        self
    }

    /// An immediate.
    #[inline(always)]
    pub(crate) unsafe fn immediate<T: Cell>(self) -> T {
        // SAFETY: the translator wrote it.
        unsafe {
            if T::IMMEDIATE_WORDS == 0 {
                T::from_bits(u64::from(self.upper()))
            } else {
                T::from_bits(self.word(2))
            }
        }
    }

    /// The way out of the code by a trap. It is a jump too: a handler that could
    /// call would set up a stack for it each time it runs.
    #[inline(always)]
    pub(crate) unsafe fn trap(self, trap: Trap) -> Exit {
        // SAFETY: `stop` needs what every handler does.
        unsafe {
            stop::<Native>(
                self.ip,
                self.fp,
                self.mem,
                self.len,
                trap as u64,
                self.cx,
                self.facc,
            )
        }
    }
}

handlers! {
    /// Ends the run. The accumulator is the trap.
    #[cold]
    #[inline(never)]
    stop[] |r| {
        note(r.cx, r.ip, r.fp, false);
        Exit(Exit::TRAPS + r.acc)
    }
}

/// Keeps where the code is, for the backtrace.
#[cold]
#[inline(never)]
pub(crate) unsafe fn note(cx: *mut Context, ip: Ip, fp: *mut u64, returning: bool) {
    let place = Place { ip, fp, returning };
    // SAFETY: the context outlives the run.
    unsafe { (*cx).place = Some(place) };
}

/// Where code stood when it ended early.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) ip: Ip,
    pub(crate) fp: *mut u64,
    /// Whether `ip` is what would have come next.
    pub(crate) returning: bool,
}
