//! Conversions between integers and floating point, and between the widths of
//! the latter. `as` saturates, makes 0 of a NaN, and rounds to nearest even.

use super::V128;
use super::lane::{self, Lane, unary};

unary! {
    i32x4_trunc_sat_f32x4_s: f32 => |x| x as i32;
    i32x4_trunc_sat_f32x4_u: f32 => |x| x as u32;
    f32x4_convert_i32x4_s: i32 => |x| x as f32;
    f32x4_convert_i32x4_u: u32 => |x| x as f32;
}

macro_rules! to_low {
    ($($name:ident: f64 => $to:ty;)*) => {$(
        /// The upper two lanes of the result are 0.
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            let [x, y] = f64::split(a);
            let zero = <$to>::default();
            Lane::join([x as $to, y as $to, zero, zero])
        }
    )*};
}

macro_rules! from_low {
    ($($name:ident: $from:ty => f64;)*) => {$(
        /// Of the lower two lanes.
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            let [x, y, ..] = <$from>::split(a);
            Lane::join([f64::from(x), f64::from(y)])
        }
    )*};
}

to_low! {
    i32x4_trunc_sat_f64x2_s_zero: f64 => i32;
    i32x4_trunc_sat_f64x2_u_zero: f64 => u32;
    f32x4_demote_f64x2_zero: f64 => f32;
}

from_low! {
    f64x2_convert_low_i32x4_s: i32 => f64;
    f64x2_convert_low_i32x4_u: u32 => f64;
    f64x2_promote_low_f32x4: f32 => f64;
}
