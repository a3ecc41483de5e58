//! Operators on the bits alone, and the questions whose answer is an `i32`.

use super::V128;
use super::lane::{self, Lane, binary, unary};

unary! {
    v128_not: u64 => |x| !x;
}

binary! {
    v128_and: u64 => |x, y| x & y;
    v128_andnot: u64 => |x, y| x & !y;
    v128_or: u64 => |x, y| x | y;
    v128_xor: u64 => |x, y| x ^ y;
}

/// The bits of `a` where `mask` is 1, of `b` where it is 0.
#[inline(always)]
pub(crate) fn v128_bitselect(a: V128, b: V128, mask: V128) -> V128 {
    v128_xor(b, v128_and(v128_xor(a, b), mask))
}

#[inline(always)]
pub(crate) fn v128_any_true(a: V128) -> i32 {
    let [low, high] = u64::split(a);
    i32::from(low | high != 0)
}

macro_rules! questions {
    ($($all:ident $bitmask:ident: $lane:ty;)*) => {$(
        /// Whether no lane is 0.
        #[inline(always)]
        pub(crate) fn $all(a: V128) -> i32 {
            i32::from(<$lane>::split(a).iter().fold(true, |all, &x| all & (x != 0)))
        }

        /// The lanes' sign bits, lane 0's the lowest.
        #[inline(always)]
        pub(crate) fn $bitmask(a: V128) -> i32 {
            let lanes = <$lane>::split(a);
            (0..lanes.len()).fold(0, |mask, i| mask | (i32::from(lanes[i] < 0) << i))
        }
    )*};
}

questions! {
    i8x16_all_true i8x16_bitmask: i8;
    i16x8_all_true i16x8_bitmask: i16;
    i32x4_all_true i32x4_bitmask: i32;
    i64x2_all_true i64x2_bitmask: i64;
}
