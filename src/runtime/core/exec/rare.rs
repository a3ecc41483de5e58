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
pub(crate) type Act = unsafe fn(&Regs) -> Result<(), Trap>;

/// In the upper half: the address or index has 64 bits.
pub(crate) const WIDE: u32 = 1 << 16;

pub(super) unsafe fn cell(r: &Regs, nth: usize) -> u64 {
    // SAFETY: the translator reserved the cells.
    unsafe { r.get(r.half(0) + nth) }
}

pub(super) unsafe fn result(r: &Regs, value: u64) -> Result<(), Trap> {
    // SAFETY: the translator reserved the cells.
    unsafe { r.set(r.half(0), value) };
    Ok(())
}

pub(super) unsafe fn memory<'a>(r: &Regs, word: usize) -> &'a mut MemoryEntity {
    // SAFETY: the translator wrote the address of a memory of the store; no
    // other reference to it is alive while an instruction runs.
    unsafe { &mut *std::ptr::with_exposed_provenance_mut(r.word(word) as usize) }
}

unsafe fn table<'a>(r: &Regs, word: usize) -> &'a mut TableEntity {
    // SAFETY: as for memories.
    unsafe { &mut *std::ptr::with_exposed_provenance_mut(r.word(word) as usize) }
}

pub(super) unsafe fn instance<'a>(r: &Regs) -> &'a mut InstanceEntity {
    // SAFETY: code runs in an instance that the store keeps.
    unsafe { &mut *(*r.cx).instance }
}

/// Two results, which take the place of the first two operands.
unsafe fn halves_of(r: &Regs, value: u128) -> Result<(), Trap> {
    // SAFETY: the translator reserved the cells.
    unsafe {
        r.set(r.half(0), value as u64);
        r.set(r.half(0) + 1, (value >> 64) as u64);
    }
    Ok(())
}

/// Two operands from `nth` on, the lower one first.
unsafe fn wide(r: &Regs, nth: usize) -> u128 {
    // SAFETY: the translator reserved the cells.
    unsafe { u128::from(cell(r, nth)) | u128::from(cell(r, nth + 1)) << 64 }
}

/// `i64.add128`: both parts of both numbers, the lower ones first.
pub(crate) unsafe fn add_wide(r: &Regs) -> Result<(), Trap> {
    // SAFETY: see the functions above; so for all that follow.
    unsafe { halves_of(r, wide(r, 0).wrapping_add(wide(r, 2))) }
}

/// `i64.sub128`.
pub(crate) unsafe fn sub_wide(r: &Regs) -> Result<(), Trap> {
    unsafe { halves_of(r, wide(r, 0).wrapping_sub(wide(r, 2))) }
}

/// `i64.mul_wide_s`.
pub(crate) unsafe fn mul_wide_signed(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let [a, b] = [cell(r, 0), cell(r, 1)].map(|half| i128::from(half.cast_signed()));
        halves_of(r, (a * b).cast_unsigned())
    }
}

/// `i64.mul_wide_u`.
pub(crate) unsafe fn mul_wide(r: &Regs) -> Result<(), Trap> {
    unsafe { halves_of(r, u128::from(cell(r, 0)) * u128::from(cell(r, 1))) }
}

/// `memory.size`: pages.
pub(crate) unsafe fn memory_size(r: &Regs) -> Result<(), Trap> {
    unsafe { result(r, memory(r, 3).pages()) }
}

/// `memory.grow`: the old size in pages, or -1.
pub(crate) unsafe fn memory_grow(r: &Regs) -> Result<(), Trap> {
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

/// A memory or a table, for what is done to both alike.
trait Region {
    type Element: Copy;
    const OUT_OF_BOUNDS: Trap;
    /// # Safety
    /// The word is the address of one.
    unsafe fn of<'a>(r: &Regs, word: usize) -> &'a mut Self;
    fn range(&mut self, at: u64, length: u64) -> Option<&mut [Self::Element]>;
    /// An element by what is in a cell.
    fn element(cell: u64) -> Self::Element;
    /// A segment of the instance that is in the fifth word.
    unsafe fn segment<'a>(r: &Regs) -> &'a [Self::Element];

    /// `length` elements from `at` on.
    fn part(&mut self, at: u64, length: u64) -> Result<&mut [Self::Element], Trap> {
        self.range(at, length).ok_or(Self::OUT_OF_BOUNDS)
    }
}

impl Region for MemoryEntity {
    type Element = u8;
    const OUT_OF_BOUNDS: Trap = Trap::MemoryOutOfBounds;
    unsafe fn of<'a>(r: &Regs, word: usize) -> &'a mut Self {
        unsafe { memory(r, word) }
    }
    fn range(&mut self, at: u64, length: u64) -> Option<&mut [u8]> {
        self.range(at, length)
    }
    fn element(cell: u64) -> u8 {
        cell as u8
    }
    unsafe fn segment<'a>(r: &Regs) -> &'a [u8] {
        unsafe { instance(r).data(r.word(4) as u32) }
    }
}

impl Region for TableEntity {
    type Element = u64;
    const OUT_OF_BOUNDS: Trap = Trap::TableOutOfBounds;
    unsafe fn of<'a>(r: &Regs, word: usize) -> &'a mut Self {
        unsafe { table(r, word) }
    }
    fn range(&mut self, at: u64, length: u64) -> Option<&mut [u64]> {
        self.range(at, length)
    }
    fn element(cell: u64) -> u64 {
        cell
    }
    unsafe fn segment<'a>(r: &Regs) -> &'a [u64] {
        unsafe { instance(r).element(r.word(4) as u32) }
    }
}

/// Start, value, length.
unsafe fn fill<T: Region>(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let part = T::of(r, 3).part(cell(r, 0), cell(r, 2))?;
        part.fill(T::element(cell(r, 1)));
        Ok(())
    }
}

/// To, from, length; what to copy to, and what from.
unsafe fn copy<T: Region>(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let (to, from, length) = (cell(r, 0), cell(r, 1), cell(r, 2));
        let to = T::of(r, 3).part(to, length)?.as_mut_ptr();
        let from = T::of(r, 4).part(from, length)?.as_mut_ptr();
        // They may overlap.
        std::ptr::copy(from, to, length as usize);
        Ok(())
    }
}

/// To, from, length; what to copy to, and the segment's index.
unsafe fn init<T: Region>(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let (to, from, length) = (cell(r, 0), cell(r, 1), cell(r, 2));
        let from = slice(T::segment(r), from, length).ok_or(T::OUT_OF_BOUNDS)?;
        T::of(r, 3).part(to, length)?.copy_from_slice(from);
        Ok(())
    }
}

/// `memory.fill`.
pub(crate) unsafe fn memory_fill(r: &Regs) -> Result<(), Trap> {
    unsafe { fill::<MemoryEntity>(r) }
}

/// `memory.copy`.
pub(crate) unsafe fn memory_copy(r: &Regs) -> Result<(), Trap> {
    unsafe { copy::<MemoryEntity>(r) }
}

/// `memory.init`.
pub(crate) unsafe fn memory_init(r: &Regs) -> Result<(), Trap> {
    unsafe { init::<MemoryEntity>(r) }
}

pub(super) fn slice<T>(of: &[T], from: u64, length: u64) -> Option<&[T]> {
    let end = from.checked_add(length)?;
    of.get(usize::try_from(from).ok()?..usize::try_from(end).ok()?)
}

/// `data.drop`.
pub(crate) unsafe fn data_drop(r: &Regs) -> Result<(), Trap> {
    unsafe {
        instance(r).drop_data(r.word(4) as u32);
        Ok(())
    }
}

/// A load from any memory: the address; the memory and the offset.
pub(crate) unsafe fn load(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let op = Load::ALL[(r.upper() & 0xff) as usize];
        let read = effective(r, 0).and_then(|at| op.read(memory(r, 3).from(at)?));
        result(r, read.ok_or(Trap::MemoryOutOfBounds)?)
    }
}

/// A store to any memory: the address and the value.
pub(crate) unsafe fn store(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let op = Store::ALL[(r.upper() & 0xff) as usize];
        let value = cell(r, 1);
        let done = effective(r, 0).and_then(|at| op.write(memory(r, 3).from(at)?, value));
        done.ok_or(Trap::MemoryOutOfBounds)
    }
}

/// The address in a cell and the offset in the fifth word.
pub(crate) unsafe fn effective(r: &Regs, nth: usize) -> Option<u64> {
    unsafe { cell(r, nth).checked_add(r.word(4)) }
}

/// `table.get`.
pub(crate) unsafe fn table_get(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let value = table(r, 3).get(cell(r, 0));
        result(r, value.ok_or(Trap::TableOutOfBounds)?)
    }
}

/// `table.set`: index, value.
pub(crate) unsafe fn table_set(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let done = table(r, 3).set(cell(r, 0), cell(r, 1));
        done.ok_or(Trap::TableOutOfBounds)
    }
}

/// `table.size`.
pub(crate) unsafe fn table_size(r: &Regs) -> Result<(), Trap> {
    unsafe { result(r, table(r, 3).len as u64) }
}

/// `table.grow`: the value, how many.
pub(crate) unsafe fn table_grow(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let store = &mut *(*r.cx).store;
        let old = store
            .limiter
            .grow_table(table(r, 3), cell(r, 1), cell(r, 0));
        result(r, failed(r, old))
    }
}

/// `table.fill`.
pub(crate) unsafe fn table_fill(r: &Regs) -> Result<(), Trap> {
    unsafe { fill::<TableEntity>(r) }
}

/// `table.copy`.
pub(crate) unsafe fn table_copy(r: &Regs) -> Result<(), Trap> {
    unsafe { copy::<TableEntity>(r) }
}

/// `table.init`.
pub(crate) unsafe fn table_init(r: &Regs) -> Result<(), Trap> {
    unsafe { init::<TableEntity>(r) }
}

/// `elem.drop`.
pub(crate) unsafe fn element_drop(r: &Regs) -> Result<(), Trap> {
    unsafe {
        instance(r).drop_element(r.word(4) as u32);
        Ok(())
    }
}
