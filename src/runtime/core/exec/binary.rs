//! Instructions with two operands and a result.

use super::operand::{
    AI, AS, Destination, IA, IS, Operands, Pair, SA, SI, SS, Target, ToAcc, ToCell,
};
use super::regs::{Cell, Dispatch, Handler, handlers};
use crate::error::Trap;
use crate::numeric;

/// An operator as a type.
pub(super) trait BinaryOp: 'static {
    type A: Cell;
    type B: Cell;
    type R: Cell;
    const COMMUTATIVE: bool;
    fn apply(a: Self::A, b: Self::B) -> Result<Self::R, Trap>;
}

handlers! {
    binary[O: BinaryOp, P: Operands, D: Destination] |r| {
        let (a, b) = P::get::<O::A, O::B>(r);
        match O::apply(a, b) {
            Ok(value) => {
                let words = if P::IMMEDIATE { 2 + immediate_words::<O>() } else { 2 };
                B::next(D::put(r, value).skip(words))
            }
            Err(trap) => r.trap(trap),
        }
    }
}

const fn immediate_words<O: BinaryOp>() -> usize {
    <O::A as Cell>::IMMEDIATE_WORDS
}

fn pick<B: Dispatch, O: BinaryOp>(pair: Pair, target: Target) -> Handler {
    let pair = if O::COMMUTATIVE {
        match pair {
            Pair::SA => Pair::AS,
            Pair::IS => Pair::SI,
            Pair::IA => Pair::AI,
            other => other,
        }
    } else {
        pair
    };
    macro_rules! of {
        ($($name:ident)*) => {
            match (pair, target) {
                $(
                    (Pair::$name, Target::Cell) => binary::<B, O, $name, ToCell>,
                    (Pair::$name, Target::Acc) => binary::<B, O, $name, ToAcc>,
                )*
            }
        };
    }
    of!(SS AS SA SI AI IS IA)
}

macro_rules! binary_ops {
    ($enum:ident $table:ident: $(
        $name:ident $text:literal $class:ident ($a:ty, $b:ty) -> $r:ty, |$x:ident, $y:ident| $body:expr;
    )*) => {
        /// Operators with two operands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum $enum { $(#[doc = $text] $name,)* }

        impl $enum {
            /// Whether the operands may be exchanged.
            pub(crate) fn commutative(self) -> bool {
                match self { $(Self::$name => is_commutative!($class),)* }
            }
        }

        $(
            struct $name;
            impl BinaryOp for $name {
                type A = $a;
                type B = $b;
                type R = $r;
                const COMMUTATIVE: bool = is_commutative!($class);
                #[inline(always)]
                fn apply($x: $a, $y: $b) -> Result<$r, Trap> { $body }
            }
        )*

        pub(crate) fn $table<B: Dispatch>(op: $enum, pair: Pair, target: Target) -> Handler {
            match op { $($enum::$name => pick::<B, $name>(pair, target),)* }
        }
    };
}

macro_rules! is_commutative {
    (commutative) => {
        true
    };
    (ordered) => {
        false
    };
}

binary_ops! {
    Binary table:
    I32Add "i32.add" commutative (u32, u32) -> u32, |a, b| Ok(a.wrapping_add(b));
    I32Sub "i32.sub" ordered (u32, u32) -> u32, |a, b| Ok(a.wrapping_sub(b));
    I32Mul "i32.mul" commutative (u32, u32) -> u32, |a, b| Ok(a.wrapping_mul(b));
    I32DivS "i32.div_s" ordered (i32, i32) -> i32, |a, b| Ok(numeric::i32_div_s(a, b)?);
    I32DivU "i32.div_u" ordered (u32, u32) -> u32, |a, b| Ok(numeric::i32_div_u(a, b)?);
    I32RemS "i32.rem_s" ordered (i32, i32) -> i32, |a, b| Ok(numeric::i32_rem_s(a, b)?);
    I32RemU "i32.rem_u" ordered (u32, u32) -> u32, |a, b| Ok(numeric::i32_rem_u(a, b)?);
    I32And "i32.and" commutative (u32, u32) -> u32, |a, b| Ok(a & b);
    I32Or "i32.or" commutative (u32, u32) -> u32, |a, b| Ok(a | b);
    I32Xor "i32.xor" commutative (u32, u32) -> u32, |a, b| Ok(a ^ b);
    I32Shl "i32.shl" ordered (u32, u32) -> u32, |a, b| Ok(a.wrapping_shl(b));
    I32ShrS "i32.shr_s" ordered (i32, u32) -> i32, |a, b| Ok(a.wrapping_shr(b));
    I32ShrU "i32.shr_u" ordered (u32, u32) -> u32, |a, b| Ok(a.wrapping_shr(b));
    I32Rotl "i32.rotl" ordered (u32, u32) -> u32, |a, b| Ok(a.rotate_left(b & 31));
    I32Rotr "i32.rotr" ordered (u32, u32) -> u32, |a, b| Ok(a.rotate_right(b & 31));
    I64Add "i64.add" commutative (u64, u64) -> u64, |a, b| Ok(a.wrapping_add(b));
    I64Sub "i64.sub" ordered (u64, u64) -> u64, |a, b| Ok(a.wrapping_sub(b));
    I64Mul "i64.mul" commutative (u64, u64) -> u64, |a, b| Ok(a.wrapping_mul(b));
    I64DivS "i64.div_s" ordered (i64, i64) -> i64, |a, b| Ok(numeric::i64_div_s(a, b)?);
    I64DivU "i64.div_u" ordered (u64, u64) -> u64, |a, b| Ok(numeric::i64_div_u(a, b)?);
    I64RemS "i64.rem_s" ordered (i64, i64) -> i64, |a, b| Ok(numeric::i64_rem_s(a, b)?);
    I64RemU "i64.rem_u" ordered (u64, u64) -> u64, |a, b| Ok(numeric::i64_rem_u(a, b)?);
    I64And "i64.and" commutative (u64, u64) -> u64, |a, b| Ok(a & b);
    I64Or "i64.or" commutative (u64, u64) -> u64, |a, b| Ok(a | b);
    I64Xor "i64.xor" commutative (u64, u64) -> u64, |a, b| Ok(a ^ b);
    I64Shl "i64.shl" ordered (u64, u64) -> u64, |a, b| Ok(a.wrapping_shl(b as u32));
    I64ShrS "i64.shr_s" ordered (i64, u64) -> i64, |a, b| Ok(a.wrapping_shr(b as u32));
    I64ShrU "i64.shr_u" ordered (u64, u64) -> u64, |a, b| Ok(a.wrapping_shr(b as u32));
    I64Rotl "i64.rotl" ordered (u64, u64) -> u64, |a, b| Ok(a.rotate_left(b as u32 & 63));
    I64Rotr "i64.rotr" ordered (u64, u64) -> u64, |a, b| Ok(a.rotate_right(b as u32 & 63));
    F32Add "f32.add" ordered (f32, f32) -> f32, |a, b| Ok(a + b);
    F32Sub "f32.sub" ordered (f32, f32) -> f32, |a, b| Ok(a - b);
    F32Mul "f32.mul" ordered (f32, f32) -> f32, |a, b| Ok(a * b);
    F32Div "f32.div" ordered (f32, f32) -> f32, |a, b| Ok(a / b);
    F32Min "f32.min" ordered (f32, f32) -> f32, |a, b| Ok(numeric::f32_min(a, b));
    F32Max "f32.max" ordered (f32, f32) -> f32, |a, b| Ok(numeric::f32_max(a, b));
    F32Copysign "f32.copysign" ordered (f32, f32) -> f32, |a, b| Ok(a.copysign(b));
    F64Add "f64.add" ordered (f64, f64) -> f64, |a, b| Ok(a + b);
    F64Sub "f64.sub" ordered (f64, f64) -> f64, |a, b| Ok(a - b);
    F64Mul "f64.mul" ordered (f64, f64) -> f64, |a, b| Ok(a * b);
    F64Div "f64.div" ordered (f64, f64) -> f64, |a, b| Ok(a / b);
    F64Min "f64.min" ordered (f64, f64) -> f64, |a, b| Ok(numeric::f64_min(a, b));
    F64Max "f64.max" ordered (f64, f64) -> f64, |a, b| Ok(numeric::f64_max(a, b));
    F64Copysign "f64.copysign" ordered (f64, f64) -> f64, |a, b| Ok(a.copysign(b));
}
