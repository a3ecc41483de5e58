//! The vector instructions as functions on 128 bits: one for each operator of
//! the specification ("Vector Instructions"), called as it is, with `.` as `_`.
//!
//! Lane 0 is the least significant. Floating-point lanes travel as bits where
//! an operator only moves them, so that a NaN's payload survives. No operator
//! traps. All is safe code in loops over arrays, which the compiler turns into
//! the vector instructions of the processor it compiles for.

mod bitwise;
mod convert;
mod float;
mod integer;
mod integer_compare;
mod lane;
mod lanes;
mod relaxed;
mod saturating;
mod shifts;
mod widen;

pub(crate) use bitwise::*;
pub(crate) use convert::*;
pub(crate) use float::*;
pub(crate) use integer::*;
pub(crate) use integer_compare::*;
pub(crate) use lanes::*;
pub(crate) use relaxed::*;
pub(crate) use saturating::*;
pub(crate) use shifts::*;
pub(crate) use widen::*;

/// A vector: 128 bits that say nothing of their lanes, the least significant
/// byte first. Bytes, and not a `u128`: that one lives in two registers of 64
/// bits, and the compiler would not make vector instructions of what it does
/// with parts of it.
pub(crate) type V128 = [u8; 16];

#[cfg(test)]
mod tests;
