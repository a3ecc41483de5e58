//! Operators on the bits alone, and the questions whose answer is an `i32`.

use super::V128;
use super::lane::Lane;

#[inline(always)]
pub(crate) fn v128_not(a: V128) -> V128 {
    !a
}

#[inline(always)]
pub(crate) fn v128_and(a: V128, b: V128) -> V128 {
    a & b
}

#[inline(always)]
pub(crate) fn v128_andnot(a: V128, b: V128) -> V128 {
    a & !b
}

#[inline(always)]
pub(crate) fn v128_or(a: V128, b: V128) -> V128 {
    a | b
}

#[inline(always)]
pub(crate) fn v128_xor(a: V128, b: V128) -> V128 {
    a ^ b
}

/// The bits of `a` where `mask` is 1, of `b` where it is 0.
#[inline(always)]
pub(crate) fn v128_bitselect(a: V128, b: V128, mask: V128) -> V128 {
    b ^ ((a ^ b) & mask)
}

#[inline(always)]
pub(crate) fn v128_any_true(a: V128) -> i32 {
    i32::from(a != 0)
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
