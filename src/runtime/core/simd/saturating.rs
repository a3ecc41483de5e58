//! Integer arithmetic that stops at the least and the greatest number, and
//! narrowing, which does the same.

use super::V128;
use super::lane::from_fn;
use super::lane::{self, Lane, binary};

binary! {
    i8x16_add_sat_s: i8 => i8::saturating_add;
    i8x16_add_sat_u: u8 => u8::saturating_add;
    i8x16_sub_sat_s: i8 => i8::saturating_sub;
    i8x16_sub_sat_u: u8 => u8::saturating_sub;
    i16x8_add_sat_s: i16 => i16::saturating_add;
    i16x8_add_sat_u: u16 => u16::saturating_add;
    i16x8_sub_sat_s: i16 => i16::saturating_sub;
    i16x8_sub_sat_u: u16 => u16::saturating_sub;

    // A product of numbers of 15 fractional bits, rounded. -1 * -1 alone saturates.
    i16x8_q15mulr_sat_s: i16 => |a, b| clamp((i32::from(a) * i32::from(b) + 0x4000) >> 15);
}

#[inline(always)]
fn clamp(x: i32) -> i16 {
    x.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

macro_rules! narrow {
    ($($name:ident: $wide:ty => $narrow:ty, $n:literal;)*) => {$(
        /// The lanes of `a`, then those of `b`, read as signed.
        #[inline(always)]
        pub(crate) fn $name(a: V128, b: V128) -> V128 {
            let (a, b) = (<$wide>::split(a), <$wide>::split(b));
            let narrow = |x: $wide| x.clamp(<$narrow>::MIN.into(), <$narrow>::MAX.into()) as $narrow;
            Lane::join(from_fn(|i| narrow(if i < $n { a[i] } else { b[i - $n] })))
        }
    )*};
}

narrow! {
    i8x16_narrow_i16x8_s: i16 => i8, 8;
    i8x16_narrow_i16x8_u: i16 => u8, 8;
    i16x8_narrow_i32x4_s: i32 => i16, 4;
    i16x8_narrow_i32x4_u: i32 => u16, 4;
}
