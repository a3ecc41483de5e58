//! Instructions that do what several operators often do in a row. `exec --stats`
//! tells which come how often; each of these made programs faster.

use super::access::Place;
use super::compare::CompareOp;
use super::operand::{A, Destination, One, Operand, S, Target, ToAcc, ToCell};
use super::regs::{Cell, Dispatch, Handler, Regs, handlers};
use crate::error::Trap;

/// Which of two is the one: the operand that was loaded, the sum to load from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    First,
    Second,
}

/// How large a loaded index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Index {
    Byte,
    Word,
}

/// [`Index`] as types.
pub(super) trait IndexOf: 'static {
    const SIZE: usize;
    unsafe fn read(from: *const u8) -> u32;
}

struct Byte;
struct Word;

impl IndexOf for Byte {
    const SIZE: usize = 1;
    #[inline(always)]
    unsafe fn read(from: *const u8) -> u32 {
        // SAFETY: the caller has checked the address.
        unsafe { u32::from(*from) }
    }
}

impl IndexOf for Word {
    const SIZE: usize = 4;
    #[inline(always)]
    unsafe fn read(from: *const u8) -> u32 {
        // SAFETY: the caller has checked the address.
        unsafe { from.cast::<u32>().read_unaligned() }
    }
}

/// What is compared with a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Bound {
    Cell,
    Constant,
}

/// [`Bound`] as types.
pub(super) trait BoundOf: 'static {
    unsafe fn get<T: Cell>(r: Regs, word: u32) -> T;
}

struct InCell;
struct InCode;

impl BoundOf for InCell {
    #[inline(always)]
    unsafe fn get<T: Cell>(r: Regs, word: u32) -> T {
        // SAFETY: the instruction names a cell.
        unsafe { r.get(word as usize) }
    }
}

impl BoundOf for InCode {
    #[inline(always)]
    unsafe fn get<T: Cell>(_: Regs, word: u32) -> T {
        T::from_bits(u64::from(word))
    }
}

/// [`Order`] as types.
pub(super) trait OrderOf: 'static {
    const LOADED_FIRST: bool;
}

struct LoadedFirst;
struct LoadedSecond;

impl OrderOf for LoadedFirst {
    const LOADED_FIRST: bool = true;
}

impl OrderOf for LoadedSecond {
    const LOADED_FIRST: bool = false;
}

/// An operator on 64-bit numbers with a fraction, as a type.
pub(super) trait LoadedOp: 'static {
    fn apply(a: f64, b: f64) -> f64;
}

/// Half 0 of the word `nth` is set to half 1 and the lower half of the next word,
/// half 2 to half 3 and its upper half. Both are read before one is written, and both
/// are returned.
#[inline(always)]
pub(super) unsafe fn add_both(r: Regs, nth: usize) -> (u32, u32) {
    // SAFETY: the instruction names the cells.
    unsafe {
        let half = |at| r.half_of(nth, at);
        let words = r.word(nth + 1);
        let first = r.get::<u32>(half(1)).wrapping_add(words as u32);
        let second = r.get::<u32>(half(3)).wrapping_add((words >> 32) as u32);
        r.set(half(0), u64::from(first));
        r.set(half(2), u64::from(second));
        (first, second)
    }
}

handlers! {
    /// Half 0 is set to half 1, then half 2 to half 3.
    copy_two[] |r| {
        r.set(r.half(0), r.get::<u64>(r.half(1)));
        r.set(r.half(2), r.get::<u64>(r.half(3)));
        B::next(r.skip(2))
    }

    /// See `add_both`.
    add_two[] |r| {
        r.acc = u64::from(add_both(r, 1).1);
        B::next(r.skip(3))
    }

    /// Half 0 is set to the sum of half 2 and of half 1 shifted left by half 3.
    add_shifted[X: Operand, D: Destination] |r| {
        let shifted = X::get::<u32>(r, r.half(1)).wrapping_shl(r.half(3) as u32);
        let sum = r.get::<u32>(r.half(2)).wrapping_add(shifted);
        B::next(D::put(r, sum).skip(2))
    }

    /// Half 0 is set to half 1 shifted right by the third word, and masked by the
    /// upper half.
    bits[X: Operand, D: Destination] |r| {
        let shifted = X::get::<u32>(r, r.half(1)).wrapping_shr(r.word(2) as u32);
        B::next(D::put(r, shifted & r.upper()).skip(3))
    }

    /// Half 0 is set to half 1 and the lower half of the third word, and compared
    /// with what the upper half says. The distance is in the upper half of the
    /// second word.
    branch_add[O: CompareOp, Y: BoundOf] |r| {
        let words = r.word(2);
        let sum = r.get::<u32>(r.half(1)).wrapping_add(words as u32);
        r.set(r.half(0), u64::from(sum));
        r.acc = u64::from(sum);
        let (a, b) = (O::T::from_bits(u64::from(sum)), Y::get::<O::T>(r, (words >> 32) as u32));
        if O::test(a, b) { B::next(r.jump(r.upper())) } else { B::next(r.skip(3)) }
    }

    /// As `copy`, and goes on at the distance in the upper half.
    branch_copy[] |r| {
        r.set(r.half(0), r.get::<u64>(r.half(1)));
        B::next(r.jump(r.upper()))
    }

    /// Half 0 is set to half 1 and the third word. The distance is in the upper
    /// half.
    branch_sum[] |r| {
        let sum = r.get::<u32>(r.half(1)).wrapping_add(r.word(2) as u32);
        r.set(r.half(0), u64::from(sum));
        B::next(r.jump(r.upper()))
    }

    /// As `add_two`, and goes on at the distance in the fourth word.
    branch_sums[] |r| {
        add_both(r, 1);
        B::next(r.jump(r.word(3) as u32))
    }

    /// As `branch_table`, of a loaded index: half 0 names its address, the third
    /// word is where it ends, from there on.
    branch_table_loaded[I: IndexOf, X: Operand] |r| {
        let end = u64::from(X::get::<u32>(r, r.half(0))) + r.word(2);
        let Some(from) = r.bytes(end, I::SIZE) else {
            return r.trap(Trap::MemoryOutOfBounds);
        };
        let at = I::read(from).min(r.upper() - 1);
        let distance = r.word(3 + at as usize);
        B::next(r.jump(distance as u32))
    }

    /// As `add_two`, then as `branch_table_loaded`: one of the sums is the address.
    /// The halves of the fourth word are where the index ends, and how many
    /// distances there are.
    branch_table_next[I: IndexOf, W: OrderOf] |r| {
        let (first, second) = add_both(r, 1);
        let words = r.word(3);
        let at = if W::LOADED_FIRST { first } else { second };
        let Some(from) = r.bytes(u64::from(at) + (words & 0xffff_ffff), I::SIZE) else {
            return r.trap(Trap::MemoryOutOfBounds);
        };
        let at = I::read(from).min((words >> 32) as u32 - 1);
        let distance = r.word(4 + at as usize);
        B::next(r.jump(distance as u32))
    }

    /// Whether half 0 and the third word have bits in common. The distance is in
    /// the upper half.
    branch_mask[X: Operand, T: super::compare::Sense] |r| {
        let bits = X::get::<u32>(r, r.half(0)) & r.word(2) as u32;
        if (bits != 0) == T::TAKEN_IF { B::next(r.jump(r.upper())) } else { B::next(r.skip(3)) }
    }

    /// Halves: where to, the operand that is in a cell, the address of the other;
    /// the third word is where that one ends, from there on.
    binary_loaded[O: LoadedOp, R: OrderOf, X: Operand, Y: Operand, D: Destination] |r| {
        let end = u64::from(Y::get::<u32>(r, r.half(2))) + r.word(2);
        let Some(from) = r.bytes(end, 8) else {
            return r.trap(Trap::MemoryOutOfBounds);
        };
        let loaded = from.cast::<f64>().read_unaligned();
        let other = X::get::<f64>(r, r.half(1));
        let value = if R::LOADED_FIRST { O::apply(loaded, other) } else { O::apply(other, loaded) };
        B::next(D::put(r, value).skip(3))
    }
}

pub(super) fn adds_shifted<B: Dispatch>(one: One, target: Target) -> Handler {
    match (one, target) {
        (One::S, Target::Cell) => add_shifted::<B, S, ToCell>,
        (One::S, Target::Acc) => add_shifted::<B, S, ToAcc>,
        (One::A, Target::Cell) => add_shifted::<B, A, ToCell>,
        (One::A, Target::Acc) => add_shifted::<B, A, ToAcc>,
    }
}

pub(super) fn bits_of<B: Dispatch>(one: One, target: Target) -> Handler {
    match (one, target) {
        (One::S, Target::Cell) => bits::<B, S, ToCell>,
        (One::S, Target::Acc) => bits::<B, S, ToAcc>,
        (One::A, Target::Cell) => bits::<B, A, ToCell>,
        (One::A, Target::Acc) => bits::<B, A, ToAcc>,
    }
}

pub(super) fn branch_adds<B: Dispatch, O: CompareOp>(bound: Bound) -> Handler {
    match bound {
        Bound::Cell => branch_add::<B, O, InCell>,
        Bound::Constant => branch_add::<B, O, InCode>,
    }
}

pub(super) fn tables_loaded<B: Dispatch>(index: Index, one: One) -> Handler {
    match (index, one) {
        (Index::Byte, One::S) => branch_table_loaded::<B, Byte, S>,
        (Index::Byte, One::A) => branch_table_loaded::<B, Byte, A>,
        (Index::Word, One::S) => branch_table_loaded::<B, Word, S>,
        (Index::Word, One::A) => branch_table_loaded::<B, Word, A>,
    }
}

pub(super) fn tables_next<B: Dispatch>(index: Index, address: Order) -> Handler {
    match (index, address) {
        (Index::Byte, Order::First) => branch_table_next::<B, Byte, LoadedFirst>,
        (Index::Byte, Order::Second) => branch_table_next::<B, Byte, LoadedSecond>,
        (Index::Word, Order::First) => branch_table_next::<B, Word, LoadedFirst>,
        (Index::Word, Order::Second) => branch_table_next::<B, Word, LoadedSecond>,
    }
}

pub(super) fn branch_masks<B: Dispatch>(one: One, taken_if: bool) -> Handler {
    use super::compare::{IfFalse, IfTrue};
    match (one, taken_if) {
        (One::S, true) => branch_mask::<B, S, IfTrue>,
        (One::S, false) => branch_mask::<B, S, IfFalse>,
        (One::A, true) => branch_mask::<B, A, IfTrue>,
        (One::A, false) => branch_mask::<B, A, IfFalse>,
    }
}

fn pick_loaded<B: Dispatch, O: LoadedOp>(
    order: Order,
    one: One,
    at: Place,
    target: Target,
) -> Handler {
    macro_rules! of {
        ($($order:ident $of:ident,)*) => {
            match (order, one, at, target) {
                $(
                    (Order::$order, One::S, Place::A, Target::Cell) => binary_loaded::<B, O, $of, S, A, ToCell>,
                    (Order::$order, One::S, Place::A, Target::Acc) => binary_loaded::<B, O, $of, S, A, ToAcc>,
                    (Order::$order, One::A, Place::A, Target::Cell) => binary_loaded::<B, O, $of, A, A, ToCell>,
                    (Order::$order, One::A, Place::A, Target::Acc) => binary_loaded::<B, O, $of, A, A, ToAcc>,
                    (Order::$order, One::S, _, Target::Cell) => binary_loaded::<B, O, $of, S, S, ToCell>,
                    (Order::$order, One::S, _, Target::Acc) => binary_loaded::<B, O, $of, S, S, ToAcc>,
                    (Order::$order, One::A, _, Target::Cell) => binary_loaded::<B, O, $of, A, S, ToCell>,
                    (Order::$order, One::A, _, Target::Acc) => binary_loaded::<B, O, $of, A, S, ToAcc>,
                )*
            }
        };
    }
    of!(First LoadedFirst, Second LoadedSecond,)
}

macro_rules! loaded {
    ($($name:ident $binary:ident |$a:ident, $b:ident| $body:expr;)*) => {
        /// Operators that are done with an operand as it is loaded.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Loaded { $($name,)* }

        impl Loaded {
            pub(crate) fn of(op: super::Binary) -> Option<Self> {
                match op {
                    $(super::Binary::$binary => Some(Self::$name),)*
                    _ => None,
                }
            }
        }

        $(
            struct $name;
            impl LoadedOp for $name {
                #[inline(always)]
                fn apply($a: f64, $b: f64) -> f64 { $body }
            }
        )*

        pub(super) fn binary_loadeds<B: Dispatch>(
            op: Loaded, order: Order, one: One, at: Place, target: Target,
        ) -> Handler {
            match op { $(Loaded::$name => pick_loaded::<B, $name>(order, one, at, target),)* }
        }
    };
}

loaded! {
    Add F64Add |a, b| a + b;
    Sub F64Sub |a, b| a - b;
    Mul F64Mul |a, b| a * b;
}
