//! A vector as an array of lanes and back, and the shapes of operators on it.

use super::V128;

/// A type of lanes, of which `N` make a vector.
pub(super) trait Lane<const N: usize>: Copy {
    fn split(v: V128) -> [Self; N];
    fn join(lanes: [Self; N]) -> V128;
}

/// An array, which is not empty, by its indices. Here and in `lane!` there is
/// nothing of the library that is generic and not marked to be inlined: where it
/// is not, a handler does not end in a jump.
#[inline(always)]
pub(super) fn from_fn<T: Copy, const N: usize>(f: impl Fn(usize) -> T) -> [T; N] {
    let mut made = [f(0); N];
    let mut i = 1;
    while i < N {
        made[i] = f(i);
        i += 1;
    }
    made
}

macro_rules! lane {
    ($($lane:ident * $n:literal;)*) => {$(
        impl Lane<$n> for $lane {
            #[inline(always)]
            fn split(v: V128) -> [Self; $n] {
                let (lanes, _) = v.as_chunks();
                from_fn(|i| Self::from_le_bytes(lanes[i]))
            }

            #[inline(always)]
            #[allow(clippy::modulo_one, reason = "of bytes, each is a lane")]
            fn join(lanes: [Self; $n]) -> V128 {
                let lanes: [[u8; 16 / $n]; $n] = from_fn(|i| lanes[i].to_le_bytes());
                from_fn(|i| lanes[i / (16 / $n)][i % (16 / $n)])
            }
        }
    )*};
}

lane! {
    i8 * 16;
    u8 * 16;
    i16 * 8;
    u16 * 8;
    i32 * 4;
    u32 * 4;
    f32 * 4;
    i64 * 2;
    u64 * 2;
    f64 * 2;
}

/// Each lane by itself.
#[inline(always)]
pub(super) fn map<T: Lane<N>, R: Lane<N>, const N: usize>(a: V128, f: impl Fn(T) -> R) -> V128 {
    let a = T::split(a);
    R::join(from_fn(|i| f(a[i])))
}

/// Lane by lane of two vectors.
#[inline(always)]
pub(super) fn zip<T: Lane<N>, R: Lane<N>, const N: usize>(
    a: V128,
    b: V128,
    f: impl Fn(T, T) -> R,
) -> V128 {
    let (a, b) = (T::split(a), T::split(b));
    R::join(from_fn(|i| f(a[i], b[i])))
}

/// Operators on one vector: `name: lane => expression;`.
macro_rules! unary {
    ($($name:ident: $lane:ty => $f:expr;)*) => {$(
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            lane::map::<$lane, _, _>(a, $f)
        }
    )*};
}

/// Operators on two vectors: `name: lane => expression;`.
macro_rules! binary {
    ($($name:ident: $lane:ty => $f:expr;)*) => {$(
        #[inline(always)]
        pub(crate) fn $name(a: V128, b: V128) -> V128 {
            lane::zip::<$lane, _, _>(a, b, $f)
        }
    )*};
}

pub(super) use {binary, unary};
