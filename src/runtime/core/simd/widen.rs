//! Operators whose lanes are twice as wide as their operands': extension,
//! products, sums of neighbours, and the dot product.

use super::V128;
use super::lane::Lane;
use super::lane::from_fn;

/// From one narrow type to one wide, of which `$n` make a vector.
macro_rules! widen {
    ($($narrow:ty => $wide:ty, $n:literal: $extend_low:ident $extend_high:ident
       $extmul_low:ident $extmul_high:ident;)*) => {$(
        /// The lower half of the lanes.
        #[inline(always)]
        pub(crate) fn $extend_low(a: V128) -> V128 {
            let a = <$narrow>::split(a);
            Lane::join(from_fn(|i| <$wide>::from(a[i])))
        }

        /// The upper half of the lanes.
        #[inline(always)]
        pub(crate) fn $extend_high(a: V128) -> V128 {
            let a = <$narrow>::split(a);
            Lane::join(from_fn(|i| <$wide>::from(a[i + $n])))
        }

        /// Products of the lower halves, which always fit.
        #[inline(always)]
        pub(crate) fn $extmul_low(a: V128, b: V128) -> V128 {
            let (a, b) = (<$narrow>::split(a), <$narrow>::split(b));
            Lane::join(from_fn(|i| <$wide>::from(a[i]) * <$wide>::from(b[i])))
        }

        /// Products of the upper halves, which always fit.
        #[inline(always)]
        pub(crate) fn $extmul_high(a: V128, b: V128) -> V128 {
            let (a, b) = (<$narrow>::split(a), <$narrow>::split(b));
            Lane::join(from_fn(|i| <$wide>::from(a[i + $n]) * <$wide>::from(b[i + $n])))
        }
    )*};
}

widen! {
    i8 => i16, 8: i16x8_extend_low_i8x16_s i16x8_extend_high_i8x16_s
        i16x8_extmul_low_i8x16_s i16x8_extmul_high_i8x16_s;
    u8 => u16, 8: i16x8_extend_low_i8x16_u i16x8_extend_high_i8x16_u
        i16x8_extmul_low_i8x16_u i16x8_extmul_high_i8x16_u;
    i16 => i32, 4: i32x4_extend_low_i16x8_s i32x4_extend_high_i16x8_s
        i32x4_extmul_low_i16x8_s i32x4_extmul_high_i16x8_s;
    u16 => u32, 4: i32x4_extend_low_i16x8_u i32x4_extend_high_i16x8_u
        i32x4_extmul_low_i16x8_u i32x4_extmul_high_i16x8_u;
    i32 => i64, 2: i64x2_extend_low_i32x4_s i64x2_extend_high_i32x4_s
        i64x2_extmul_low_i32x4_s i64x2_extmul_high_i32x4_s;
    u32 => u64, 2: i64x2_extend_low_i32x4_u i64x2_extend_high_i32x4_u
        i64x2_extmul_low_i32x4_u i64x2_extmul_high_i32x4_u;
}

macro_rules! pairwise {
    ($($name:ident: $narrow:ty => $wide:ty;)*) => {$(
        /// Sums of neighbours, which always fit.
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            let a = <$narrow>::split(a);
            Lane::join(from_fn(|i| <$wide>::from(a[2 * i]) + <$wide>::from(a[2 * i + 1])))
        }
    )*};
}

pairwise! {
    i16x8_extadd_pairwise_i8x16_s: i8 => i16;
    i16x8_extadd_pairwise_i8x16_u: u8 => u16;
    i32x4_extadd_pairwise_i16x8_s: i16 => i32;
    i32x4_extadd_pairwise_i16x8_u: u16 => u32;
}

/// Sums of two neighbouring products. Two of -32768 * -32768 wrap.
#[inline(always)]
pub(crate) fn i32x4_dot_i16x8_s(a: V128, b: V128) -> V128 {
    let (a, b) = (i16::split(a), i16::split(b));
    let product = |i: usize| i32::from(a[i]) * i32::from(b[i]);
    Lane::join(from_fn(|i| product(2 * i).wrapping_add(product(2 * i + 1))))
}
