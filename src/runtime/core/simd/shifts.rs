//! Shifts of every lane by one number, of which the low bits count.

use super::V128;
use super::lane;

macro_rules! shifts {
    ($($shl:ident $shr_s:ident $shr_u:ident: $signed:ident $unsigned:ident;)*) => {$(
        #[inline(always)]
        pub(crate) fn $shl(a: V128, by: i32) -> V128 {
            lane::map(a, |x: $unsigned| x.wrapping_shl(by as u32))
        }

        #[inline(always)]
        pub(crate) fn $shr_s(a: V128, by: i32) -> V128 {
            lane::map(a, |x: $signed| x.wrapping_shr(by as u32))
        }

        #[inline(always)]
        pub(crate) fn $shr_u(a: V128, by: i32) -> V128 {
            lane::map(a, |x: $unsigned| x.wrapping_shr(by as u32))
        }
    )*};
}

shifts! {
    i8x16_shl i8x16_shr_s i8x16_shr_u: i8 u8;
    i16x8_shl i16x8_shr_s i16x8_shr_u: i16 u16;
    i32x4_shl i32x4_shr_s i32x4_shr_u: i32 u32;
    i64x2_shl i64x2_shr_s i64x2_shr_u: i64 u64;
}
