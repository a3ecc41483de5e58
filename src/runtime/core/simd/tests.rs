//! Every operator against its definition, lane by lane in 128-bit integers.
//! Lanes are drawn from the edges of their width as often as at random.

use proptest::prelude::*;

use super::*;
use crate::numeric;

fn vectors() -> impl Strategy<Value = V128> {
    let edges = |width: u32| {
        let top = 1u128 << (width - 1);
        let edge = prop::sample::select(vec![0, 1, 2, top - 1, top, top + 1, 2 * top - 1]);
        prop::collection::vec(edge, 128 / width as usize).prop_map(move |l| join(width, l))
    };
    let floats = prop::sample::select(vec![
        0.0,
        -0.0,
        0.5,
        -1.5,
        2.5,
        1e10,
        -1e10,
        1e300,
        f64::NAN,
        -f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        2_147_483_647.5,
        -2_147_483_648.5,
        4_294_967_295.5,
        1e-310,
    ]);
    let singles = prop::collection::vec(floats.clone(), 4)
        .prop_map(|l| join(32, l.iter().map(|&x| u128::from((x as f32).to_bits()))));
    let doubles = prop::collection::vec(floats, 2)
        .prop_map(|l| join(64, l.iter().map(|x| u128::from(x.to_bits()))));
    prop_oneof![
        any::<V128>(),
        edges(8),
        edges(16),
        edges(32),
        edges(64),
        singles,
        doubles
    ]
}

/// The lanes of `v`, as unsigned numbers.
fn split(width: u32, v: V128) -> Vec<i128> {
    let mask = (1u128 << width) - 1;
    let v = u128::from_le_bytes(v);
    (0..128 / width)
        .map(|i| (v >> (i * width) & mask) as i128)
        .collect()
}

fn join(width: u32, lanes: impl IntoIterator<Item = u128>) -> V128 {
    let mask = (1u128 << width) - 1;
    let place = |(i, lane): (usize, u128)| (lane & mask) << (i as u32 * width);
    let bits = lanes
        .into_iter()
        .enumerate()
        .map(place)
        .fold(0, |v, lane| v | lane);
    bits.to_le_bytes()
}

fn signed(width: u32, lane: i128) -> i128 {
    lane << (128 - width) >> (128 - width)
}

/// How an operator reads its lanes.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    S,
    U,
}
use Sign::{S, U};

fn read(width: u32, sign: Sign, v: V128) -> Vec<i128> {
    let lanes = split(width, v).into_iter();
    lanes
        .map(|lane| if sign == S { signed(width, lane) } else { lane })
        .collect()
}

fn clamp(width: u32, sign: Sign, x: i128) -> i128 {
    match sign {
        S => x.clamp(-(1 << (width - 1)), (1 << (width - 1)) - 1),
        U => x.clamp(0, (1 << width) - 1),
    }
}

fn write(width: u32, lanes: impl IntoIterator<Item = i128>) -> V128 {
    join(width, lanes.into_iter().map(|lane| lane as u128))
}

fn naive1(width: u32, sign: Sign, a: V128, f: impl Fn(i128) -> i128) -> V128 {
    write(width, read(width, sign, a).into_iter().map(f))
}

fn naive2(width: u32, sign: Sign, a: V128, b: V128, f: impl Fn(i128, i128) -> i128) -> V128 {
    let (a, b) = (read(width, sign, a), read(width, sign, b));
    write(width, a.into_iter().zip(b).map(|(a, b)| f(a, b)))
}

type Question = fn(V128) -> i32;
type Shift = fn(V128, i32) -> V128;

fn mask(holds: bool) -> i128 {
    -i128::from(holds)
}

macro_rules! check2 {
    ($a:ident, $b:ident; $($($name:ident)+ = $sign:ident $f:expr;)*) => {$(
        for (name, op, width) in [$((stringify!($name), $name as fn(V128, V128) -> V128, width(stringify!($name)))),+] {
            let f: &dyn Fn(u32, i128, i128) -> i128 = &$f;
            let want = naive2(width, $sign, $a, $b, |x, y| f(width, x, y));
            prop_assert_eq!(op($a, $b), want, "{}({:02x?}, {:02x?}) is not {:02x?}", name, $a, $b, want);
        }
    )*};
}

macro_rules! check1 {
    ($a:ident; $($($name:ident)+ = $sign:ident $f:expr;)*) => {$(
        for (name, op, width) in [$((stringify!($name), $name as fn(V128) -> V128, width(stringify!($name)))),+] {
            let want = naive1(width, $sign, $a, $f);
            prop_assert_eq!(op($a), want, "{}({:02x?}) is not {:02x?}", name, $a, want);
        }
    )*};
}

/// Of the lanes, as the name tells it.
fn width(name: &str) -> u32 {
    let digits = name[1..].split('x').next();
    digits.and_then(|w| w.parse().ok()).expect("a shape")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn integer_arithmetic(a in vectors(), b in vectors()) {
        check2! { a, b;
            i8x16_add i16x8_add i32x4_add i64x2_add = U |_, x, y| x + y;
            i8x16_sub i16x8_sub i32x4_sub i64x2_sub = U |_, x, y| x - y;
            i16x8_mul i32x4_mul i64x2_mul = U |_, x, y| x.wrapping_mul(y);
            i8x16_min_s i16x8_min_s i32x4_min_s = S |_, x, y| x.min(y);
            i8x16_min_u i16x8_min_u i32x4_min_u = U |_, x, y| x.min(y);
            i8x16_max_s i16x8_max_s i32x4_max_s = S |_, x, y| x.max(y);
            i8x16_max_u i16x8_max_u i32x4_max_u = U |_, x, y| x.max(y);
            i8x16_avgr_u i16x8_avgr_u = U |_, x, y| (x + y + 1) / 2;
            i8x16_add_sat_s i16x8_add_sat_s = S |w, x, y| clamp(w, S, x + y);
            i8x16_add_sat_u i16x8_add_sat_u = U |w, x, y| clamp(w, U, x + y);
            i8x16_sub_sat_s i16x8_sub_sat_s = S |w, x, y| clamp(w, S, x - y);
            i8x16_sub_sat_u i16x8_sub_sat_u = U |w, x, y| clamp(w, U, x - y);
            i16x8_q15mulr_sat_s i16x8_relaxed_q15mulr_s = S |w, x, y| clamp(w, S, (x * y + 0x4000) >> 15);
        }
        check1! { a;
            i8x16_abs i16x8_abs i32x4_abs i64x2_abs = S i128::abs;
            i8x16_neg i16x8_neg i32x4_neg i64x2_neg = S |x| -x;
            i8x16_popcnt = U |x| i128::from(x.count_ones());
        }
    }

    #[test]
    fn integer_comparisons(a in vectors(), b in vectors(), same in any::<bool>()) {
        // Often the same lanes, some of them a little different.
        let b = if same { v128_xor(a, naive1(8, U, b, |x| x / 200)) } else { b };
        check2! { a, b;
            i8x16_eq i16x8_eq i32x4_eq i64x2_eq = U |_, x, y| mask(x == y);
            i8x16_ne i16x8_ne i32x4_ne i64x2_ne = U |_, x, y| mask(x != y);
            i8x16_lt_s i16x8_lt_s i32x4_lt_s i64x2_lt_s = S |_, x, y| mask(x < y);
            i8x16_gt_s i16x8_gt_s i32x4_gt_s i64x2_gt_s = S |_, x, y| mask(x > y);
            i8x16_le_s i16x8_le_s i32x4_le_s i64x2_le_s = S |_, x, y| mask(x <= y);
            i8x16_ge_s i16x8_ge_s i32x4_ge_s i64x2_ge_s = S |_, x, y| mask(x >= y);
            i8x16_lt_u i16x8_lt_u i32x4_lt_u = U |_, x, y| mask(x < y);
            i8x16_gt_u i16x8_gt_u i32x4_gt_u = U |_, x, y| mask(x > y);
            i8x16_le_u i16x8_le_u i32x4_le_u = U |_, x, y| mask(x <= y);
            i8x16_ge_u i16x8_ge_u i32x4_ge_u = U |_, x, y| mask(x >= y);
        }
    }

    #[test]
    fn bits(a in vectors(), b in vectors(), c in vectors()) {
        prop_assert_eq!(v128_not(a), naive1(64, U, a, |x| !x));
        prop_assert_eq!(v128_and(a, b), naive2(64, U, a, b, |x, y| x & y));
        prop_assert_eq!(v128_andnot(a, b), naive2(64, U, a, b, |x, y| x & !y));
        prop_assert_eq!(v128_or(a, b), naive2(64, U, a, b, |x, y| x | y));
        prop_assert_eq!(v128_xor(a, b), naive2(64, U, a, b, |x, y| x ^ y));
        let [x, y, m] = [a, b, c].map(u128::from_le_bytes);
        let select = ((x & m) | (y & !m)).to_le_bytes();
        prop_assert_eq!(v128_bitselect(a, b, c), select);
        for relaxed in [i8x16_relaxed_laneselect, i16x8_relaxed_laneselect, i32x4_relaxed_laneselect, i64x2_relaxed_laneselect] {
            prop_assert_eq!(relaxed(a, b, c), select);
        }
        prop_assert_eq!(v128_any_true(a), i32::from(a != [0; 16]));
        prop_assert_eq!(v128_any_true([0; 16]), 0);
        let questions: [(u32, Question, Question); 4] = [
            (8, i8x16_all_true, i8x16_bitmask), (16, i16x8_all_true, i16x8_bitmask),
            (32, i32x4_all_true, i32x4_bitmask), (64, i64x2_all_true, i64x2_bitmask),
        ];
        for (width, all_true, bitmask) in questions {
            for v in [a, v128_or(a, v128_or(b, c))] {
                let lanes = read(width, S, v);
                prop_assert_eq!(all_true(v), i32::from(lanes.iter().all(|&x| x != 0)));
                let signs = lanes.iter().rev().fold(0, |m, &x| m << 1 | i32::from(x < 0));
                prop_assert_eq!(bitmask(v), signs);
            }
        }
    }

    #[test]
    fn shifts(a in vectors(), by in any::<i32>(), small in 0..130i32) {
        for by in [by, small] {
            let k = |w: u32| by as u32 % w;
            let all: [(u32, [Shift; 3]); 4] = [
                (8, [i8x16_shl, i8x16_shr_s, i8x16_shr_u]), (16, [i16x8_shl, i16x8_shr_s, i16x8_shr_u]),
                (32, [i32x4_shl, i32x4_shr_s, i32x4_shr_u]), (64, [i64x2_shl, i64x2_shr_s, i64x2_shr_u]),
            ];
            for (w, [shl, shr_s, shr_u]) in all {
                prop_assert_eq!(shl(a, by), naive1(w, U, a, |x| x << k(w)));
                prop_assert_eq!(shr_s(a, by), naive1(w, S, a, |x| x >> k(w)));
                prop_assert_eq!(shr_u(a, by), naive1(w, U, a, |x| x >> k(w)));
            }
        }
    }

    #[test]
    fn lanes_by_number(a in vectors(), b in vectors(), x in any::<u64>(), picks in any::<[u8; 16]>()) {
        prop_assert_eq!(i8x16_splat(x as i32), write(8, [x.into(); 16]));
        prop_assert_eq!(i16x8_splat(x as i32), write(16, [x.into(); 8]));
        prop_assert_eq!(i32x4_splat(x as i32), write(32, [x.into(); 4]));
        prop_assert_eq!(f32x4_splat(x as u32), write(32, [x.into(); 4]));
        prop_assert_eq!(i64x2_splat(x as i64), write(64, [x.into(); 2]));
        prop_assert_eq!(f64x2_splat(x), write(64, [x.into(); 2]));
        let replaced = |width, lane: u8| {
            let mut lanes = split(width, a);
            lanes[usize::from(lane)] = x.into();
            write(width, lanes)
        };
        for lane in 0..16 {
            let at = usize::from(lane);
            prop_assert_eq!(i128::from(i8x16_extract_lane_s(a, lane)), read(8, S, a)[at]);
            prop_assert_eq!(i128::from(i8x16_extract_lane_u(a, lane)), read(8, U, a)[at]);
            prop_assert_eq!(i8x16_replace_lane(a, lane, x as i32), replaced(8, lane));
        }
        for lane in 0..8 {
            let at = usize::from(lane);
            prop_assert_eq!(i128::from(i16x8_extract_lane_s(a, lane)), read(16, S, a)[at]);
            prop_assert_eq!(i128::from(i16x8_extract_lane_u(a, lane)), read(16, U, a)[at]);
            prop_assert_eq!(i16x8_replace_lane(a, lane, x as i32), replaced(16, lane));
        }
        for lane in 0..4 {
            prop_assert_eq!(i128::from(i32x4_extract_lane(a, lane)), read(32, S, a)[usize::from(lane)]);
            prop_assert_eq!(i128::from(f32x4_extract_lane(a, lane)), read(32, U, a)[usize::from(lane)]);
            prop_assert_eq!(i32x4_replace_lane(a, lane, x as i32), replaced(32, lane));
            prop_assert_eq!(f32x4_replace_lane(a, lane, x as u32), replaced(32, lane));
        }
        for lane in 0..2 {
            prop_assert_eq!(i128::from(i64x2_extract_lane(a, lane)), read(64, S, a)[usize::from(lane)]);
            prop_assert_eq!(i128::from(f64x2_extract_lane(a, lane)), read(64, U, a)[usize::from(lane)]);
            prop_assert_eq!(i64x2_replace_lane(a, lane, x as i64), replaced(64, lane));
            prop_assert_eq!(f64x2_replace_lane(a, lane, x), replaced(64, lane));
        }
        let both = [split(8, a), split(8, b)].concat();
        let lanes = picks.map(|p| p % 32);
        prop_assert_eq!(i8x16_shuffle(a, b, lanes), write(8, lanes.map(|p| both[usize::from(p)])));
        for s in [picks, picks.map(|p| p % 20)] {
            let want = naive1(8, U, s, |i| split(8, a).get(i as usize).copied().unwrap_or(0));
            prop_assert_eq!(i8x16_swizzle(a, s), want);
            prop_assert_eq!(i8x16_relaxed_swizzle(a, s), want);
        }
    }
}

mod float;
mod wide;
