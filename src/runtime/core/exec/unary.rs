//! Instructions with one operand and a result.

use super::operand::{A, Destination, One, Operand, S, Target, ToAcc, ToCell};
use super::regs::{Cell, Dispatch, Handler, handlers};
use crate::error::Trap;
use crate::numeric;

/// An operator as a type.
pub(super) trait UnaryOp: 'static {
    type A: Cell;
    type R: Cell;
    fn apply(a: Self::A) -> Result<Self::R, Trap>;
}

handlers! {
    unary[O: UnaryOp, X: Operand, D: Destination] |r| {
        match O::apply(X::get::<O::A>(r, r.half(1))) {
            Ok(value) => B::next(D::put(r, value).skip(2)),
            Err(trap) => r.trap(trap),
        }
    }
}

macro_rules! unary_ops {
    ($($name:ident $text:literal $a:ty => $r:ty, |$x:ident| $body:expr;)*) => {
        /// Operators with one operand.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Unary { $(#[doc = $text] $name,)* }

        $(
            struct $name;
            impl UnaryOp for $name {
                type A = $a;
                type R = $r;
                #[inline(always)]
                fn apply($x: $a) -> Result<$r, Trap> { $body }
            }
        )*

        pub(crate) fn table<B: Dispatch>(op: Unary, one: One, target: Target) -> Handler {
            match (op, one, target) { $(
                (Unary::$name, One::S, Target::Cell) => unary::<B, $name, S, ToCell>,
                (Unary::$name, One::S, Target::Acc) => unary::<B, $name, S, ToAcc>,
                (Unary::$name, One::A, Target::Cell) => unary::<B, $name, A, ToCell>,
                (Unary::$name, One::A, Target::Acc) => unary::<B, $name, A, ToAcc>,
            )* }
        }
    };
}

unary_ops! {
    I32Clz "i32.clz" u32 => u32, |a| Ok(a.leading_zeros());
    I32Ctz "i32.ctz" u32 => u32, |a| Ok(a.trailing_zeros());
    I32Popcnt "i32.popcnt" u32 => u32, |a| Ok(a.count_ones());
    I64Clz "i64.clz" u64 => u64, |a| Ok(u64::from(a.leading_zeros()));
    I64Ctz "i64.ctz" u64 => u64, |a| Ok(u64::from(a.trailing_zeros()));
    I64Popcnt "i64.popcnt" u64 => u64, |a| Ok(u64::from(a.count_ones()));
    I32Extend8S "i32.extend8_s" i32 => i32, |a| Ok(i32::from(a as i8));
    I32Extend16S "i32.extend16_s" i32 => i32, |a| Ok(i32::from(a as i16));
    I64Extend8S "i64.extend8_s" i64 => i64, |a| Ok(i64::from(a as i8));
    I64Extend16S "i64.extend16_s" i64 => i64, |a| Ok(i64::from(a as i16));
    I64Extend32S "i64.extend32_s" i64 => i64, |a| Ok(i64::from(a as i32));
    I32WrapI64 "i32.wrap_i64" u64 => u32, |a| Ok(a as u32);
    I64ExtendI32S "i64.extend_i32_s" i32 => i64, |a| Ok(i64::from(a));
    I64ExtendI32U "i64.extend_i32_u" u32 => u64, |a| Ok(u64::from(a));
    F32Abs "f32.abs" f32 => f32, |a| Ok(a.abs());
    F32Neg "f32.neg" f32 => f32, |a| Ok(-a);
    F32Ceil "f32.ceil" f32 => f32, |a| Ok(numeric::f32_ceil(a));
    F32Floor "f32.floor" f32 => f32, |a| Ok(numeric::f32_floor(a));
    F32Trunc "f32.trunc" f32 => f32, |a| Ok(numeric::f32_trunc(a));
    F32Nearest "f32.nearest" f32 => f32, |a| Ok(numeric::f32_nearest(a));
    F32Sqrt "f32.sqrt" f32 => f32, |a| Ok(a.sqrt());
    F64Abs "f64.abs" f64 => f64, |a| Ok(a.abs());
    F64Neg "f64.neg" f64 => f64, |a| Ok(-a);
    F64Ceil "f64.ceil" f64 => f64, |a| Ok(numeric::f64_ceil(a));
    F64Floor "f64.floor" f64 => f64, |a| Ok(numeric::f64_floor(a));
    F64Trunc "f64.trunc" f64 => f64, |a| Ok(numeric::f64_trunc(a));
    F64Nearest "f64.nearest" f64 => f64, |a| Ok(numeric::f64_nearest(a));
    F64Sqrt "f64.sqrt" f64 => f64, |a| Ok(a.sqrt());
    I32TruncF32S "i32.trunc_f32_s" f32 => i32, |a| Ok(numeric::i32_trunc_f32_s(a)?);
    I32TruncF32U "i32.trunc_f32_u" f32 => u32, |a| Ok(numeric::i32_trunc_f32_u(a)?);
    I32TruncF64S "i32.trunc_f64_s" f64 => i32, |a| Ok(numeric::i32_trunc_f64_s(a)?);
    I32TruncF64U "i32.trunc_f64_u" f64 => u32, |a| Ok(numeric::i32_trunc_f64_u(a)?);
    I64TruncF32S "i64.trunc_f32_s" f32 => i64, |a| Ok(numeric::i64_trunc_f32_s(a)?);
    I64TruncF32U "i64.trunc_f32_u" f32 => u64, |a| Ok(numeric::i64_trunc_f32_u(a)?);
    I64TruncF64S "i64.trunc_f64_s" f64 => i64, |a| Ok(numeric::i64_trunc_f64_s(a)?);
    I64TruncF64U "i64.trunc_f64_u" f64 => u64, |a| Ok(numeric::i64_trunc_f64_u(a)?);
    I32TruncSatF32S "i32.trunc_sat_f32_s" f32 => i32, |a| Ok(numeric::i32_trunc_sat_f32_s(a));
    I32TruncSatF32U "i32.trunc_sat_f32_u" f32 => u32, |a| Ok(numeric::i32_trunc_sat_f32_u(a));
    I32TruncSatF64S "i32.trunc_sat_f64_s" f64 => i32, |a| Ok(numeric::i32_trunc_sat_f64_s(a));
    I32TruncSatF64U "i32.trunc_sat_f64_u" f64 => u32, |a| Ok(numeric::i32_trunc_sat_f64_u(a));
    I64TruncSatF32S "i64.trunc_sat_f32_s" f32 => i64, |a| Ok(numeric::i64_trunc_sat_f32_s(a));
    I64TruncSatF32U "i64.trunc_sat_f32_u" f32 => u64, |a| Ok(numeric::i64_trunc_sat_f32_u(a));
    I64TruncSatF64S "i64.trunc_sat_f64_s" f64 => i64, |a| Ok(numeric::i64_trunc_sat_f64_s(a));
    I64TruncSatF64U "i64.trunc_sat_f64_u" f64 => u64, |a| Ok(numeric::i64_trunc_sat_f64_u(a));
    F32ConvertI32S "f32.convert_i32_s" i32 => f32, |a| Ok(a as f32);
    F32ConvertI32U "f32.convert_i32_u" u32 => f32, |a| Ok(a as f32);
    F32ConvertI64S "f32.convert_i64_s" i64 => f32, |a| Ok(a as f32);
    F32ConvertI64U "f32.convert_i64_u" u64 => f32, |a| Ok(a as f32);
    F64ConvertI32S "f64.convert_i32_s" i32 => f64, |a| Ok(f64::from(a));
    F64ConvertI32U "f64.convert_i32_u" u32 => f64, |a| Ok(f64::from(a));
    F64ConvertI64S "f64.convert_i64_s" i64 => f64, |a| Ok(a as f64);
    F64ConvertI64U "f64.convert_i64_u" u64 => f64, |a| Ok(a as f64);
    F32DemoteF64 "f32.demote_f64" f64 => f32, |a| Ok(a as f32);
    F64PromoteF32 "f64.promote_f32" f32 => f64, |a| Ok(f64::from(a));
    I32ReinterpretF32 "i32.reinterpret_f32" f32 => u32, |a| Ok(a.to_bits());
    I64ReinterpretF64 "i64.reinterpret_f64" f64 => u64, |a| Ok(a.to_bits());
    F32ReinterpretI32 "f32.reinterpret_i32" u32 => f32, |a| Ok(f32::from_bits(a));
    F64ReinterpretI64 "f64.reinterpret_i64" u64 => f64, |a| Ok(f64::from_bits(a));
}
