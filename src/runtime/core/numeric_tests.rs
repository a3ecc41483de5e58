//! Against the standard library, exact integer arithmetic, and the tables of
//! the specification.

use std::hint::black_box;

use super::*;
use NumericTrap::{DivideByZero, InvalidConversion, Overflow};

const EDGES: &[f64] = &[
    0.0,
    0.25,
    0.5,
    0.75,
    1.0,
    1.5,
    2.5,
    3.5,
    4_194_303.5,
    4_194_304.5,
    8_388_607.0,
    8_388_607.5,
    8_388_608.0,
    16_777_217.0,
    2_147_483_647.0,
    2_147_483_647.5,
    2_147_483_648.0,
    4_294_967_295.0,
    4_294_967_295.9,
    4_294_967_296.0,
    4_503_599_627_370_495.5,
    4_503_599_627_370_496.0,
    9_223_372_036_854_775_807.0,
    18_446_744_073_709_551_615.0,
    1e300,
    f64::INFINITY,
    f64::MIN_POSITIVE,
    5e-324,
    0.499_999_999_999_999_94,
    1e-45,
];

fn doubles() -> impl Iterator<Item = f64> {
    EDGES.iter().flat_map(|&x| [x, -x])
}

fn singles() -> impl Iterator<Item = f32> {
    doubles().map(|x| x as f32)
}

#[test]
fn rounding_is_that_of_the_standard_library() {
    for x in doubles() {
        assert_eq!(
            f64_nearest(x).to_bits(),
            x.round_ties_even().to_bits(),
            "{x}"
        );
        assert_eq!(f64_ceil(x).to_bits(), x.ceil().to_bits(), "{x}");
        assert_eq!(f64_floor(x).to_bits(), x.floor().to_bits(), "{x}");
        assert_eq!(f64_trunc(x).to_bits(), x.trunc().to_bits(), "{x}");
    }
    // Every exponent and sign, with mantissas of many shapes.
    let exact = (0..=u32::MAX).step_by(4099).map(f32::from_bits);
    for x in singles().chain(exact.filter(|x| !x.is_nan())) {
        assert_eq!(
            f32_nearest(x).to_bits(),
            x.round_ties_even().to_bits(),
            "{x}"
        );
        assert_eq!(f32_ceil(x).to_bits(), x.ceil().to_bits(), "{x}");
        assert_eq!(f32_floor(x).to_bits(), x.floor().to_bits(), "{x}");
        assert_eq!(f32_trunc(x).to_bits(), x.trunc().to_bits(), "{x}");
    }
}

#[test]
fn a_nan_comes_out_quiet() {
    for (signalling, quiet) in [(0x7fa1_2345, 0x7fe1_2345), (0xff81_0000, 0xffc1_0000)] {
        let x = black_box(f32::from_bits(signalling));
        for op in [f32_nearest, f32_ceil, f32_floor, f32_trunc] {
            assert_eq!(op(x).to_bits(), quiet);
        }
        for op in [f32_min, f32_max] {
            assert_eq!(op(x, 1.0).to_bits(), f32::NAN.to_bits());
            assert_eq!(op(-0.0, x).to_bits(), f32::NAN.to_bits());
        }
    }
    let signalling = black_box(f64::from_bits(0xfff4_0000_dead_beef));
    for op in [f64_nearest, f64_ceil, f64_floor, f64_trunc] {
        assert_eq!(op(signalling).to_bits(), 0xfffc_0000_dead_beef);
    }
    for op in [f64_min, f64_max] {
        assert_eq!(op(signalling, f64::INFINITY).to_bits(), f64::NAN.to_bits());
    }
}

#[test]
fn the_pseudo_operators_pick_bits_and_compare_zeros_as_equal() {
    let nan = f32::from_bits(0x7fa0_0001);
    assert_eq!(f32_pmin(nan, 1.0).to_bits(), nan.to_bits());
    assert_eq!(f32_pmax(1.0, nan), 1.0);
    assert_eq!(f32_pmin(0.0, -0.0).to_bits(), 0);
    assert_eq!(f64_pmax(-0.0, 0.0).to_bits(), (-0.0f64).to_bits());
    assert_eq!((f64_pmin(2.0, 1.0), f64_pmax(2.0, 3.0)), (1.0, 3.0));
}

#[test]
fn zeros_are_ordered_by_sign() {
    for (a, b) in [(0.0, -0.0), (-0.0, 0.0)] {
        assert!(f32_min(a, b).is_sign_negative() && f32_max(a, b).is_sign_positive());
        let (a, b) = (f64::from(a), f64::from(b));
        assert!(f64_min(a, b).is_sign_negative() && f64_max(a, b).is_sign_positive());
    }
    assert!(f32_max(-0.0, -0.0).is_sign_negative() && f64_min(0.0, 0.0).is_sign_positive());
    assert_eq!((f32_min(1.0, -2.0), f32_max(1.0, -2.0)), (-2.0, 1.0));
    assert_eq!(
        (f64_min(f64::NEG_INFINITY, 3.0), f64_max(3.0, f64::INFINITY)),
        (f64::NEG_INFINITY, f64::INFINITY)
    );
}

/// The truncation in 128-bit integers, which hold every number that fits.
fn exact(x: f64, least: i128, most: i128) -> Result<i128, NumericTrap> {
    if x.is_nan() {
        return Err(InvalidConversion);
    }
    let whole = x as i128;
    if (least..=most).contains(&whole) {
        Ok(whole)
    } else {
        Err(Overflow)
    }
}

#[test]
fn truncation_traps_outside_of_the_range_and_only_there() {
    fn wide<T: Into<i128>>(r: Result<T, NumericTrap>) -> Result<i128, NumericTrap> {
        r.map(Into::into)
    }
    let near = doubles()
        .flat_map(|x| [x, x.next_up(), x.next_down(), x - 1.0, x + 1.0])
        .chain([f64::NAN]);
    for x in near {
        let (s32, u32s) = ((i32::MIN.into(), i32::MAX.into()), (0, u32::MAX.into()));
        let (s64, u64s) = ((i64::MIN.into(), i64::MAX.into()), (0, u64::MAX.into()));
        assert_eq!(wide(i32_trunc_f64_s(x)), exact(x, s32.0, s32.1), "{x}");
        assert_eq!(wide(i32_trunc_f64_u(x)), exact(x, u32s.0, u32s.1), "{x}");
        assert_eq!(wide(i64_trunc_f64_s(x)), exact(x, s64.0, s64.1), "{x}");
        assert_eq!(wide(i64_trunc_f64_u(x)), exact(x, u64s.0, u64s.1), "{x}");
        for x in [x as f32, (x as f32).next_up(), (x as f32).next_down()] {
            let d = f64::from(x);
            assert_eq!(wide(i32_trunc_f32_s(x)), exact(d, s32.0, s32.1), "{x}");
            assert_eq!(wide(i32_trunc_f32_u(x)), exact(d, u32s.0, u32s.1), "{x}");
            assert_eq!(wide(i64_trunc_f32_s(x)), exact(d, s64.0, s64.1), "{x}");
            assert_eq!(wide(i64_trunc_f32_u(x)), exact(d, u64s.0, u64s.1), "{x}");
        }
    }
}

#[test]
fn saturation_takes_the_nearest_number_and_zero_for_a_nan() {
    assert_eq!(i32_trunc_sat_f32_s(f32::NAN), 0);
    assert_eq!(i32_trunc_sat_f32_u(-5.0), 0);
    assert_eq!(i32_trunc_sat_f64_s(-1e10), i32::MIN);
    assert_eq!(i32_trunc_sat_f64_u(4_294_967_295.9), u32::MAX);
    assert_eq!(i64_trunc_sat_f32_s(f32::INFINITY), i64::MAX);
    assert_eq!(i64_trunc_sat_f32_u(f32::INFINITY), u64::MAX);
    assert_eq!(i64_trunc_sat_f64_s(-1.9), -1);
    assert_eq!(i64_trunc_sat_f64_u(f64::NAN), 0);
}

#[test]
fn division_traps_by_its_kind() {
    assert_eq!(i32_div_s(1, 0), Err(DivideByZero));
    assert_eq!(i32_div_s(i32::MIN, -1), Err(Overflow));
    assert_eq!(i32_div_s(-7, 2), Ok(-3));
    assert_eq!(i32_div_u(u32::MAX, 2), Ok(0x7fff_ffff));
    assert_eq!(i32_div_u(1, 0), Err(DivideByZero));
    assert_eq!(i32_rem_s(i32::MIN, -1), Ok(0));
    assert_eq!(i32_rem_s(-7, 2), Ok(-1));
    assert_eq!(i32_rem_s(7, 0), Err(DivideByZero));
    assert_eq!(i32_rem_u(7, 0), Err(DivideByZero));
    assert_eq!(i64_div_s(i64::MIN, -1), Err(Overflow));
    assert_eq!(i64_div_s(i64::MIN, 0), Err(DivideByZero));
    assert_eq!(i64_div_u(u64::MAX, u64::MAX), Ok(1));
    assert_eq!(i64_rem_s(i64::MIN, -1), Ok(0));
    assert_eq!(i64_rem_u(u64::MAX, 10), Ok(5));
    assert_eq!(i64_rem_u(0, 0), Err(DivideByZero));
    assert_eq!(i32_rem_u(9, 4), Ok(1));
    assert_eq!(i64_rem_s(-9, 4), Ok(-1));
}
