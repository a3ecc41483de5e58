//! Integer comparisons: all bits of a lane are 1 where it holds, 0 elsewhere.

use super::V128;
use super::lane::{self, binary};

macro_rules! compare {
    ($mask:ty; $($name:ident: $lane:ty => $op:tt;)*) => {
        binary! { $($name: $lane => |a, b| -<$mask>::from(a $op b);)* }
    };
}

compare! { i8;
    i8x16_eq: i8 => ==;
    i8x16_ne: i8 => !=;
    i8x16_lt_s: i8 => <;
    i8x16_lt_u: u8 => <;
    i8x16_gt_s: i8 => >;
    i8x16_gt_u: u8 => >;
    i8x16_le_s: i8 => <=;
    i8x16_le_u: u8 => <=;
    i8x16_ge_s: i8 => >=;
    i8x16_ge_u: u8 => >=;
}

compare! { i16;
    i16x8_eq: i16 => ==;
    i16x8_ne: i16 => !=;
    i16x8_lt_s: i16 => <;
    i16x8_lt_u: u16 => <;
    i16x8_gt_s: i16 => >;
    i16x8_gt_u: u16 => >;
    i16x8_le_s: i16 => <=;
    i16x8_le_u: u16 => <=;
    i16x8_ge_s: i16 => >=;
    i16x8_ge_u: u16 => >=;
}

compare! { i32;
    i32x4_eq: i32 => ==;
    i32x4_ne: i32 => !=;
    i32x4_lt_s: i32 => <;
    i32x4_lt_u: u32 => <;
    i32x4_gt_s: i32 => >;
    i32x4_gt_u: u32 => >;
    i32x4_le_s: i32 => <=;
    i32x4_le_u: u32 => <=;
    i32x4_ge_s: i32 => >=;
    i32x4_ge_u: u32 => >=;
}

compare! { i64;
    i64x2_eq: i64 => ==;
    i64x2_ne: i64 => !=;
    i64x2_lt_s: i64 => <;
    i64x2_gt_s: i64 => >;
    i64x2_le_s: i64 => <=;
    i64x2_ge_s: i64 => >=;
}
