//! Constant expressions.

use crate::error::{Error, Trap};
use crate::heap::{self, HEADER, field};
use crate::instance::InstanceEntity;
use crate::module::ConstOp;
use crate::store::Inner;
use crate::types::TypeId;

/// The value of a constant expression, in cells. It is valid, so that operands
/// are there and of the right type.
pub(crate) fn evaluate(
    inner: &mut Inner,
    this: &InstanceEntity,
    ops: &[ConstOp],
) -> Result<[u64; 2], Error> {
    let mut stack: Vec<[u64; 2]> = Vec::new();
    for op in ops {
        let mut two = |apply: fn(u64, u64) -> u64| {
            let b = stack.pop().unwrap_or_default()[0];
            let a = stack.pop().unwrap_or_default()[0];
            [apply(a, b), 0]
        };
        let small = |value: u32| u64::from(value);
        let value = match *op {
            ConstOp::I32(value) => [small(value.cast_unsigned()), 0],
            ConstOp::I64(value) => [value.cast_unsigned(), 0],
            ConstOp::F32(bits) => [small(bits), 0],
            ConstOp::F64(bits) => [bits, 0],
            ConstOp::V128(bits) => [bits as u64, (bits >> 64) as u64],
            ConstOp::RefNull => [0, 0],
            ConstOp::RefFunc(at) => {
                let func = this.functions.get(at as usize);
                [func.map_or(0, |func| inner.function_address(*func)), 0]
            }
            ConstOp::GlobalGet(at) => {
                let global = this.globals.get(at as usize);
                global.map_or([0; 2], |global| inner.global(*global).cells)
            }
            ConstOp::I32Add => two(|a, b| u64::from((a as u32).wrapping_add(b as u32))),
            ConstOp::I32Sub => two(|a, b| u64::from((a as u32).wrapping_sub(b as u32))),
            ConstOp::I32Mul => two(|a, b| u64::from((a as u32).wrapping_mul(b as u32))),
            ConstOp::I64Add => two(u64::wrapping_add),
            ConstOp::I64Sub => two(u64::wrapping_sub),
            ConstOp::I64Mul => two(u64::wrapping_mul),
            ConstOp::RefI31 => {
                let [value, _] = stack.pop().unwrap_or_default();
                [heap::i31(value as u32), 0]
            }
            ConstOp::StructNew(id) => structure(inner, id, Some(&mut stack))?,
            ConstOp::StructNewDefault(id) => structure(inner, id, None)?,
            ConstOp::ArrayNew(id) => {
                let [length, _] = stack.pop().unwrap_or_default();
                let value = stack.pop().unwrap_or_default();
                array(inner, id, length as u32, &[value])?
            }
            ConstOp::ArrayNewDefault(id) => {
                let [length, _] = stack.pop().unwrap_or_default();
                array(inner, id, length as u32, &[[0; 2]])?
            }
            ConstOp::ArrayNewFixed(id, length) => {
                let first = stack.len().saturating_sub(length as usize);
                let values = stack.split_off(first);
                array(inner, id, length, &values)?
            }
        };
        stack.push(value);
    }
    Ok(stack.pop().unwrap_or_default())
}

/// A struct with the last values of the stack as fields, or with default ones.
#[allow(unsafe_code, reason = "objects are kept by address")]
fn structure(
    inner: &mut Inner,
    id: TypeId,
    stack: Option<&mut Vec<[u64; 2]>>,
) -> Result<[u64; 2], Error> {
    let limit = inner.limiter.limits.heap_bytes;
    let size = inner.heap.layout(id).map_or(HEADER, |layout| layout.size);
    // Nothing is collected here: what is on the stack must stay.
    let cell = inner.heap.allocate(id, 0, size, limit);
    let cell = cell.ok_or(Trap::HeapExhausted)?;
    let at = heap::object(cell);
    let fields = inner
        .heap
        .layout(id)
        .map_or(&[][..], |layout| layout.fields());
    let values = match stack {
        Some(stack) => stack.split_off(stack.len().saturating_sub(fields.len())),
        None => vec![[0; 2]; fields.len()],
    };
    for (place, value) in fields.iter().zip(values) {
        // SAFETY: the object has the fields of its layout.
        unsafe { field::write(at.add(place.offset as usize), place.storage, value) };
    }
    Ok([cell, 0])
}

/// An array with these elements, or with one value for all of them.
#[allow(unsafe_code, reason = "objects are kept by address")]
fn array(
    inner: &mut Inner,
    id: TypeId,
    length: u32,
    values: &[[u64; 2]],
) -> Result<[u64; 2], Error> {
    let limit = inner.limiter.limits.heap_bytes;
    let layout = inner.heap.layout(id);
    let (storage, size) = layout
        .and_then(|layout| Some((layout.element()?, layout.size)))
        .ok_or_else(|| Error::usage("the type is not that of an array"))?;
    let bytes = layout.and_then(|layout| heap::array_bytes(layout, length));
    let cell = bytes.and_then(|bytes| inner.heap.allocate(id, length, bytes, limit));
    let cell = cell.ok_or(Trap::HeapExhausted)?;
    // SAFETY: the array has as many elements.
    unsafe {
        let at = heap::object(cell).add(HEADER);
        match values {
            [value] => field::fill(at, storage, length as usize, *value),
            values => {
                for (nth, value) in values.iter().enumerate() {
                    field::write(at.add(nth * size), storage, *value);
                }
            }
        }
    }
    Ok([cell, 0])
}
