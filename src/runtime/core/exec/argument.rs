//! What a call does with its last arguments.

use super::fused::add_both;
use super::regs::Regs;

/// How a call's last arguments get where they are expected, if the call does that too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Argument {
    /// They are there.
    Ready,
    /// The last one is copied from another cell.
    Copied,
    /// The last one is the sum of a cell and a constant.
    Sum,
    /// So are the last two.
    Sums,
}

/// [`Argument`] as types.
pub(super) trait ArgumentOf: 'static {
    /// How many words it takes. The first is the fourth of the instruction: its halves
    /// are the cell to write and the one to read, the upper half is the constant. Two
    /// sums are as in `add_two`.
    const WORDS: usize;
    unsafe fn put(r: Regs);
}

pub(super) struct Ready;
pub(super) struct Copied;
pub(super) struct Sum;
pub(super) struct Sums;

impl ArgumentOf for Ready {
    const WORDS: usize = 0;
    #[inline(always)]
    unsafe fn put(_: Regs) {}
}

impl ArgumentOf for Copied {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn put(r: Regs) {
        // SAFETY: the translator computed the cells.
        unsafe { r.set(r.half_of(3, 0), r.get(r.half_of(3, 1))) };
    }
}

impl ArgumentOf for Sum {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn put(r: Regs) {
        // SAFETY: the translator computed the cells.
        unsafe {
            let value = r.get::<u32>(r.half_of(3, 1));
            let sum = value.wrapping_add((r.word(3) >> 32) as u32);
            r.set(r.half_of(3, 0), u64::from(sum));
        }
    }
}

impl ArgumentOf for Sums {
    const WORDS: usize = 2;
    #[inline(always)]
    unsafe fn put(r: Regs) {
        // SAFETY: the translator computed the cells.
        unsafe { add_both(r, 3) };
    }
}
