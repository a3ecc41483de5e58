//! Values as the cells that hold them, and back.

use super::Inner;
use crate::error::Error;
use crate::func::{Func, Function};
use crate::heap;
use crate::reference::{AnyRef, ExnRef};
use crate::types::{HeapType, ValType};
use crate::val::{ExternRef, Val};

#[allow(unsafe_code, reason = "functions are kept by address")]
impl Inner {
    /// A value as a cell, if it is of that type and takes one.
    pub(crate) fn cell(&self, value: Val, ty: ValType) -> Result<u64, Error> {
        self.cells(value, ty).map(|cells| cells[0])
    }

    /// A value as cells, if it is of that type.
    pub(crate) fn cells(&self, value: Val, ty: ValType) -> Result<[u64; 2], Error> {
        let wrong = || Error::usage(format!("a value of type {} was given for {ty}", value.ty()));
        let cell = match (value, ty) {
            (Val::I32(value), ValType::I32) => u64::from(value.cast_unsigned()),
            (Val::I64(value), ValType::I64) => value.cast_unsigned(),
            (Val::F32(bits), ValType::F32) => u64::from(bits),
            (Val::F64(bits), ValType::F64) => bits,
            (Val::V128(bits), ValType::V128) => return Ok([bits as u64, (bits >> 64) as u64]),
            (
                Val::FuncRef(None) | Val::ExternRef(None) | Val::AnyRef(None) | Val::ExnRef(None),
                ValType::Ref(ty),
            ) if ty.nullable => 0,
            (Val::FuncRef(Some(func)), ValType::Ref(ty)) => {
                let own = HeapType::Concrete(self.type_id(func));
                if !self.engine.registry().is_heap_subtype(own, ty.heap) {
                    return Err(wrong());
                }
                self.function_address(func)
            }
            (Val::ExternRef(Some(ExternRef(number))), ValType::Ref(ty))
                if ty.heap == HeapType::Extern =>
            {
                heap::host(number)
            }
            // What came out by `extern.convert_any` may go in again.
            (Val::AnyRef(Some(any)), ValType::Ref(ty)) => {
                let cell = any.cell(self);
                let is = ty.heap == HeapType::Extern || crate::exec::is_of(self, cell, ty.heap);
                if !is {
                    return Err(wrong());
                }
                cell
            }
            (Val::ExnRef(Some(exn)), ValType::Ref(ty)) if ty.heap == HeapType::Exn => {
                exn.cell(self)
            }
            _ => return Err(wrong()),
        };
        Ok([cell, 0])
    }

    /// Whether a reference to this is to a function.
    fn is_function(&self, heap: HeapType) -> bool {
        match heap {
            HeapType::Func | HeapType::NoFunc => true,
            HeapType::Concrete(id) => self.engine.registry().signature(id).is_some(),
            _ => false,
        }
    }

    /// Cells as a value.
    pub(crate) fn val(&self, cells: &[u64], ty: ValType) -> Val {
        let cell = cells.first().copied().unwrap_or(0);
        match ty {
            ValType::I32 => Val::I32(cell as i32),
            ValType::I64 => Val::I64(cell.cast_signed()),
            ValType::F32 => Val::F32(cell as u32),
            ValType::F64 => Val::F64(cell),
            ValType::V128 => {
                let high = cells.get(1).copied().unwrap_or(0);
                Val::V128(u128::from(cell) | u128::from(high) << 64)
            }
            ValType::Ref(ty) => match ty.heap {
                HeapType::Extern | HeapType::NoExtern => match heap::host_number(cell) {
                    Some(number) => Val::ExternRef(Some(ExternRef(number))),
                    None if cell == 0 => Val::ExternRef(None),
                    None => Val::AnyRef(AnyRef::of(self, cell)),
                },
                HeapType::Exn | HeapType::NoExn => Val::ExnRef(ExnRef::of(self, cell)),
                heap if !self.is_function(heap) => Val::AnyRef(AnyRef::of(self, cell)),
                _ if cell == 0 => Val::FuncRef(None),
                _ => {
                    let function = std::ptr::with_exposed_provenance::<Function>(cell as usize);
                    Val::FuncRef(Some(Func {
                        store: self.id,
                        // SAFETY: function references are addresses of functions.
                        index: unsafe { (*function).id },
                    }))
                }
            },
        }
    }
}
