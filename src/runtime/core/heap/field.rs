//! Fields and elements in memory.

use crate::registry::Storage;
use crate::types::ValType;

/// Sets a field to what is in cells.
///
/// # Safety
/// There is a field of this kind at `at`.
pub(crate) unsafe fn write(at: *mut u8, storage: Storage, cells: [u64; 2]) {
    let [cell, _] = cells;
    // SAFETY: the caller's promise.
    unsafe {
        match storage {
            Storage::I8 => at.write(cell as u8),
            Storage::I16 => at.cast::<u16>().write(cell as u16),
            Storage::Val(ValType::I32 | ValType::F32) => at.cast::<u32>().write(cell as u32),
            Storage::Val(ValType::V128) => at.cast::<[u64; 2]>().write_unaligned(cells),
            Storage::Val(_) => at.cast::<u64>().write(cell),
        }
    }
}

/// Sets as many fields of one kind, one behind the other.
///
/// # Safety
/// There are as many.
pub(crate) unsafe fn fill(at: *mut u8, storage: Storage, count: usize, cells: [u64; 2]) {
    let size = super::layout::size(storage);
    // SAFETY: the caller's promise.
    unsafe {
        if cells == [0, 0] || size == 1 {
            at.write_bytes(cells[0] as u8, count * size);
            return;
        }
        for nth in 0..count {
            write(at.add(nth * size), storage, cells);
        }
    }
}

/// How many cells a field takes in a frame.
pub(crate) fn cells(storage: Storage) -> usize {
    match storage {
        Storage::Val(ty) => ty.cells() as usize,
        _ => 1,
    }
}
