//! Copies, constants, choices, branches, globals.

use super::compare::{IfFalse, IfTrue};
use super::operand::{A, One, Operand, S};
use super::regs::{Dispatch, Handler, handlers};
use crate::error::Trap;
use crate::exec::compare::Sense;

handlers! {
    /// Half 0 is set to the cell that half 1 names.
    copy[] |r| {
        r.set(r.half(0), r.get::<u64>(r.half(1)));
        B::next(r.skip(2))
    }

    copy_v128[] |r| {
        r.set_v128(r.half(0), r.get_v128(r.half(1)));
        B::next(r.skip(2))
    }

    /// As `copy`, between cells that are too far away for 16 bits: the second
    /// word's upper half names the source.
    copy_from_far[] |r| {
        r.set(r.half(0), r.get::<u64>(r.upper() as usize));
        B::next(r.skip(2))
    }

    /// As `copy`; the upper half names where to.
    copy_to_far[] |r| {
        r.set(r.upper() as usize, r.get::<u64>(r.half(0)));
        B::next(r.skip(2))
    }

    /// Half 0 is set to the third word.
    constant[] |r| {
        r.set(r.half(0), r.word(2));
        B::next(r.skip(3))
    }

    /// Two cells from half 0 on are set to the third and fourth word.
    constant_v128[] |r| {
        r.set(r.half(0), r.word(2));
        r.set(r.half(0) + 1, r.word(3));
        B::next(r.skip(4))
    }

    /// Halves: where to, first, second, condition.
    select[X: Operand] |r| {
        let condition = X::get::<bool>(r, r.half(3));
        let from = if condition { r.half(1) } else { r.half(2) };
        let value = r.get::<u64>(from);
        r.set(r.half(0), value);
        r.acc = value;
        B::next(r.skip(2))
    }

    select_float[X: Operand] |r| {
        let condition = X::get::<bool>(r, r.half(3));
        let from = if condition { r.half(1) } else { r.half(2) };
        let value = r.get::<u64>(from);
        r.set(r.half(0), value);
        r.facc = f64::from_bits(value);
        B::next(r.skip(2))
    }

    select_v128[X: Operand] |r| {
        let condition = X::get::<bool>(r, r.half(3));
        let from = if condition { r.half(1) } else { r.half(2) };
        r.set_v128(r.half(0), r.get_v128(from));
        B::next(r.skip(2))
    }

    /// The upper half is the distance.
    branch[] |r| { B::next(r.jump(r.upper())) }

    branch_if[X: Operand, T: Sense] |r| {
        if X::get::<bool>(r, r.half(0)) == T::TAKEN_IF {
            B::next(r.jump(r.upper()))
        } else {
            B::next(r.skip(2))
        }
    }

    /// Half 0 names the index; behind the second word there are as many
    /// distances as the upper half says, the last for every other index.
    branch_table[X: Operand] |r| {
        let last = u64::from(r.upper()) - 1;
        let at = u64::from(X::get::<u32>(r, r.half(0))).min(last);
        let distance = r.word(2 + at as usize);
        B::next(r.jump(distance as u32))
    }

    unreachable[] |r| { r.trap(Trap::Unreachable) }

    global_get[] |r| {
        let value = *std::ptr::with_exposed_provenance::<u64>(r.word(2) as usize);
        r.set(r.half(0), value);
        r.acc = value;
        B::next(r.skip(3))
    }

    global_get_float[] |r| {
        let value = *std::ptr::with_exposed_provenance::<u64>(r.word(2) as usize);
        r.set(r.half(0), value);
        r.facc = f64::from_bits(value);
        B::next(r.skip(3))
    }

    global_set[X: Operand] |r| {
        let value = X::get::<u64>(r, r.half(0));
        *std::ptr::with_exposed_provenance_mut::<u64>(r.word(2) as usize) = value;
        B::next(r.skip(3))
    }

    global_get_v128[] |r| {
        let at = std::ptr::with_exposed_provenance::<[u8; 16]>(r.word(2) as usize);
        r.set_v128(r.half(0), at.read_unaligned());
        B::next(r.skip(3))
    }

    global_set_v128[] |r| {
        let at = std::ptr::with_exposed_provenance_mut::<[u8; 16]>(r.word(2) as usize);
        at.write_unaligned(r.get_v128(r.half(0)));
        B::next(r.skip(3))
    }
}

pub(super) fn branch_on<B: Dispatch>(one: One, taken_if: bool) -> Handler {
    match (one, taken_if) {
        (One::S, true) => branch_if::<B, S, IfTrue>,
        (One::S, false) => branch_if::<B, S, IfFalse>,
        (One::A, true) => branch_if::<B, A, IfTrue>,
        (One::A, false) => branch_if::<B, A, IfFalse>,
    }
}
