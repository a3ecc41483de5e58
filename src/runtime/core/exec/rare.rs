//! Instructions that are too rare or too slow to be worth a handler of their
//! own: growth, bulk operations, tables, and accesses to memories that are not
//! the first or have 64-bit addresses.
//!
//! Operands are in consecutive cells, and results take their place. The upper
//! half of the second word and the fourth and fifth word are for each to use.

use super::access::{Load, Store};
use super::regs::Regs;
use crate::error::Trap;
use crate::instance::InstanceEntity;
use crate::memory::MemoryEntity;
use crate::table::TableEntity;

/// What one does; a trap ends the run.
pub(crate) type Act = unsafe fn(&Regs) -> Option<Trap>;

/// In the upper half: the address or index has 64 bits.
pub(crate) const WIDE: u32 = 1 << 16;

unsafe fn cell(r: &Regs, nth: usize) -> u64 {
    // SAFETY: the translator reserved the cells.
    unsafe { r.get(r.half(0) + nth) }
}

unsafe fn result(r: &Regs, value: u64) -> Option<Trap> {
    // SAFETY: the translator reserved the cells.
    unsafe { r.set(r.half(0), value) };
    None
}

unsafe fn memory<'a>(r: &Regs, word: usize) -> &'a mut MemoryEntity {
    // SAFETY: the translator wrote the address of a memory of the store; no
    // other reference to it is alive while an instruction runs.
    unsafe { &mut *std::ptr::with_exposed_provenance_mut(r.word(word) as usize) }
}

unsafe fn table<'a>(r: &Regs, word: usize) -> &'a mut TableEntity {
    // SAFETY: as for memories.
    unsafe { &mut *std::ptr::with_exposed_provenance_mut(r.word(word) as usize) }
}

unsafe fn instance<'a>(r: &Regs) -> &'a mut InstanceEntity {
    // SAFETY: code runs in an instance that the store keeps.
    unsafe { &mut *(*r.cx).instance }
}

/// `memory.size`: pages.
pub(crate) unsafe fn memory_size(r: &Regs) -> Option<Trap> {
    // SAFETY: see the functions above; so for all that follow.
    unsafe { result(r, memory(r, 3).pages()) }
}

/// `memory.grow`: the old size in pages, or -1.
pub(crate) unsafe fn memory_grow(r: &Regs) -> Option<Trap> {
    unsafe {
        let store = &mut *(*r.cx).store;
        let old = store.limiter.grow_memory(memory(r, 3), cell(r, 0));
        result(r, failed(r, old))
    }
}

/// What growth answers: the old size, or -1 in 32 or 64 bits.
unsafe fn failed(r: &Regs, old: Option<u64>) -> u64 {
    let wide = unsafe { r.upper() } & WIDE != 0;
    old.unwrap_or(if wide { u64::MAX } else { u64::from(u32::MAX) })
}

/// `memory.fill`: address, value, length.
pub(crate) unsafe fn memory_fill(r: &Regs) -> Option<Trap> {
    unsafe {
        let (at, value, length) = (cell(r, 0), cell(r, 1), cell(r, 2));
        match memory(r, 3).range(at, length) {
            Some(bytes) => {
                bytes.fill(value as u8);
                None
            }
            None => Some(Trap::MemoryOutOfBounds),
        }
    }
}

/// `memory.copy`: to, from, length; the memories of each.
pub(crate) unsafe fn memory_copy(r: &Regs) -> Option<Trap> {
    unsafe {
        let (to, from, length) = (cell(r, 0), cell(r, 1), cell(r, 2));
        if memory(r, 3).range(to, length).is_none() || memory(r, 4).range(from, length).is_none() {
            return Some(Trap::MemoryOutOfBounds);
        }
        let target = memory(r, 3).base.add(to as usize);
        std::ptr::copy(
            memory(r, 4).base.add(from as usize),
            target,
            length as usize,
        );
        None
    }
}

/// `memory.init`: to, from, length; the memory and the segment's index.
pub(crate) unsafe fn memory_init(r: &Regs) -> Option<Trap> {
    unsafe {
        let (to, from, length) = (cell(r, 0), cell(r, 1), cell(r, 2));
        let instance = instance(r);
        let segment = instance.data(r.word(4) as u32);
        let source = slice(segment, from, length);
        match (memory(r, 3).range(to, length), source) {
            (Some(to), Some(from)) => {
                to.copy_from_slice(from);
                None
            }
            _ => Some(Trap::MemoryOutOfBounds),
        }
    }
}

fn slice<T>(of: &[T], from: u64, length: u64) -> Option<&[T]> {
    let end = from.checked_add(length)?;
    of.get(usize::try_from(from).ok()?..usize::try_from(end).ok()?)
}

/// `data.drop`.
pub(crate) unsafe fn data_drop(r: &Regs) -> Option<Trap> {
    unsafe {
        instance(r).drop_data(r.word(4) as u32);
        None
    }
}

/// A load from any memory: the address; the memory and the offset.
pub(crate) unsafe fn load(r: &Regs) -> Option<Trap> {
    unsafe {
        let op = Load::ALL[(r.upper() & 0xff) as usize];
        let read = effective(r, 0).and_then(|at| op.read(memory(r, 3).from(at)?));
        match read {
            Some(value) => result(r, value),
            None => Some(Trap::MemoryOutOfBounds),
        }
    }
}

/// A store to any memory: the address and the value.
pub(crate) unsafe fn store(r: &Regs) -> Option<Trap> {
    unsafe {
        let op = Store::ALL[(r.upper() & 0xff) as usize];
        let value = cell(r, 1);
        let done = effective(r, 0).and_then(|at| op.write(memory(r, 3).from(at)?, value));
        done.is_none().then_some(Trap::MemoryOutOfBounds)
    }
}

/// The address in a cell and the offset in the fifth word.
pub(crate) unsafe fn effective(r: &Regs, nth: usize) -> Option<u64> {
    unsafe { cell(r, nth).checked_add(r.word(4)) }
}

/// `table.get`.
pub(crate) unsafe fn table_get(r: &Regs) -> Option<Trap> {
    unsafe {
        match table(r, 3).get(cell(r, 0)) {
            Some(value) => result(r, value),
            None => Some(Trap::TableOutOfBounds),
        }
    }
}

/// `table.set`: index, value.
pub(crate) unsafe fn table_set(r: &Regs) -> Option<Trap> {
    unsafe {
        let done = table(r, 3).set(cell(r, 0), cell(r, 1));
        done.is_none().then_some(Trap::TableOutOfBounds)
    }
}

/// `table.size`.
pub(crate) unsafe fn table_size(r: &Regs) -> Option<Trap> {
    unsafe { result(r, table(r, 3).len as u64) }
}

/// `table.grow`: the value, how many.
pub(crate) unsafe fn table_grow(r: &Regs) -> Option<Trap> {
    unsafe {
        let store = &mut *(*r.cx).store;
        let old = store
            .limiter
            .grow_table(table(r, 3), cell(r, 1), cell(r, 0));
        result(r, failed(r, old))
    }
}

/// `table.fill`: index, value, how many.
pub(crate) unsafe fn table_fill(r: &Regs) -> Option<Trap> {
    unsafe {
        match table(r, 3).range(cell(r, 0), cell(r, 2)) {
            Some(cells) => {
                cells.fill(cell(r, 1));
                None
            }
            None => Some(Trap::TableOutOfBounds),
        }
    }
}

/// `table.copy`: to, from, how many; the tables of each.
pub(crate) unsafe fn table_copy(r: &Regs) -> Option<Trap> {
    unsafe {
        let (to, from, length) = (cell(r, 0), cell(r, 1), cell(r, 2));
        if table(r, 3).range(to, length).is_none() || table(r, 4).range(from, length).is_none() {
            return Some(Trap::TableOutOfBounds);
        }
        let target = table(r, 3).elements.add(to as usize);
        std::ptr::copy(
            table(r, 4).elements.add(from as usize),
            target,
            length as usize,
        );
        None
    }
}

/// `table.init`: to, from, how many; the table and the segment's index.
pub(crate) unsafe fn table_init(r: &Regs) -> Option<Trap> {
    unsafe {
        let (to, from, length) = (cell(r, 0), cell(r, 1), cell(r, 2));
        let source = slice(instance(r).element(r.word(4) as u32), from, length);
        match (table(r, 3).range(to, length), source) {
            (Some(to), Some(from)) => {
                to.copy_from_slice(from);
                None
            }
            _ => Some(Trap::TableOutOfBounds),
        }
    }
}

/// `elem.drop`.
pub(crate) unsafe fn element_drop(r: &Regs) -> Option<Trap> {
    unsafe {
        instance(r).drop_element(r.word(4) as u32);
        None
    }
}
