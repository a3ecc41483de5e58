//! Atomic accesses.

use wasmparser::{MemArg, Operator};

use super::Translator;
use crate::error::Error;
use crate::exec::acts::{self, Change};
use crate::types::ValType;

/// The operators that change a value, with the type and the binary logarithm of
/// the size: `$call` gets each.
macro_rules! changes {
    ($self:ident, $operator:ident, $($name:ident $ty:ident $size:literal $change:ident,)*) => {
        match *$operator {
            $(Operator::$name { memarg } => {
                let upper = $size | (Change::$change as u32) << 8;
                $self.access(acts::atomic_change, upper, memarg, 2, Some(ValType::$ty))?;
            })*
            _ => return Ok(false),
        }
    };
}

impl Translator<'_> {
    fn access(
        &mut self,
        act: acts::Act,
        upper: u32,
        memarg: MemArg,
        operands: usize,
        result: Option<ValType>,
    ) -> Result<(), Error> {
        let memory = self.memory_word(Self::memory_index(memarg))?;
        self.rare(act, upper, [memory, memarg.offset], operands, result)
    }

    fn read(&mut self, size: u32, memarg: MemArg, ty: ValType) -> Result<(), Error> {
        self.access(acts::atomic_load, size, memarg, 1, Some(ty))
    }

    fn write(&mut self, size: u32, memarg: MemArg) -> Result<(), Error> {
        self.access(acts::atomic_store, size, memarg, 2, None)
    }

    fn compare_exchange(&mut self, size: u32, memarg: MemArg, ty: ValType) -> Result<(), Error> {
        self.access(acts::atomic_compare, size, memarg, 3, Some(ty))
    }

    /// Translates atomic operators, and tells whether the operator is one.
    pub(super) fn atomic(&mut self, operator: &Operator<'_>) -> Result<bool, Error> {
        use ValType::{I32, I64};
        match *operator {
            Operator::AtomicFence { .. } => {}
            Operator::MemoryAtomicNotify { memarg } => {
                self.access(acts::atomic_notify, 2, memarg, 2, Some(I32))?;
            }
            Operator::MemoryAtomicWait32 { memarg } => {
                self.access(acts::atomic_wait, 2, memarg, 3, Some(I32))?;
            }
            Operator::MemoryAtomicWait64 { memarg } => {
                self.access(acts::atomic_wait, 3, memarg, 3, Some(I32))?;
            }
            Operator::I32AtomicLoad8U { memarg } => self.read(0, memarg, I32)?,
            Operator::I32AtomicLoad16U { memarg } => self.read(1, memarg, I32)?,
            Operator::I32AtomicLoad { memarg } => self.read(2, memarg, I32)?,
            Operator::I64AtomicLoad8U { memarg } => self.read(0, memarg, I64)?,
            Operator::I64AtomicLoad16U { memarg } => self.read(1, memarg, I64)?,
            Operator::I64AtomicLoad32U { memarg } => self.read(2, memarg, I64)?,
            Operator::I64AtomicLoad { memarg } => self.read(3, memarg, I64)?,
            Operator::I32AtomicStore8 { memarg } | Operator::I64AtomicStore8 { memarg } => {
                self.write(0, memarg)?;
            }
            Operator::I32AtomicStore16 { memarg } | Operator::I64AtomicStore16 { memarg } => {
                self.write(1, memarg)?;
            }
            Operator::I32AtomicStore { memarg } | Operator::I64AtomicStore32 { memarg } => {
                self.write(2, memarg)?;
            }
            Operator::I64AtomicStore { memarg } => self.write(3, memarg)?,
            Operator::I32AtomicRmw8CmpxchgU { memarg } => self.compare_exchange(0, memarg, I32)?,
            Operator::I32AtomicRmw16CmpxchgU { memarg } => self.compare_exchange(1, memarg, I32)?,
            Operator::I32AtomicRmwCmpxchg { memarg } => self.compare_exchange(2, memarg, I32)?,
            Operator::I64AtomicRmw8CmpxchgU { memarg } => self.compare_exchange(0, memarg, I64)?,
            Operator::I64AtomicRmw16CmpxchgU { memarg } => self.compare_exchange(1, memarg, I64)?,
            Operator::I64AtomicRmw32CmpxchgU { memarg } => self.compare_exchange(2, memarg, I64)?,
            Operator::I64AtomicRmwCmpxchg { memarg } => self.compare_exchange(3, memarg, I64)?,
            _ => return self.atomic_change(operator),
        }
        Ok(true)
    }

    fn atomic_change(&mut self, operator: &Operator<'_>) -> Result<bool, Error> {
        changes! { self, operator,
            I32AtomicRmw8AddU I32 0 Add,
            I32AtomicRmw16AddU I32 1 Add,
            I32AtomicRmwAdd I32 2 Add,
            I64AtomicRmw8AddU I64 0 Add,
            I64AtomicRmw16AddU I64 1 Add,
            I64AtomicRmw32AddU I64 2 Add,
            I64AtomicRmwAdd I64 3 Add,
            I32AtomicRmw8SubU I32 0 Sub,
            I32AtomicRmw16SubU I32 1 Sub,
            I32AtomicRmwSub I32 2 Sub,
            I64AtomicRmw8SubU I64 0 Sub,
            I64AtomicRmw16SubU I64 1 Sub,
            I64AtomicRmw32SubU I64 2 Sub,
            I64AtomicRmwSub I64 3 Sub,
            I32AtomicRmw8AndU I32 0 And,
            I32AtomicRmw16AndU I32 1 And,
            I32AtomicRmwAnd I32 2 And,
            I64AtomicRmw8AndU I64 0 And,
            I64AtomicRmw16AndU I64 1 And,
            I64AtomicRmw32AndU I64 2 And,
            I64AtomicRmwAnd I64 3 And,
            I32AtomicRmw8OrU I32 0 Or,
            I32AtomicRmw16OrU I32 1 Or,
            I32AtomicRmwOr I32 2 Or,
            I64AtomicRmw8OrU I64 0 Or,
            I64AtomicRmw16OrU I64 1 Or,
            I64AtomicRmw32OrU I64 2 Or,
            I64AtomicRmwOr I64 3 Or,
            I32AtomicRmw8XorU I32 0 Xor,
            I32AtomicRmw16XorU I32 1 Xor,
            I32AtomicRmwXor I32 2 Xor,
            I64AtomicRmw8XorU I64 0 Xor,
            I64AtomicRmw16XorU I64 1 Xor,
            I64AtomicRmw32XorU I64 2 Xor,
            I64AtomicRmwXor I64 3 Xor,
            I32AtomicRmw8XchgU I32 0 Exchange,
            I32AtomicRmw16XchgU I32 1 Exchange,
            I32AtomicRmwXchg I32 2 Exchange,
            I64AtomicRmw8XchgU I64 0 Exchange,
            I64AtomicRmw16XchgU I64 1 Exchange,
            I64AtomicRmw32XchgU I64 2 Exchange,
            I64AtomicRmwXchg I64 3 Exchange,
        }
        Ok(true)
    }
}
