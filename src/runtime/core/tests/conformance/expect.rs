//! Whether a result is what a script expects: bits, classes of NaN, lanes,
//! kinds of references.

use wasmrun_core::{HeapType, Store, Val};
use wast::core::{NanPattern, V128Pattern, WastRetCore};

/// Whether `got` is `want`; how the two compare is left to the caller to print.
pub(crate) fn matches(store: &Store<()>, got: &Val, want: &WastRetCore<'_>) -> bool {
    match (got, want) {
        (got, WastRetCore::Either(any)) => any.iter().any(|want| matches(store, got, want)),
        (Val::I32(x), WastRetCore::I32(want)) => x == want,
        (Val::I64(x), WastRetCore::I64(want)) => x == want,
        (Val::F32(x), WastRetCore::F32(want)) => single(*x, want),
        (Val::F64(x), WastRetCore::F64(want)) => double(*x, want),
        (Val::V128(x), WastRetCore::V128(want)) => vector(*x, want),
        (
            Val::FuncRef(None) | Val::ExternRef(None) | Val::AnyRef(None) | Val::ExnRef(None),
            WastRetCore::RefNull(_),
        ) => true,
        (Val::AnyRef(Some(any)), want) => {
            let kind = any.kind(store);
            match want {
                WastRetCore::RefAny | WastRetCore::RefExtern(None) => true,
                WastRetCore::RefHost(number) => {
                    *got == Val::AnyRef(Some(wasmrun_core::AnyRef::host(wasmrun_core::ExternRef(
                        *number,
                    ))))
                }
                WastRetCore::RefEq => kind != HeapType::Extern,
                WastRetCore::RefI31 => kind == HeapType::I31,
                WastRetCore::RefStruct => kind == HeapType::Struct,
                WastRetCore::RefArray => kind == HeapType::Array,
                _ => false,
            }
        }
        (Val::FuncRef(Some(_)), WastRetCore::RefFunc(_)) => true,
        (Val::ExternRef(Some(_)), WastRetCore::RefExtern(None)) => true,
        (Val::ExternRef(Some(got)), WastRetCore::RefExtern(Some(want))) => got.0 == *want,
        _ => false,
    }
}

fn single(x: u32, want: &NanPattern<wast::token::F32>) -> bool {
    match want {
        NanPattern::Value(want) => x == want.bits,
        NanPattern::CanonicalNan => x & 0x7fff_ffff == 0x7fc0_0000,
        NanPattern::ArithmeticNan => x & 0x7fc0_0000 == 0x7fc0_0000,
    }
}

fn double(x: u64, want: &NanPattern<wast::token::F64>) -> bool {
    const QUIET: u64 = 0x7ff8_0000_0000_0000;
    match want {
        NanPattern::Value(want) => x == want.bits,
        NanPattern::CanonicalNan => x & (u64::MAX >> 1) == QUIET,
        NanPattern::ArithmeticNan => x & QUIET == QUIET,
    }
}

fn vector(x: u128, want: &V128Pattern) -> bool {
    let bytes = x.to_le_bytes();
    match want {
        V128Pattern::I8x16(want) => bytes == want.map(|lane| lane as u8),
        V128Pattern::I16x8(want) => bytes.as_chunks().0 == want.map(i16::to_le_bytes),
        V128Pattern::I32x4(want) => bytes.as_chunks().0 == want.map(i32::to_le_bytes),
        V128Pattern::I64x2(want) => bytes.as_chunks().0 == want.map(i64::to_le_bytes),
        V128Pattern::F32x4(want) => {
            let lanes = bytes
                .as_chunks()
                .0
                .iter()
                .map(|lane| u32::from_le_bytes(*lane));
            lanes.zip(want).all(|(lane, want)| single(lane, want))
        }
        V128Pattern::F64x2(want) => {
            let lanes = bytes
                .as_chunks()
                .0
                .iter()
                .map(|lane| u64::from_le_bytes(*lane));
            lanes.zip(want).all(|(lane, want)| double(lane, want))
        }
    }
}
