//! Operators between lanes of different widths.

use super::*;

fn low(width: u32, sign: Sign, v: V128) -> Vec<i128> {
    let lanes = read(width, sign, v);
    lanes[..lanes.len() / 2].to_vec()
}

fn high(width: u32, sign: Sign, v: V128) -> Vec<i128> {
    let lanes = read(width, sign, v);
    lanes[lanes.len() / 2..].to_vec()
}

fn products(a: Vec<i128>, b: Vec<i128>) -> Vec<i128> {
    a.into_iter().zip(b).map(|(a, b)| a * b).collect()
}

fn pairs(lanes: &[i128]) -> Vec<i128> {
    lanes.chunks(2).map(|pair| pair.iter().sum()).collect()
}

type One = fn(V128) -> V128;
type Two = fn(V128, V128) -> V128;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn halves_are_widened_and_multiplied(a in vectors(), b in vectors()) {
        let all: [(u32, Sign, One, One, Two, Two); 6] = [
            (8, S, i16x8_extend_low_i8x16_s, i16x8_extend_high_i8x16_s, i16x8_extmul_low_i8x16_s, i16x8_extmul_high_i8x16_s),
            (8, U, i16x8_extend_low_i8x16_u, i16x8_extend_high_i8x16_u, i16x8_extmul_low_i8x16_u, i16x8_extmul_high_i8x16_u),
            (16, S, i32x4_extend_low_i16x8_s, i32x4_extend_high_i16x8_s, i32x4_extmul_low_i16x8_s, i32x4_extmul_high_i16x8_s),
            (16, U, i32x4_extend_low_i16x8_u, i32x4_extend_high_i16x8_u, i32x4_extmul_low_i16x8_u, i32x4_extmul_high_i16x8_u),
            (32, S, i64x2_extend_low_i32x4_s, i64x2_extend_high_i32x4_s, i64x2_extmul_low_i32x4_s, i64x2_extmul_high_i32x4_s),
            (32, U, i64x2_extend_low_i32x4_u, i64x2_extend_high_i32x4_u, i64x2_extmul_low_i32x4_u, i64x2_extmul_high_i32x4_u),
        ];
        for (w, sign, extend_low, extend_high, extmul_low, extmul_high) in all {
            prop_assert_eq!(extend_low(a), write(2 * w, low(w, sign, a)));
            prop_assert_eq!(extend_high(a), write(2 * w, high(w, sign, a)));
            prop_assert_eq!(extmul_low(a, b), write(2 * w, products(low(w, sign, a), low(w, sign, b))));
            prop_assert_eq!(extmul_high(a, b), write(2 * w, products(high(w, sign, a), high(w, sign, b))));
        }
    }

    #[test]
    fn neighbours_are_summed(a in vectors(), b in vectors(), c in vectors()) {
        let all: [(u32, Sign, One); 4] = [
            (8, S, i16x8_extadd_pairwise_i8x16_s), (8, U, i16x8_extadd_pairwise_i8x16_u),
            (16, S, i32x4_extadd_pairwise_i16x8_s), (16, U, i32x4_extadd_pairwise_i16x8_u),
        ];
        for (w, sign, op) in all {
            prop_assert_eq!(op(a), write(2 * w, pairs(&read(w, sign, a))));
        }
        let dot = pairs(&products(read(16, S, a), read(16, S, b)));
        prop_assert_eq!(i32x4_dot_i16x8_s(a, b), write(32, dot));
        let dot = write(16, pairs(&products(read(8, S, a), read(8, S, b))));
        prop_assert_eq!(i16x8_relaxed_dot_i8x16_i7x16_s(a, b), dot);
        let sums = pairs(&read(16, S, dot)).into_iter().zip(read(32, S, c)).map(|(x, y)| x + y);
        prop_assert_eq!(i32x4_relaxed_dot_i8x16_i7x16_add_s(a, b, c), write(32, sums));
    }

    #[test]
    fn lanes_are_narrowed_with_saturation(a in vectors(), b in vectors()) {
        let all: [(u32, Sign, Two); 4] = [
            (16, S, i8x16_narrow_i16x8_s), (16, U, i8x16_narrow_i16x8_u),
            (32, S, i16x8_narrow_i32x4_s), (32, U, i16x8_narrow_i32x4_u),
        ];
        for (w, sign, op) in all {
            let lanes = [read(w, S, a), read(w, S, b)].concat();
            prop_assert_eq!(op(a, b), write(w / 2, lanes.into_iter().map(|x| clamp(w / 2, sign, x))));
        }
    }
}

#[test]
fn the_least_numbers_wrap_in_dot_products() {
    let least = i16x8_splat(-32768);
    assert_eq!(i32x4_dot_i16x8_s(least, least), i32x4_splat(i32::MIN));
    let least = i8x16_splat(-128);
    assert_eq!(
        i16x8_relaxed_dot_i8x16_i7x16_s(least, least),
        i16x8_splat(-32768)
    );
}
