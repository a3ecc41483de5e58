//! Atomic accesses. A store runs on one thread, so that each access is whole by
//! itself; what is left is that addresses are aligned, and waiting. Operands and
//! words are those of [`rare`](super::rare): the fourth word is the memory, the
//! fifth the offset, the lowest byte of the upper half the binary logarithm of
//! the size in bytes.

use std::time::{Duration, Instant};

use super::rare::{cell, effective, memory, result};
use super::regs::Regs;
use crate::error::Trap;

/// How a value changes what is in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Change {
    Add,
    Sub,
    And,
    Or,
    Xor,
    Exchange,
}

impl Change {
    const ALL: [Self; 6] = [
        Self::Add,
        Self::Sub,
        Self::And,
        Self::Or,
        Self::Xor,
        Self::Exchange,
    ];

    fn apply(self, old: u64, value: u64) -> u64 {
        match self {
            Self::Add => old.wrapping_add(value),
            Self::Sub => old.wrapping_sub(value),
            Self::And => old & value,
            Self::Or => old | value,
            Self::Xor => old ^ value,
            Self::Exchange => value,
        }
    }
}

/// The bytes that the first operand and the offset lead to.
unsafe fn place<'a>(r: &Regs) -> Result<&'a mut [u8], Trap> {
    // SAFETY: the translator wrote the instruction.
    unsafe {
        let size = 1 << (r.upper() & 0xff);
        let at = effective(r, 0).ok_or(Trap::MemoryOutOfBounds)?;
        if at % size != 0 {
            return Err(Trap::UnalignedAtomic);
        }
        let bytes = memory(r, 3).range(at, size);
        bytes.ok_or(Trap::MemoryOutOfBounds)
    }
}

fn read(bytes: &[u8]) -> u64 {
    let mut raw = [0; 8];
    raw[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(raw)
}

fn write(bytes: &mut [u8], value: u64) {
    let raw = value.to_le_bytes();
    bytes.copy_from_slice(&raw[..bytes.len()]);
}

/// A load, with zeros above.
pub(crate) unsafe fn atomic_load(r: &Regs) -> Result<(), Trap> {
    unsafe { result(r, read(place(r)?)) }
}

/// A store.
pub(crate) unsafe fn atomic_store(r: &Regs) -> Result<(), Trap> {
    unsafe {
        write(place(r)?, cell(r, 1));
        Ok(())
    }
}

/// A [`Change`], which is in the second byte of the upper half: the old value.
pub(crate) unsafe fn atomic_change(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let change = Change::ALL[(r.upper() >> 8) as usize];
        let bytes = place(r)?;
        let old = read(bytes);
        write(bytes, change.apply(old, cell(r, 1)));
        result(r, old)
    }
}

/// Sets a value if the old one is expected: the old value.
pub(crate) unsafe fn atomic_compare(r: &Regs) -> Result<(), Trap> {
    unsafe {
        let bytes = place(r)?;
        let old = read(bytes);
        if old == cell(r, 1) {
            write(bytes, cell(r, 2));
        }
        result(r, old)
    }
}

/// Wakes those that wait: there are none, since whoever waits runs no code.
pub(crate) unsafe fn atomic_notify(r: &Regs) -> Result<(), Trap> {
    unsafe {
        place(r)?;
        result(r, 0)
    }
}

/// Waits until somebody notifies, which nobody can, or for as many nanoseconds;
/// for ever if they are negative. Answers 1 if the value is not what is expected,
/// else 2 when the time is over.
pub(crate) unsafe fn atomic_wait(r: &Regs) -> Result<(), Trap> {
    unsafe {
        if !memory(r, 3).ty.shared {
            return Err(Trap::ExpectedSharedMemory);
        }
        if read(place(r)?) != cell(r, 1) {
            return result(r, 1);
        }
        let timeout = cell(r, 2).cast_signed();
        let timeout = u64::try_from(timeout).ok().map(Duration::from_nanos);
        match super::pause(r.cx, timeout.map(|timeout| Instant::now() + timeout)) {
            Some(trap) => Err(trap),
            None => result(r, 2),
        }
    }
}
