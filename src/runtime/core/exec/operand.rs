//! Where an instruction takes its operands from and where its result goes.
//!
//! The second word of an instruction holds four halves of 16 bits: the cell of
//! the result, then those of the operands; or the result, one operand and an
//! immediate of 32 bits. Larger immediates have a word of their own.

use super::regs::{Cell, Regs};

/// Where two operands are: S a cell, A the accumulator, I an immediate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Pair {
    SS,
    AS,
    SA,
    SI,
    AI,
    IS,
    IA,
}

/// Where one operand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum One {
    S,
    A,
}

/// Where a result goes. It is in the accumulator in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// Into a cell.
    Cell,
    /// Nowhere else.
    Acc,
}

/// [`Pair`] as types.
pub(crate) trait Operands: 'static {
    /// Whether one is an immediate.
    const IMMEDIATE: bool;
    /// # Safety
    /// The instruction has operands of this shape.
    unsafe fn get<X: Cell, Y: Cell>(r: Regs) -> (X, Y);
    /// The operands of a branch.
    ///
    /// # Safety
    /// As for `get`.
    unsafe fn tested<T: Cell>(r: Regs) -> (T, T);
}

pub(crate) struct SS;
pub(crate) struct AS;
pub(crate) struct SA;
pub(crate) struct SI;
pub(crate) struct AI;
pub(crate) struct IS;
pub(crate) struct IA;

macro_rules! operands {
    ($($name:ident $immediate:literal |$r:ident| $first:expr, $second:expr; $a:expr, $b:expr;)*) => {$(
        impl Operands for $name {
            const IMMEDIATE: bool = $immediate;
            #[inline(always)]
            unsafe fn get<X: Cell, Y: Cell>($r: Regs) -> (X, Y) {
                // SAFETY: the caller's promise.
                unsafe { ($first, $second) }
            }
            #[inline(always)]
            unsafe fn tested<T: Cell>($r: Regs) -> (T, T) {
                // SAFETY: the caller's promise.
                unsafe { ($a, $b) }
            }
        }
    )*};
}

operands! {
    SS false |r| r.get(r.half(1)), r.get(r.half(2)); r.get(r.half(0)), r.get(r.half(1));
    AS false |r| r.accumulated(), r.get(r.half(1)); r.accumulated(), r.get(r.half(1));
    SA false |r| r.get(r.half(1)), r.accumulated(); r.get(r.half(0)), r.accumulated();
    SI true |r| r.get(r.half(1)), r.immediate(); r.get(r.half(0)), T::from_bits(r.word(2));
    AI true |r| r.accumulated(), r.immediate(); r.accumulated(), T::from_bits(r.word(2));
    IS true |r| r.immediate(), r.get(r.half(1)); T::from_bits(r.word(2)), r.get(r.half(1));
    IA true |r| r.immediate(), r.accumulated(); T::from_bits(r.word(2)), r.accumulated();
}

/// [`One`] as types.
pub(crate) trait Operand: 'static {
    /// # Safety
    /// The instruction has an operand of this shape, in the cell that `slot`
    /// names if it is in one.
    unsafe fn get<X: Cell>(r: Regs, slot: usize) -> X;
}

pub(crate) struct S;
pub(crate) struct A;

impl Operand for S {
    #[inline(always)]
    unsafe fn get<X: Cell>(r: Regs, slot: usize) -> X {
        // SAFETY: the caller's promise.
        unsafe { r.get(slot) }
    }
}

impl Operand for A {
    #[inline(always)]
    unsafe fn get<X: Cell>(r: Regs, _: usize) -> X {
        r.accumulated()
    }
}

/// [`Target`] as types.
pub(crate) trait Destination: 'static {
    /// # Safety
    /// The instruction names a cell in the first half, if it is to go into one.
    unsafe fn put<T: Cell>(r: Regs, value: T) -> Regs;
}

pub(crate) struct ToCell;
pub(crate) struct ToAcc;

impl Destination for ToCell {
    #[inline(always)]
    unsafe fn put<T: Cell>(r: Regs, value: T) -> Regs {
        // SAFETY: the caller's promise.
        unsafe { r.set(r.half(0), value.bits()) };
        r.accumulate(value)
    }
}

impl Destination for ToAcc {
    #[inline(always)]
    unsafe fn put<T: Cell>(r: Regs, value: T) -> Regs {
        r.accumulate(value)
    }
}

impl Pair {
    /// With the operands exchanged.
    pub(crate) fn exchanged(self) -> Self {
        match self {
            Self::SS => Self::SS,
            Self::AS => Self::SA,
            Self::SA => Self::AS,
            Self::SI => Self::IS,
            Self::AI => Self::IA,
            Self::IS => Self::SI,
            Self::IA => Self::AI,
        }
    }

    pub(crate) fn has_immediate(self) -> bool {
        matches!(self, Self::SI | Self::AI | Self::IS | Self::IA)
    }
}
