//! The relaxed operators. Of what the specification leaves open, the choice is
//! that of its deterministic profile, the same on every machine: what the
//! operator without `relaxed` does, no fused product and sum, and signed lanes.

use super::V128;
use super::lane::Lane;
use super::lane::from_fn;

macro_rules! same {
    ($($name:ident($($arg:ident),+) = $strict:ident;)*) => {$(
        #[inline(always)]
        pub(crate) fn $name($($arg: V128),+) -> V128 {
            super::$strict($($arg),+)
        }
    )*};
}

same! {
    i8x16_relaxed_swizzle(a, s) = i8x16_swizzle;
    i32x4_relaxed_trunc_f32x4_s(a) = i32x4_trunc_sat_f32x4_s;
    i32x4_relaxed_trunc_f32x4_u(a) = i32x4_trunc_sat_f32x4_u;
    i32x4_relaxed_trunc_f64x2_s_zero(a) = i32x4_trunc_sat_f64x2_s_zero;
    i32x4_relaxed_trunc_f64x2_u_zero(a) = i32x4_trunc_sat_f64x2_u_zero;
    i8x16_relaxed_laneselect(a, b, mask) = v128_bitselect;
    i16x8_relaxed_laneselect(a, b, mask) = v128_bitselect;
    i32x4_relaxed_laneselect(a, b, mask) = v128_bitselect;
    i64x2_relaxed_laneselect(a, b, mask) = v128_bitselect;
    f32x4_relaxed_min(a, b) = f32x4_min;
    f32x4_relaxed_max(a, b) = f32x4_max;
    f64x2_relaxed_min(a, b) = f64x2_min;
    f64x2_relaxed_max(a, b) = f64x2_max;
    i16x8_relaxed_q15mulr_s(a, b) = i16x8_q15mulr_sat_s;
}

macro_rules! multiply_add {
    ($($madd:ident $nmadd:ident: $lane:ty;)*) => {$(
        /// `a * b + c`, rounded twice.
        #[inline(always)]
        pub(crate) fn $madd(a: V128, b: V128, c: V128) -> V128 {
            let (a, b, c) = (<$lane>::split(a), <$lane>::split(b), <$lane>::split(c));
            Lane::join(from_fn(|i| a[i] * b[i] + c[i]))
        }

        /// `-(a * b) + c`, rounded twice.
        #[inline(always)]
        pub(crate) fn $nmadd(a: V128, b: V128, c: V128) -> V128 {
            let (a, b, c) = (<$lane>::split(a), <$lane>::split(b), <$lane>::split(c));
            Lane::join(from_fn(|i| -(a[i] * b[i]) + c[i]))
        }
    )*};
}

multiply_add! {
    f32x4_relaxed_madd f32x4_relaxed_nmadd: f32;
    f64x2_relaxed_madd f64x2_relaxed_nmadd: f64;
}

/// Sums of two neighbouring products; two of -128 * -128 wrap.
#[inline(always)]
pub(crate) fn i16x8_relaxed_dot_i8x16_i7x16_s(a: V128, b: V128) -> V128 {
    let (a, b) = (i8::split(a), i8::split(b));
    let product = |i: usize| i16::from(a[i]) * i16::from(b[i]);
    Lane::join(from_fn(|i| product(2 * i).wrapping_add(product(2 * i + 1))))
}

/// The sums of the former's neighbours, and `c`.
#[inline(always)]
pub(crate) fn i32x4_relaxed_dot_i8x16_i7x16_add_s(a: V128, b: V128, c: V128) -> V128 {
    let products = i16x8_relaxed_dot_i8x16_i7x16_s(a, b);
    super::i32x4_add(super::i32x4_extadd_pairwise_i16x8_s(products), c)
}
