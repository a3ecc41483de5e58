//! Floating point, lane by lane with the scalar operators. NaNs are compared
//! by class: any canonical one for canonical ones, any quiet one otherwise.

use super::*;

/// `bits` as the specification lets it come out, given what went in.
fn agrees32(got: i128, want: f32, operands: &[f32]) -> bool {
    if !want.is_nan() {
        return got == i128::from(want.to_bits());
    }
    let canonical = operands
        .iter()
        .all(|x| !x.is_nan() || x.to_bits() & 0x7fff_ffff == 0x7fc0_0000);
    let positive = got & 0x7fff_ffff;
    if canonical {
        positive == 0x7fc0_0000
    } else {
        positive >= 0x7fc0_0000
    }
}

fn agrees64(got: i128, want: f64, operands: &[f64]) -> bool {
    if !want.is_nan() {
        return got == i128::from(want.to_bits());
    }
    let quiet = 0x7ff8_0000_0000_0000;
    let canonical = operands
        .iter()
        .all(|x| !x.is_nan() || i128::from(x.to_bits()) & i128::from(i64::MAX) == quiet);
    let positive = got & i128::from(i64::MAX);
    if canonical {
        positive == quiet
    } else {
        positive >= quiet
    }
}

fn singles(v: V128) -> Vec<f32> {
    split(32, v)
        .into_iter()
        .map(|x| f32::from_bits(x as u32))
        .collect()
}

fn doubles(v: V128) -> Vec<f64> {
    split(64, v)
        .into_iter()
        .map(|x| f64::from_bits(x as u64))
        .collect()
}

macro_rules! check_floats {
    ($a:ident $b:ident $c:ident; $($op32:ident $op64:ident = |$x:ident $y:ident $z:ident $(, $args:ident)*| $f32:expr, $f64:expr;)*) => {$(
        let got = $op32($a $(, $args)*);
        for (i, got) in split(32, got).into_iter().enumerate() {
            let ($x, $y, $z) = (singles($a)[i], singles($b)[i], singles($c)[i]);
            let operands = [$x, $y, $z];
            let used = 1 + <[&str]>::len(&[$(stringify!($args)),*]);
            prop_assert!(agrees32(got, $f32, &operands[..used]), "{}: {:?} {:x}", stringify!($op32), operands, got);
        }
        let got = $op64($a $(, $args)*);
        for (i, got) in split(64, got).into_iter().enumerate() {
            let ($x, $y, $z) = (doubles($a)[i], doubles($b)[i], doubles($c)[i]);
            let operands = [$x, $y, $z];
            let used = 1 + <[&str]>::len(&[$(stringify!($args)),*]);
            prop_assert!(agrees64(got, $f64, &operands[..used]), "{}: {:?} {:x}", stringify!($op64), operands, got);
        }
    )*};
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn arithmetic(a in vectors(), b in vectors(), c in vectors()) {
        check_floats! { a b c;
            f32x4_add f64x2_add = |x y _z, b| x + y, x + y;
            f32x4_sub f64x2_sub = |x y _z, b| x - y, x - y;
            f32x4_mul f64x2_mul = |x y _z, b| x * y, x * y;
            f32x4_div f64x2_div = |x y _z, b| x / y, x / y;
            f32x4_min f64x2_min = |x y _z, b| numeric::f32_min(x, y), numeric::f64_min(x, y);
            f32x4_max f64x2_max = |x y _z, b| numeric::f32_max(x, y), numeric::f64_max(x, y);
            f32x4_relaxed_min f64x2_relaxed_min = |x y _z, b| numeric::f32_min(x, y), numeric::f64_min(x, y);
            f32x4_relaxed_max f64x2_relaxed_max = |x y _z, b| numeric::f32_max(x, y), numeric::f64_max(x, y);
            f32x4_sqrt f64x2_sqrt = |x _y _z| x.sqrt(), x.sqrt();
            f32x4_ceil f64x2_ceil = |x _y _z| x.ceil(), x.ceil();
            f32x4_floor f64x2_floor = |x _y _z| x.floor(), x.floor();
            f32x4_trunc f64x2_trunc = |x _y _z| x.trunc(), x.trunc();
            f32x4_nearest f64x2_nearest = |x _y _z| x.round_ties_even(), x.round_ties_even();
            f32x4_relaxed_madd f64x2_relaxed_madd = |x y z, b, c| x * y + z, x * y + z;
            f32x4_relaxed_nmadd f64x2_relaxed_nmadd = |x y z, b, c| z - x * y, z - x * y;
        }
    }

    #[test]
    fn signs_and_choices_keep_every_bit(a in vectors(), b in vectors()) {
        prop_assert_eq!(f32x4_abs(a), naive1(32, U, a, |x| x & 0x7fff_ffff));
        prop_assert_eq!(f32x4_neg(a), naive1(32, U, a, |x| x ^ 0x8000_0000));
        prop_assert_eq!(f64x2_abs(a), naive1(64, U, a, |x| x & i128::from(i64::MAX)));
        prop_assert_eq!(f64x2_neg(a), naive1(64, U, a, |x| x ^ (1 << 63)));
        let single = |x: i128| f32::from_bits(x as u32);
        let double = |x: i128| f64::from_bits(x as u64);
        prop_assert_eq!(f32x4_pmin(a, b), naive2(32, U, a, b, |x, y| if single(y) < single(x) { y } else { x }));
        prop_assert_eq!(f32x4_pmax(a, b), naive2(32, U, a, b, |x, y| if single(x) < single(y) { y } else { x }));
        prop_assert_eq!(f64x2_pmin(a, b), naive2(64, U, a, b, |x, y| if double(y) < double(x) { y } else { x }));
        prop_assert_eq!(f64x2_pmax(a, b), naive2(64, U, a, b, |x, y| if double(x) < double(y) { y } else { x }));
    }

    #[test]
    fn comparisons(a in vectors(), b in vectors(), same in any::<bool>()) {
        let b = if same { a } else { b };
        macro_rules! holds {
            ($($op32:ident $op64:ident $op:tt;)*) => {$(
                let want = singles(a).into_iter().zip(singles(b)).map(|(x, y)| mask(x $op y));
                prop_assert_eq!($op32(a, b), write(32, want));
                let want = doubles(a).into_iter().zip(doubles(b)).map(|(x, y)| mask(x $op y));
                prop_assert_eq!($op64(a, b), write(64, want));
            )*};
        }
        holds! {
            f32x4_eq f64x2_eq ==;
            f32x4_ne f64x2_ne !=;
            f32x4_lt f64x2_lt <;
            f32x4_gt f64x2_gt >;
            f32x4_le f64x2_le <=;
            f32x4_ge f64x2_ge >=;
        }
    }

    #[test]
    fn conversions(a in vectors()) {
        let sat = |sign: Sign, x: f64| if x.is_nan() { 0 } else { clamp(32, sign, x as i128) };
        let wide: Vec<f64> = singles(a).into_iter().map(f64::from).collect();
        for (op, relaxed, sign) in [
            (i32x4_trunc_sat_f32x4_s as fn(V128) -> V128, i32x4_relaxed_trunc_f32x4_s as fn(V128) -> V128, S),
            (i32x4_trunc_sat_f32x4_u, i32x4_relaxed_trunc_f32x4_u, U),
        ] {
            let want = write(32, wide.iter().map(|&x| sat(sign, x)));
            prop_assert_eq!(op(a), want);
            prop_assert_eq!(relaxed(a), want);
        }
        for (op, relaxed, sign) in [
            (i32x4_trunc_sat_f64x2_s_zero as fn(V128) -> V128, i32x4_relaxed_trunc_f64x2_s_zero as fn(V128) -> V128, S),
            (i32x4_trunc_sat_f64x2_u_zero, i32x4_relaxed_trunc_f64x2_u_zero, U),
        ] {
            let want = write(32, doubles(a).iter().map(|&x| sat(sign, x)));
            prop_assert_eq!(op(a), want);
            prop_assert_eq!(relaxed(a), want);
        }
        for (op32, op64, sign) in [
            (f32x4_convert_i32x4_s as fn(V128) -> V128, f64x2_convert_low_i32x4_s as fn(V128) -> V128, S),
            (f32x4_convert_i32x4_u, f64x2_convert_low_i32x4_u, U),
        ] {
            let lanes = read(32, sign, a);
            prop_assert_eq!(op32(a), join(32, lanes.iter().map(|&x| u128::from((x as f32).to_bits()))));
            prop_assert_eq!(op64(a), join(64, lanes[..2].iter().map(|&x| u128::from((x as f64).to_bits()))));
        }
        let demoted = split(32, f32x4_demote_f64x2_zero(a));
        let promoted = split(64, f64x2_promote_low_f32x4(a));
        prop_assert_eq!(&demoted[2..], &[0, 0]);
        for i in 0..2 {
            let (x, y) = (doubles(a)[i], singles(a)[i]);
            let (quiet, same) = (demoted[i] & 0x7fc0_0000 == 0x7fc0_0000, demoted[i] == i128::from((x as f32).to_bits()));
            let right = if x.is_nan() { quiet } else { same };
            prop_assert!(right, "{} {:x}", x, demoted[i]);
            let quiet = promoted[i] & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000;
            let same = promoted[i] == i128::from(f64::from(y).to_bits());
            let right = if y.is_nan() { quiet } else { same };
            prop_assert!(right, "{} {:x}", y, promoted[i]);
        }
    }
}
