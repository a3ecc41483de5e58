//! Integer arithmetic that wraps, and choices of the lesser or greater.

use super::V128;
use super::lane::{self, binary, unary};

unary! {
    i8x16_abs: i8 => i8::wrapping_abs;
    i16x8_abs: i16 => i16::wrapping_abs;
    i32x4_abs: i32 => i32::wrapping_abs;
    i64x2_abs: i64 => i64::wrapping_abs;
    i8x16_neg: i8 => i8::wrapping_neg;
    i16x8_neg: i16 => i16::wrapping_neg;
    i32x4_neg: i32 => i32::wrapping_neg;
    i64x2_neg: i64 => i64::wrapping_neg;
    i8x16_popcnt: u8 => |x| x.count_ones() as u8;
}

binary! {
    i8x16_add: i8 => i8::wrapping_add;
    i16x8_add: i16 => i16::wrapping_add;
    i32x4_add: i32 => i32::wrapping_add;
    i64x2_add: i64 => i64::wrapping_add;
    i8x16_sub: i8 => i8::wrapping_sub;
    i16x8_sub: i16 => i16::wrapping_sub;
    i32x4_sub: i32 => i32::wrapping_sub;
    i64x2_sub: i64 => i64::wrapping_sub;
    i16x8_mul: i16 => i16::wrapping_mul;
    i32x4_mul: i32 => i32::wrapping_mul;
    i64x2_mul: i64 => i64::wrapping_mul;

    i8x16_min_s: i8 => i8::min;
    i8x16_min_u: u8 => u8::min;
    i8x16_max_s: i8 => i8::max;
    i8x16_max_u: u8 => u8::max;
    i16x8_min_s: i16 => i16::min;
    i16x8_min_u: u16 => u16::min;
    i16x8_max_s: i16 => i16::max;
    i16x8_max_u: u16 => u16::max;
    i32x4_min_s: i32 => i32::min;
    i32x4_min_u: u32 => u32::min;
    i32x4_max_s: i32 => i32::max;
    i32x4_max_u: u32 => u32::max;

    // The mean, rounded up.
    i8x16_avgr_u: u8 => |a, b| (u16::from(a) + u16::from(b)).div_ceil(2) as u8;
    i16x8_avgr_u: u16 => |a, b| (u32::from(a) + u32::from(b)).div_ceil(2) as u16;
}
