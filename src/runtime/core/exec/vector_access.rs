//! Loads and stores of parts of vectors.

use super::rare::effective;
use super::regs::Regs;
use crate::error::Trap;
use crate::memory::MemoryEntity;

macro_rules! vector_loads {
    ($($name:ident $size:literal |$raw:ident| $make:expr;)*) => {
        /// Loads that make a vector of less than 16 bytes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum VectorLoad { $($name,)* }

        impl VectorLoad {
            const ALL: &[Self] = &[$(Self::$name,)*];

            fn read(self, bytes: &[u8]) -> Option<[u8; 16]> {
                match self { $(Self::$name => {
                    let $raw: [u8; $size] = *bytes.first_chunk()?;
                    Some($make)
                })* }
            }
        }
    };
}

/// Bytes, then zeros.
fn zeros<const N: usize>(raw: [u8; N]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..N].copy_from_slice(&raw);
    bytes
}

/// The same bytes over and over.
fn splat<const N: usize>(raw: [u8; N]) -> [u8; 16] {
    std::array::from_fn(|at| raw[at % N])
}

vector_loads! {
    V128 16 |raw| raw;
    Load8x8S 8 |raw| crate::simd::i16x8_extend_low_i8x16_s(zeros(raw));
    Load8x8U 8 |raw| crate::simd::i16x8_extend_low_i8x16_u(zeros(raw));
    Load16x4S 8 |raw| crate::simd::i32x4_extend_low_i16x8_s(zeros(raw));
    Load16x4U 8 |raw| crate::simd::i32x4_extend_low_i16x8_u(zeros(raw));
    Load32x2S 8 |raw| crate::simd::i64x2_extend_low_i32x4_s(zeros(raw));
    Load32x2U 8 |raw| crate::simd::i64x2_extend_low_i32x4_u(zeros(raw));
    Splat8 1 |raw| splat(raw);
    Splat16 2 |raw| splat(raw);
    Splat32 4 |raw| splat(raw);
    Splat64 8 |raw| splat(raw);
    Zero32 4 |raw| zeros(raw);
    Zero64 8 |raw| zeros(raw);
}

/// The lane of `upper`, and its size in bytes, of loads and stores of one lane:
/// 8 bits each.
fn lane(upper: u32) -> (usize, usize) {
    ((upper >> 8 & 0xff) as usize, (upper & 0xff) as usize)
}

unsafe fn bytes<'a>(r: &Regs) -> Option<&'a mut [u8]> {
    // SAFETY: as in `rare`.
    unsafe {
        let at = effective(r, 0)?;
        let memory: *mut MemoryEntity = std::ptr::with_exposed_provenance_mut(r.word(3) as usize);
        (*memory).from(at)
    }
}

/// In the upper half: this loads one lane.
pub(crate) const LANE: u32 = 1 << 24;

/// Address, and for a lane the vector; the upper half says which load, or
/// [`LANE`], lane and size.
pub(crate) unsafe fn load(r: &Regs) -> Result<(), Trap> {
    // SAFETY: as in `rare`.
    unsafe {
        let upper = r.upper();
        let value = bytes(r).and_then(|bytes| {
            if upper & LANE == 0 {
                return VectorLoad::ALL[(upper & 0xff) as usize].read(bytes);
            }
            let (lane, size) = lane(upper);
            let mut vector = r.get_v128(r.half(0) + 1);
            let at = lane * size;
            vector[at..at + size].copy_from_slice(bytes.get(..size)?);
            Some(vector)
        });
        r.set_v128(r.half(0), value.ok_or(Trap::MemoryOutOfBounds)?);
        Ok(())
    }
}

/// Address and vector; the upper half says lane and size. A whole vector is lane
/// 0 of 16 bytes.
pub(crate) unsafe fn store_lane(r: &Regs) -> Result<(), Trap> {
    // SAFETY: as in `rare`.
    unsafe {
        let (lane, size) = lane(r.upper());
        let vector = r.get_v128(r.half(0) + 1);
        let done = bytes(r).and_then(|bytes| {
            let at = lane * size;
            bytes
                .get_mut(..size)?
                .copy_from_slice(&vector[at..at + size]);
            Some(())
        });
        done.ok_or(Trap::MemoryOutOfBounds)
    }
}
