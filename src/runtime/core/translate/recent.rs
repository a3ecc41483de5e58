//! What the last instructions do, for what comes next to become one with them.

use crate::exec::{Compare, Load, One, Op, Pair, Place};

/// Where the two operands of an instruction are: `a` and `b` are their cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operands {
    pub(super) pair: Pair,
    pub(super) a: u16,
    pub(super) b: u16,
    pub(super) immediate: u64,
}

impl Operands {
    /// The same, exchanged.
    pub(super) fn exchanged(self) -> Self {
        Self {
            pair: self.pair.exchanged(),
            a: self.b,
            b: self.a,
            immediate: self.immediate,
        }
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    pub(super) op: Compare,
    pub(super) operands: Operands,
    /// Whether the result is the opposite, where no other comparison gives that.
    pub(super) negated: bool,
}

impl Compared {
    pub(super) fn new(op: Compare, operands: Operands) -> Self {
        Self {
            op,
            operands,
            negated: false,
        }
    }
}

/// The cells whose values the accumulators hold.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Accs {
    pub(super) integer: Option<u16>,
    pub(super) float: Option<u16>,
}

/// The last instruction, as long as nothing came after it and no branch leads
/// behind it: it can still be changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Last {
    pub(super) start: usize,
    /// The cell that gets the result.
    pub(super) slot: u16,
    /// The same, with the result in the accumulator alone.
    pub(super) to_acc: Option<Op>,
    /// If it is a comparison: what is compared, to make a branch of it.
    pub(super) compare: Option<Compared>,
    /// Where it begins that which compares, if that is more than one instruction.
    pub(super) compares_from: Option<Mark>,
    pub(super) accs: Accs,
    /// What came right before it.
    pub(super) prior: Option<Prior>,
}

/// A place in the code that it can be taken back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) accs: Accs,
    pub(super) prior: Option<Prior>,
}

/// The last instruction, as long as it can become part of the next one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prior {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) accs: Accs,
    pub(super) what: What,
    /// The two additions before it, if it is a load.
    pub(super) counts: Option<Counts>,
}

/// Two additions of constants to cells, as long as they can become part of the
/// next instruction but one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) start: usize,
    pub(super) accs: Accs,
    pub(super) cells: u64,
    pub(super) constants: u64,
}

/// What an instruction does that can become part of the next one. Its result is
/// in the cell `to`.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// `i32.add` of a constant.
    Add {
        to: u16,
        one: One,
        slot: u16,
        constant: u32,
    },
    /// `i32.add` of two cells, or of the accumulator and a cell.
    Sum { to: u16, one: One, a: u16, b: u16 },
    /// `i32.shl` or `i32.shr_u` by a constant.
    Shift {
        to: u16,
        one: One,
        slot: u16,
        left: bool,
        amount: u16,
    },
    /// `i32.and` with a constant.
    Mask {
        to: u16,
        one: One,
        slot: u16,
        mask: u32,
    },
    /// A load.
    Load {
        to: u16,
        op: Load,
        place: Place,
        slot: u16,
        /// Where it ends, from its address on.
        end: u32,
    },
    /// Two additions of constants to cells.
    AddTwo { cells: u64, constants: u64 },
    /// A copy of a cell; `small` says that it holds an integer of 32 bits.
    Copy { to: u16, from: u16, small: bool },
}

impl Prior {
    pub(super) fn counts_before(&self) -> Option<Counts> {
        match self.what {
            What::AddTwo { cells, constants } => Some(Counts {
                start: self.start,
                accs: self.accs,
                cells,
                constants,
            }),
            _ => None,
        }
    }
}

impl What {
    /// As an addition of a constant to a cell, if it is one, or could be.
    pub(super) fn as_addition(self) -> Option<[u32; 3]> {
        match self {
            Self::Add {
                to,
                one: One::S,
                slot,
                constant,
            } => Some([u32::from(to), u32::from(slot), constant]),
            Self::Copy {
                to,
                from,
                small: true,
            } => Some([u32::from(to), u32::from(from), 0]),
            _ => None,
        }
    }
}
