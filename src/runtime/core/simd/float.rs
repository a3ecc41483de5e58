//! Floating-point arithmetic and comparisons. The scalar rules (NaN, the sign
//! of zero, rounding) are those of `numeric`.

use super::V128;
use super::lane::{self, binary, unary};
use crate::numeric::{
    f32_ceil, f32_floor, f32_max, f32_min, f32_nearest, f32_pmax, f32_pmin, f32_trunc, f64_ceil,
    f64_floor, f64_max, f64_min, f64_nearest, f64_pmax, f64_pmin, f64_trunc,
};

unary! {
    // The sign is a bit: a NaN's, too, and without touching the rest.
    f32x4_abs: u32 => |x| x & 0x7fff_ffff;
    f64x2_abs: u64 => |x| x & 0x7fff_ffff_ffff_ffff;
    f32x4_neg: u32 => |x| x ^ 0x8000_0000;
    f64x2_neg: u64 => |x| x ^ 0x8000_0000_0000_0000;
    f32x4_sqrt: f32 => f32::sqrt;
    f64x2_sqrt: f64 => f64::sqrt;
    f32x4_ceil: f32 => f32_ceil;
    f64x2_ceil: f64 => f64_ceil;
    f32x4_floor: f32 => f32_floor;
    f64x2_floor: f64 => f64_floor;
    f32x4_trunc: f32 => f32_trunc;
    f64x2_trunc: f64 => f64_trunc;
    f32x4_nearest: f32 => f32_nearest;
    f64x2_nearest: f64 => f64_nearest;
}

binary! {
    f32x4_add: f32 => |a, b| a + b;
    f64x2_add: f64 => |a, b| a + b;
    f32x4_sub: f32 => |a, b| a - b;
    f64x2_sub: f64 => |a, b| a - b;
    f32x4_mul: f32 => |a, b| a * b;
    f64x2_mul: f64 => |a, b| a * b;
    f32x4_div: f32 => |a, b| a / b;
    f64x2_div: f64 => |a, b| a / b;
    f32x4_min: f32 => f32_min;
    f64x2_min: f64 => f64_min;
    f32x4_max: f32 => f32_max;
    f64x2_max: f64 => f64_max;
    f32x4_pmin: f32 => f32_pmin;
    f64x2_pmin: f64 => f64_pmin;
    f32x4_pmax: f32 => f32_pmax;
    f64x2_pmax: f64 => f64_pmax;

    // All bits of a lane are 1 where it holds.
    f32x4_eq: f32 => |a, b| -i32::from(a == b);
    f32x4_ne: f32 => |a, b| -i32::from(a != b);
    f32x4_lt: f32 => |a, b| -i32::from(a < b);
    f32x4_gt: f32 => |a, b| -i32::from(a > b);
    f32x4_le: f32 => |a, b| -i32::from(a <= b);
    f32x4_ge: f32 => |a, b| -i32::from(a >= b);
    f64x2_eq: f64 => |a, b| -i64::from(a == b);
    f64x2_ne: f64 => |a, b| -i64::from(a != b);
    f64x2_lt: f64 => |a, b| -i64::from(a < b);
    f64x2_gt: f64 => |a, b| -i64::from(a > b);
    f64x2_le: f64 => |a, b| -i64::from(a <= b);
    f64x2_ge: f64 => |a, b| -i64::from(a >= b);
}
