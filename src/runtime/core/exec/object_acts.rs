//! What makes objects, and what is done to many elements at once. Operands and
//! words are those of [`rare`](super::rare).

use super::rare::{cell, instance, result, slice};
use super::regs::Regs;
use crate::error::Trap;
use crate::heap::{self, HEADER, Layout, field, object};
use crate::registry::Storage;
use crate::types::TypeId;

/// The layout that the fourth word leads to.
unsafe fn layout<'a>(r: &Regs) -> &'a Layout {
    // SAFETY: the translator wrote its address, and the store keeps it.
    unsafe { &*std::ptr::with_exposed_provenance(r.word(3) as usize) }
}

/// The type in the lower half of the fifth word.
unsafe fn id(r: &Regs) -> TypeId {
    // SAFETY: the translator wrote it.
    TypeId(unsafe { r.word(4) } as u32)
}

/// The segment in the upper half of the fifth word.
unsafe fn segment(r: &Regs) -> u32 {
    // SAFETY: the translator wrote it.
    (unsafe { r.word(4) } >> 32) as u32
}

/// The value in the operands from `nth` on.
unsafe fn value(r: &Regs, nth: usize, storage: Storage) -> [u64; 2] {
    // SAFETY: the translator reserved the cells.
    unsafe {
        let high = if field::cells(storage) == 2 {
            cell(r, nth + 1)
        } else {
            0
        };
        [cell(r, nth), high]
    }
}

unsafe fn storage(r: &Regs) -> Storage {
    // SAFETY: the caller's layout is that of an array.
    unsafe { layout(r) }.element().unwrap_or(Storage::I8)
}

/// Frees what nothing refers to. The frame of the instruction is the last on the
/// stack.
#[cold]
#[inline(never)]
unsafe fn collect(r: &Regs) {
    // SAFETY: the stack's cells up to the end of the frame are there.
    unsafe {
        let store = &mut *(*r.cx).store;
        let frame = match store.code.find(r.ip as usize) {
            Some(function) => (*function).frame as usize,
            None => 0,
        };
        let end = r.fp.add(frame).min((*r.cx).stack_end);
        let mut at = store.stack.start().cast::<u64>();
        while at < end {
            store.heap.reach(at.read());
            at = at.add(1);
        }
        store.reach_entities();
        store.heap.collect();
    }
}

/// Room for an object of the type in the fifth word.
unsafe fn allocate(r: &Regs, length: u32, bytes: usize) -> Result<u64, Trap> {
    // SAFETY: see `collect`.
    unsafe {
        let store = &mut *(*r.cx).store;
        let limit = store.limiter.limits.heap_bytes;
        if store.heap.is_due(bytes, limit) {
            collect(r);
        }
        let made = store.heap.allocate(id(r), length, bytes, limit);
        made.ok_or(Trap::HeapExhausted)
    }
}

/// Room for an array, and where its elements begin.
unsafe fn allocate_array(r: &Regs, length: u32) -> Result<(u64, *mut u8), Trap> {
    // SAFETY: as above.
    unsafe {
        let bytes = heap::array_bytes(layout(r), length).ok_or(Trap::HeapExhausted)?;
        let cell = allocate(r, length, bytes)?;
        Ok((cell, object(cell).add(HEADER)))
    }
}

/// `struct.new`: the fields.
pub(crate) unsafe fn struct_new(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let layout = layout(r);
        let made = allocate(r, 0, layout.size)?;
        let at = object(made);
        let mut nth = 0;
        for place in layout.fields() {
            let value = value(r, nth, place.storage);
            field::write(at.add(place.offset as usize), place.storage, value);
            nth += field::cells(place.storage);
        }
        result(r, made)
    }
}

/// `struct.new_default`.
pub(crate) unsafe fn struct_new_default(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let size = layout(r).size;
        let made = allocate(r, 0, size)?;
        object(made).add(HEADER).write_bytes(0, size - HEADER);
        result(r, made)
    }
}

/// `struct.get` of a vector; the upper half is the field's place.
pub(crate) unsafe fn struct_get_vector(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let from = structure(cell(r, 0))?.add(r.upper() as usize);
        r.set_v128(r.half(0), from.cast::<[u8; 16]>().read_unaligned());
        Ok(())
    }
}

/// `struct.set` of a vector: the struct, the vector.
pub(crate) unsafe fn struct_set_vector(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let to = structure(cell(r, 0))?.add(r.upper() as usize);
        to.cast::<[u8; 16]>()
            .write_unaligned(r.get_v128(r.half(0) + 1));
        Ok(())
    }
}

unsafe fn structure(cell: u64) -> Result<*mut u8, Trap> {
    match cell {
        0 => Err(Trap::NullStructureReference),
        _ => Ok(object(cell)),
    }
}

/// `count` elements of an array from `at` on, by their address; `size` is that of
/// each.
unsafe fn elements(array: u64, at: u64, count: u64, size: usize) -> Result<*mut u8, Trap> {
    if array == 0 {
        return Err(Trap::NullArrayReference);
    }
    // SAFETY: it is a reference to an array.
    unsafe {
        // Operands have 32 bits each.
        if at + count > u64::from(heap::header(array).length) {
            return Err(Trap::ArrayOutOfBounds);
        }
        Ok(object(array).add(HEADER + at as usize * size))
    }
}

/// `array.get` of a vector.
pub(crate) unsafe fn array_get_vector(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let from = elements(cell(r, 0), cell(r, 1), 1, 16)?;
        r.set_v128(r.half(0), from.cast::<[u8; 16]>().read_unaligned());
        Ok(())
    }
}

/// `array.set` of a vector: the array, the index, the vector.
pub(crate) unsafe fn array_set_vector(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let to = elements(cell(r, 0), cell(r, 1), 1, 16)?;
        to.cast::<[u8; 16]>()
            .write_unaligned(r.get_v128(r.half(0) + 2));
        Ok(())
    }
}

/// `array.new`: the value, how many.
pub(crate) unsafe fn array_new(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let storage = storage(r);
        let length = cell(r, field::cells(storage)) as u32;
        let (made, at) = allocate_array(r, length)?;
        field::fill(at, storage, length as usize, value(r, 0, storage));
        result(r, made)
    }
}

/// `array.new_default`: how many.
pub(crate) unsafe fn array_new_default(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let length = cell(r, 0) as u32;
        let (made, at) = allocate_array(r, length)?;
        at.write_bytes(0, layout(r).size * length as usize);
        result(r, made)
    }
}

/// `array.new_fixed`: the elements, of which there are as many as the upper half
/// says.
pub(crate) unsafe fn array_new_fixed(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let (storage, size, length) = (storage(r), layout(r).size, r.upper());
        let (made, at) = allocate_array(r, length)?;
        for nth in 0..length as usize {
            let value = value(r, nth * field::cells(storage), storage);
            field::write(at.add(nth * size), storage, value);
        }
        result(r, made)
    }
}

/// `array.new_data`: the start, how many.
pub(crate) unsafe fn array_new_data(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let (start, length) = (cell(r, 0), cell(r, 1));
        let bytes = length * layout(r).size as u64;
        let from = slice(instance(r).data(segment(r)), start, bytes);
        let from = from.ok_or(Trap::MemoryOutOfBounds)?;
        let (made, at) = allocate_array(r, length as u32)?;
        at.copy_from_nonoverlapping(from.as_ptr(), from.len());
        result(r, made)
    }
}

/// `array.new_elem`: the start, how many.
pub(crate) unsafe fn array_new_elem(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let (start, length) = (cell(r, 0), cell(r, 1));
        let from = slice(instance(r).element(segment(r)), start, length);
        let from = from.ok_or(Trap::TableOutOfBounds)?;
        let (made, at) = allocate_array(r, length as u32)?;
        at.cast::<u64>()
            .copy_from_nonoverlapping(from.as_ptr(), from.len());
        result(r, made)
    }
}

/// `array.fill`: the array, the start, the value, how many.
pub(crate) unsafe fn array_fill(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let storage = storage(r);
        let count = cell(r, 2 + field::cells(storage));
        let at = elements(cell(r, 0), cell(r, 1), count, layout(r).size)?;
        field::fill(at, storage, count as usize, value(r, 2, storage));
        Ok(())
    }
}

/// `array.copy`: to, start there, from, start there, how many.
pub(crate) unsafe fn array_copy(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let (size, count) = (layout(r).size, cell(r, 4));
        let to = elements(cell(r, 0), cell(r, 1), count, size)?;
        let from = elements(cell(r, 2), cell(r, 3), count, size)?;
        // They may overlap.
        to.copy_from(from, count as usize * size);
        Ok(())
    }
}

/// `array.init_data`: the array, the start there, the start in the segment, how
/// many.
pub(crate) unsafe fn array_init_data(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let (size, count) = (layout(r).size, cell(r, 3));
        let to = elements(cell(r, 0), cell(r, 1), count, size)?;
        let bytes = count * size as u64;
        let from = slice(instance(r).data(segment(r)), cell(r, 2), bytes);
        let from = from.ok_or(Trap::MemoryOutOfBounds)?;
        to.copy_from_nonoverlapping(from.as_ptr(), from.len());
        Ok(())
    }
}

/// `array.init_elem`: as `array.init_data`.
pub(crate) unsafe fn array_init_elem(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let count = cell(r, 3);
        let to = elements(cell(r, 0), cell(r, 1), count, layout(r).size)?;
        let from = slice(instance(r).element(segment(r)), cell(r, 2), count);
        let from = from.ok_or(Trap::TableOutOfBounds)?;
        to.cast::<u64>()
            .copy_from_nonoverlapping(from.as_ptr(), from.len());
        Ok(())
    }
}
