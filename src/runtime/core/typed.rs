//! Functions of the host from closures over plain types.

use crate::caller::Caller;
use crate::error::Error;
use crate::func::HostFunction;
use crate::types::{FuncType, ValType};

/// A Rust type that is a WebAssembly number.
pub trait WasmTy: Copy + 'static {
    /// The WebAssembly type.
    const TYPE: ValType;
    /// From the bits of a cell.
    fn from_cell(cell: u64) -> Self;
    /// To the bits of a cell.
    fn into_cell(self) -> u64;
}

macro_rules! wasm_ty {
    ($($ty:ty, $variant:ident, |$cell:ident| $from:expr, |$value:ident| $to:expr;)*) => {$(
        impl WasmTy for $ty {
            const TYPE: ValType = ValType::$variant;
            fn from_cell($cell: u64) -> Self { $from }
            fn into_cell(self) -> u64 { let $value = self; $to }
        }
    )*};
}

wasm_ty! {
    i32, I32, |cell| cell as i32, |value| u64::from(value.cast_unsigned());
    u32, I32, |cell| cell as u32, |value| u64::from(value);
    i64, I64, |cell| cell.cast_signed(), |value| value.cast_unsigned();
    u64, I64, |cell| cell, |value| value;
    f32, F32, |cell| Self::from_bits(cell as u32), |value| u64::from(value.to_bits());
    f64, F64, |cell| Self::from_bits(cell), |value| value.to_bits();
}

/// What a closure may return: nothing, a number, or one of these or an error.
pub trait WasmResult {
    /// The types of the results.
    fn types() -> Vec<ValType>;
    /// The result in a cell.
    ///
    /// # Errors
    /// What the closure answered.
    fn into_cell(self) -> Result<Option<u64>, Error>;
}

impl WasmResult for () {
    fn types() -> Vec<ValType> {
        Vec::new()
    }
    fn into_cell(self) -> Result<Option<u64>, Error> {
        Ok(None)
    }
}

impl<R: WasmTy> WasmResult for R {
    fn types() -> Vec<ValType> {
        vec![R::TYPE]
    }
    fn into_cell(self) -> Result<Option<u64>, Error> {
        Ok(Some(WasmTy::into_cell(self)))
    }
}

impl<R: WasmResult> WasmResult for Result<R, Error> {
    fn types() -> Vec<ValType> {
        R::types()
    }
    fn into_cell(self) -> Result<Option<u64>, Error> {
        self?.into_cell()
    }
}

/// What a closure becomes.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "closures have none")]
pub struct HostParts {
    pub(crate) ty: FuncType,
    pub(crate) host: HostFunction,
}

/// A closure that can be a function of the host:
/// `|caller: Caller<'_, T>, a: i32, b: i64| -> i32`.
pub trait IntoFunc<T, P, R>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_func(self) -> HostParts;
}

macro_rules! into_func {
    ($($name:ident)*) => {
        impl<T: 'static, F, R, $($name,)*> IntoFunc<T, ($($name,)*), R> for F
        where
            F: Fn(Caller<'_, T>, $($name),*) -> R + Send + Sync + 'static,
            R: WasmResult,
            $($name: WasmTy,)*
        {
            #[allow(unsafe_code, reason = "cells of a frame are reached through raw addresses")]
            #[allow(unused_mut, unused_variables, unused_assignments, non_snake_case, reason = "there may be no parameter")]
            fn into_func(self) -> HostParts {
                let ty = FuncType::new([$($name::TYPE),*], R::types());
                let host: HostFunction = Box::new(move |inner, data, instance, cells| {
                    let mut at = 0;
                    $(
                        // SAFETY: the frame has room for the arguments.
                        let $name = $name::from_cell(unsafe { *cells.add(at) });
                        at += 1;
                    )*
                    // SAFETY: the data is that of the store, which has the type
                    // that the function was made for.
                    let caller = unsafe { Caller::new(inner, data.cast(), instance) };
                    if let Some(cell) = self(caller, $($name),*).into_cell()? {
                        // SAFETY: the frame has room for the results.
                        unsafe { *cells = cell };
                    }
                    Ok(())
                });
                HostParts { ty, host }
            }
        }
    };
}

into_func!();
into_func!(A1);
into_func!(A1 A2);
into_func!(A1 A2 A3);
into_func!(A1 A2 A3 A4);
into_func!(A1 A2 A3 A4 A5);
into_func!(A1 A2 A3 A4 A5 A6);
into_func!(A1 A2 A3 A4 A5 A6 A7);
into_func!(A1 A2 A3 A4 A5 A6 A7 A8);
into_func!(A1 A2 A3 A4 A5 A6 A7 A8 A9);
into_func!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10);
