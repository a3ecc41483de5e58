//! Lanes by their number: splat, extract, replace, shuffle, swizzle.
//!
//! Validation lets only numbers through that name a lane; of any other the
//! low bits count.

use super::V128;
use super::lane::Lane;
use super::lane::from_fn;

/// `splat`, `replace_lane` and the extracting operators of a shape. A
/// floating-point scalar is its bits.
macro_rules! lanes {
    ($($lane:ident * $n:literal of $scalar:ident: $splat:ident $replace:ident
       $($extract:ident as $read:ident)+;)*) => {$(
        /// The scalar, or its low bits, in every lane.
        #[inline(always)]
        pub(crate) fn $splat(x: $scalar) -> V128 {
            Lane::join([x as $lane; $n])
        }

        /// `a` with another scalar in one lane.
        #[inline(always)]
        pub(crate) fn $replace(a: V128, lane: u8, x: $scalar) -> V128 {
            let mut lanes = $lane::split(a);
            lanes[usize::from(lane) % $n] = x as $lane;
            Lane::join(lanes)
        }

        $(
            /// One lane, extended by the sign of its type.
            #[inline(always)]
            pub(crate) fn $extract(a: V128, lane: u8) -> $scalar {
                $read::split(a)[usize::from(lane) % $n] as $scalar
            }
        )+
    )*};
}

lanes! {
    u8 * 16 of i32: i8x16_splat i8x16_replace_lane i8x16_extract_lane_s as i8 i8x16_extract_lane_u as u8;
    u16 * 8 of i32: i16x8_splat i16x8_replace_lane i16x8_extract_lane_s as i16 i16x8_extract_lane_u as u16;
    i32 * 4 of i32: i32x4_splat i32x4_replace_lane i32x4_extract_lane as i32;
    i64 * 2 of i64: i64x2_splat i64x2_replace_lane i64x2_extract_lane as i64;
    u32 * 4 of u32: f32x4_splat f32x4_replace_lane f32x4_extract_lane as u32;
    u64 * 2 of u64: f64x2_splat f64x2_replace_lane f64x2_extract_lane as u64;
}

/// Bytes by number: 0 to 15 of `a`, 16 to 31 of `b`.
#[inline(always)]
pub(crate) fn i8x16_shuffle(a: V128, b: V128, lanes: [u8; 16]) -> V128 {
    let both: [u8; 32] = from_fn(|i| if i < 16 { a[i] } else { b[i - 16] });
    from_fn(|i| both[usize::from(lanes[i]) % 32])
}

/// The bytes of `a` that the bytes of `s` number, 0 for a number over 15.
#[inline(always)]
pub(crate) fn i8x16_swizzle(a: V128, s: V128) -> V128 {
    from_fn(|i| {
        let byte = a[usize::from(s[i]) % 16];
        if s[i] < 16 { byte } else { 0 }
    })
}
