//! Scalar operators on which WebAssembly is stricter than Rust: NaN and the
//! sign of zero in floating point, and what traps in division and conversion
//! (specification, "Numerics").
//!
//! A NaN result is always quiet, and its payload one that the specification
//! allows: of the NaN that came in, or canonical.

/// Why an operator has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumericTrap {
    /// "integer divide by zero"
    DivideByZero,
    /// "integer overflow"
    Overflow,
    /// "invalid conversion to integer": of a NaN.
    InvalidConversion,
}

/// Division and remainder of one width: `div_s`, `div_u`, `rem_s`, `rem_u`.
macro_rules! division {
    ($signed:ty, $unsigned:ty: $div_s:ident $div_u:ident $rem_s:ident $rem_u:ident) => {
        /// Rounds toward zero. Traps on a zero divisor, and where the
        /// quotient does not fit.
        #[inline(always)]
        pub(crate) fn $div_s(a: $signed, b: $signed) -> Result<$signed, NumericTrap> {
            if b == 0 {
                return Err(NumericTrap::DivideByZero);
            }
            a.checked_div(b).ok_or(NumericTrap::Overflow)
        }

        /// Traps on a zero divisor.
        #[inline(always)]
        pub(crate) fn $div_u(a: $unsigned, b: $unsigned) -> Result<$unsigned, NumericTrap> {
            a.checked_div(b).ok_or(NumericTrap::DivideByZero)
        }

        /// Has the sign of `a`. Traps on a zero divisor alone: the least
        /// number modulo -1 is 0.
        #[inline(always)]
        pub(crate) fn $rem_s(a: $signed, b: $signed) -> Result<$signed, NumericTrap> {
            if b == 0 {
                return Err(NumericTrap::DivideByZero);
            }
            Ok(a.wrapping_rem(b))
        }

        /// Traps on a zero divisor.
        #[inline(always)]
        pub(crate) fn $rem_u(a: $unsigned, b: $unsigned) -> Result<$unsigned, NumericTrap> {
            a.checked_rem(b).ok_or(NumericTrap::DivideByZero)
        }
    };
}

division!(i32, u32: i32_div_s i32_div_u i32_rem_s i32_rem_u);
division!(i64, u64: i64_div_s i64_div_u i64_rem_s i64_rem_u);

/// Truncations that trap, with the open or closed range of what fits.
macro_rules! truncations {
    ($($name:ident: $float:ty => $int:ty, $x:ident if $fits:expr;)*) => {$(
        /// Rounds toward zero. Traps on a NaN and on what does not fit.
        #[inline(always)]
        pub(crate) fn $name($x: $float) -> Result<$int, NumericTrap> {
            if $fits {
                Ok($x as $int)
            } else if $x.is_nan() {
                Err(NumericTrap::InvalidConversion)
            } else {
                Err(NumericTrap::Overflow)
            }
        }
    )*};
}

// Each bound is a number of its type, so that the comparison is exact.
truncations! {
    i32_trunc_f32_s: f32 => i32, x if (-2_147_483_648.0..2_147_483_648.0).contains(&x);
    i32_trunc_f32_u: f32 => u32, x if x > -1.0 && x < 4_294_967_296.0;
    i32_trunc_f64_s: f64 => i32, x if x > -2_147_483_649.0 && x < 2_147_483_648.0;
    i32_trunc_f64_u: f64 => u32, x if x > -1.0 && x < 4_294_967_296.0;
    i64_trunc_f32_s: f32 => i64, x if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x);
    i64_trunc_f32_u: f32 => u64, x if x > -1.0 && x < 18_446_744_073_709_551_616.0;
    i64_trunc_f64_s: f64 => i64, x if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x);
    i64_trunc_f64_u: f64 => u64, x if x > -1.0 && x < 18_446_744_073_709_551_616.0;
}

/// Truncations that saturate: a NaN is 0. That is what `as` means.
macro_rules! saturations {
    ($($name:ident: $float:ty => $int:ty;)*) => {$(
        /// Rounds toward zero; the nearest number where it does not fit, and 0 for a NaN.
        #[inline(always)]
        pub(crate) fn $name(x: $float) -> $int {
            x as $int
        }
    )*};
}

saturations! {
    i32_trunc_sat_f32_s: f32 => i32;
    i32_trunc_sat_f32_u: f32 => u32;
    i32_trunc_sat_f64_s: f64 => i32;
    i32_trunc_sat_f64_u: f64 => u32;
    i64_trunc_sat_f32_s: f32 => i64;
    i64_trunc_sat_f32_u: f32 => u64;
    i64_trunc_sat_f64_s: f64 => i64;
    i64_trunc_sat_f64_u: f64 => u64;
}

/// Whether the processor rounds to an integral number in one instruction.
/// Elsewhere the standard library calls C's, which is slow, keeps a loop over
/// lanes from becoming vector code, and need not quiet a NaN.
const ROUNDS: bool = cfg!(any(
    target_arch = "aarch64",
    all(target_arch = "x86_64", target_feature = "sse4.1")
));

/// The floating-point operators of one width. `$big` is the least number from
/// which on every number is integral. Choices are between values that are
/// there already: without branches, a loop over lanes becomes vector code.
macro_rules! floats {
    ($float:ident, $big:literal: $min:ident $max:ident $pmin:ident $pmax:ident
     $nearest:ident $ceil:ident $floor:ident $trunc:ident $near:ident $rounded:ident) => {
        /// The lesser; -0 is less than +0, and of a NaN comes the canonical one.
        #[inline(always)]
        pub(crate) fn $min(a: $float, b: $float) -> $float {
            // The two differ only for zeros, where the sign is the `or`.
            let (x, y) = ($pmin(a, b), $pmin(b, a));
            let least = $float::from_bits(x.to_bits() | y.to_bits());
            if a.is_nan() | b.is_nan() {
                $float::NAN
            } else {
                least
            }
        }

        /// The greater; +0 is greater than -0, and of a NaN comes the canonical one.
        #[inline(always)]
        pub(crate) fn $max(a: $float, b: $float) -> $float {
            let (x, y) = ($pmax(a, b), $pmax(b, a));
            let most = $float::from_bits(x.to_bits() & y.to_bits());
            if a.is_nan() | b.is_nan() {
                $float::NAN
            } else {
                most
            }
        }

        /// `b < a ? b : a`, with its bits unchanged.
        #[inline(always)]
        pub(crate) fn $pmin(a: $float, b: $float) -> $float {
            if b < a { b } else { a }
        }

        /// `a < b ? b : a`, with its bits unchanged.
        #[inline(always)]
        pub(crate) fn $pmax(a: $float, b: $float) -> $float {
            if a < b { b } else { a }
        }

        /// To the nearest integral number, for those less than `$big`: the sum
        /// has no room for a fraction.
        #[inline(always)]
        fn $near(x: $float) -> $float {
            ((x.abs() + $big) - $big).copysign(x)
        }

        /// `r` with the sign of `x`; `x` itself where it has no fraction, and
        /// quiet where it is a NaN.
        #[inline(always)]
        fn $rounded(x: $float, r: $float) -> $float {
            let (r, whole) = (r.copysign(x), x + 0.0);
            if x.abs() < $big { r } else { whole }
        }

        /// The nearest integral number, the even one of two.
        #[inline(always)]
        pub(crate) fn $nearest(x: $float) -> $float {
            $rounded(
                x,
                if ROUNDS {
                    x.round_ties_even()
                } else {
                    $near(x)
                },
            )
        }

        /// The least integral number that is not less.
        #[inline(always)]
        pub(crate) fn $ceil(x: $float) -> $float {
            if ROUNDS {
                return $rounded(x, x.ceil());
            }
            let near = $near(x);
            $rounded(x, near + if near < x { 1.0 } else { 0.0 })
        }

        /// The greatest integral number that is not greater.
        #[inline(always)]
        pub(crate) fn $floor(x: $float) -> $float {
            if ROUNDS {
                return $rounded(x, x.floor());
            }
            let near = $near(x);
            $rounded(x, near - if near > x { 1.0 } else { 0.0 })
        }

        /// The integral number toward zero.
        #[inline(always)]
        pub(crate) fn $trunc(x: $float) -> $float {
            if ROUNDS {
                return $rounded(x, x.trunc());
            }
            let (far, near) = (x.abs(), $near(x.abs()));
            $rounded(x, near - if near > far { 1.0 } else { 0.0 })
        }
    };
}

floats!(f32, 8_388_608.0: f32_min f32_max f32_pmin f32_pmax
    f32_nearest f32_ceil f32_floor f32_trunc f32_near f32_rounded);
floats!(f64, 4_503_599_627_370_496.0: f64_min f64_max f64_pmin f64_pmax
    f64_nearest f64_ceil f64_floor f64_trunc f64_near f64_rounded);

#[cfg(test)]
#[path = "numeric_tests.rs"]
mod tests;
