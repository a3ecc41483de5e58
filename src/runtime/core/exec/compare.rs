//! Comparisons: as a value, and as the condition of a branch or a choice.

use super::fused::Bound;
use super::operand::{
    AI, AS, Destination, IA, IS, Operands, Pair, SA, SI, SS, Target, ToAcc, ToCell,
};
use super::regs::{Cell, Dispatch, Handler, handlers};

/// A comparison as a type.
pub(super) trait CompareOp: 'static {
    type T: Cell;
    fn test(a: Self::T, b: Self::T) -> bool;
}

/// What a condition has to be for a branch.
pub(super) trait Sense: 'static {
    const TAKEN_IF: bool;
}

pub(super) struct IfTrue;
pub(super) struct IfFalse;

impl Sense for IfTrue {
    const TAKEN_IF: bool = true;
}

impl Sense for IfFalse {
    const TAKEN_IF: bool = false;
}

handlers! {
    compare[O: CompareOp, P: Operands, D: Destination] |r| {
        let (a, b) = P::get::<O::T, O::T>(r);
        let words = if P::IMMEDIATE { 2 + immediate_words::<O>() } else { 2 };
        B::next(D::put(r, O::test(a, b)).skip(words))
    }

    /// Halves 0 and 1 are the operands, the upper half the distance; an immediate
    /// has the third word.
    branch[O: CompareOp, P: Operands, T: Sense] |r| {
        let (a, b) = P::tested::<O::T>(r);
        if O::test(a, b) == T::TAKEN_IF {
            B::next(r.jump(r.upper()))
        } else {
            B::next(r.skip(if P::IMMEDIATE { 3 } else { 2 }))
        }
    }
}

const fn immediate_words<O: CompareOp>() -> usize {
    <O::T as Cell>::IMMEDIATE_WORDS
}

fn pick<B: Dispatch, O: CompareOp>(pair: Pair, target: Target) -> Handler {
    macro_rules! of {
        ($($name:ident)*) => {
            match (pair, target) {
                $(
                    (Pair::$name, Target::Cell) => compare::<B, O, $name, ToCell>,
                    (Pair::$name, Target::Acc) => compare::<B, O, $name, ToAcc>,
                )*
            }
        };
    }
    of!(SS AS SA SI AI IS IA)
}

fn pick_branch<B: Dispatch, O: CompareOp, T: Sense>(pair: Pair) -> Handler {
    match pair {
        Pair::SS => branch::<B, O, SS, T>,
        Pair::AS => branch::<B, O, AS, T>,
        Pair::SA => branch::<B, O, SA, T>,
        // The translator has exchanged the operands.
        Pair::SI | Pair::IS => branch::<B, O, SI, T>,
        Pair::AI | Pair::IA => branch::<B, O, AI, T>,
    }
}

macro_rules! compare_ops {
    ($($name:ident $text:literal $not:ident $exchanged:ident $t:ty, |$x:ident, $y:ident| $body:expr;)*) => {
        /// Comparisons of two operands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Compare { $(#[doc = $text] $name,)* }

        impl Compare {
            /// Whether an immediate operand has a word of its own.
            pub(crate) fn is_wide(self) -> bool {
                match self { $(Self::$name => <$t as Cell>::IMMEDIATE_WORDS > 0,)* }
            }

            /// Whether the operands are integers of 32 bits.
            pub(crate) fn is_i32(self) -> bool {
                match self {
                    $(Self::$name => <$t as Cell>::IMMEDIATE_WORDS == 0 && !<$t as Cell>::FLOAT,)*
                }
            }

            /// The one that is true exactly when this is not. Numbers with a
            /// fraction have none, since not-a-number compares false.
            pub(crate) fn negated(self) -> Option<Self> {
                match self { $(Self::$name => negation!($not),)* }
            }

            /// The same with its operands exchanged.
            pub(crate) fn exchanged(self) -> Self {
                match self { $(Self::$name => Self::$exchanged,)* }
            }
        }

        $(
            struct $name;
            impl CompareOp for $name {
                type T = $t;
                #[inline(always)]
                fn test($x: $t, $y: $t) -> bool { $body }
            }
        )*

        pub(crate) fn table<B: Dispatch>(op: Compare, pair: Pair, target: Target) -> Handler {
            match op { $(Compare::$name => pick::<B, $name>(pair, target),)* }
        }

        /// The handler of a branch that adds to what it compares; the operands have
        /// 32 bits.
        pub(crate) fn branch_adds<B: Dispatch>(op: Compare, bound: Bound) -> Handler {
            match op { $(Compare::$name => super::fused::branch_adds::<B, $name>(bound),)* }
        }

        /// The handler of a branch that is taken if the comparison is `taken_if`.
        /// Only the second operand may be an immediate.
        pub(crate) fn branches<B: Dispatch>(op: Compare, pair: Pair, taken_if: bool) -> Handler {
            match op {
                $(Compare::$name => if taken_if {
                    pick_branch::<B, $name, IfTrue>(pair)
                } else {
                    pick_branch::<B, $name, IfFalse>(pair)
                },)*
            }
        }
    };
}

macro_rules! negation {
    (none) => {
        None
    };
    ($name:ident) => {
        Some(Self::$name)
    };
}

compare_ops! {
    I32Eq "i32.eq" I32Ne I32Eq u32, |a, b| a == b;
    I32Ne "i32.ne" I32Eq I32Ne u32, |a, b| a != b;
    I32LtS "i32.lt_s" I32GeS I32GtS i32, |a, b| a < b;
    I32LtU "i32.lt_u" I32GeU I32GtU u32, |a, b| a < b;
    I32GtS "i32.gt_s" I32LeS I32LtS i32, |a, b| a > b;
    I32GtU "i32.gt_u" I32LeU I32LtU u32, |a, b| a > b;
    I32LeS "i32.le_s" I32GtS I32GeS i32, |a, b| a <= b;
    I32LeU "i32.le_u" I32GtU I32GeU u32, |a, b| a <= b;
    I32GeS "i32.ge_s" I32LtS I32LeS i32, |a, b| a >= b;
    I32GeU "i32.ge_u" I32LtU I32LeU u32, |a, b| a >= b;
    I64Eq "i64.eq" I64Ne I64Eq u64, |a, b| a == b;
    I64Ne "i64.ne" I64Eq I64Ne u64, |a, b| a != b;
    I64LtS "i64.lt_s" I64GeS I64GtS i64, |a, b| a < b;
    I64LtU "i64.lt_u" I64GeU I64GtU u64, |a, b| a < b;
    I64GtS "i64.gt_s" I64LeS I64LtS i64, |a, b| a > b;
    I64GtU "i64.gt_u" I64LeU I64LtU u64, |a, b| a > b;
    I64LeS "i64.le_s" I64GtS I64GeS i64, |a, b| a <= b;
    I64LeU "i64.le_u" I64GtU I64GeU u64, |a, b| a <= b;
    I64GeS "i64.ge_s" I64LtS I64LeS i64, |a, b| a >= b;
    I64GeU "i64.ge_u" I64LtU I64LeU u64, |a, b| a >= b;
    F32Eq "f32.eq" none F32Eq f32, |a, b| a == b;
    F32Ne "f32.ne" none F32Ne f32, |a, b| a != b;
    F32Lt "f32.lt" none F32Gt f32, |a, b| a < b;
    F32Gt "f32.gt" none F32Lt f32, |a, b| a > b;
    F32Le "f32.le" none F32Ge f32, |a, b| a <= b;
    F32Ge "f32.ge" none F32Le f32, |a, b| a >= b;
    F64Eq "f64.eq" none F64Eq f64, |a, b| a == b;
    F64Ne "f64.ne" none F64Ne f64, |a, b| a != b;
    F64Lt "f64.lt" none F64Gt f64, |a, b| a < b;
    F64Gt "f64.gt" none F64Lt f64, |a, b| a > b;
    F64Le "f64.le" none F64Ge f64, |a, b| a <= b;
    F64Ge "f64.ge" none F64Le f64, |a, b| a >= b;
}
