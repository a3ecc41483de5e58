//! Loads and stores, globals.

use wasmparser::{MemArg, MemArgTarget, Operator};

use super::Translator;
use super::emit::{halves, with_upper};
use super::recent::What;
use super::stack::{Symbol, Value};
use crate::error::Error;
use crate::exec::acts::{self, VectorLoad};
use crate::exec::{Load, One, Op, Place, Store, Target};
use crate::types::ValType;

/// Where the address of an access comes from.
struct Address {
    place: Place,
    slot: u16,
    /// Where the access ends, from there on.
    end: u32,
    /// What is added to it, as a word of its own.
    sum: Option<u64>,
}

impl Translator<'_> {
    pub(super) fn memory_index(memarg: MemArg) -> u32 {
        match memarg.target {
            MemArgTarget::Memory(index) => index,
            _ => u32::MAX,
        }
    }

    /// Where an access of `size` bytes ends, from its address on, if it is to
    /// memory 0 with 32-bit addresses, so that there is a handler for it.
    fn near(&self, memarg: MemArg, size: u64) -> Option<u32> {
        let narrow = self.module.memories.first().is_some_and(|ty| !ty.memory64);
        let near = narrow && Self::memory_index(memarg) == 0;
        let end = memarg.offset.checked_add(size).filter(|_| near)?;
        u32::try_from(end).ok()
    }

    /// Where an address comes from.
    fn reach(&mut self, address: Value, end: u32) -> Result<Address, Error> {
        if let Some(constant) = address.constant()
            && let Ok(end) = u32::try_from(constant + u64::from(end))
        {
            return Ok(Address {
                place: Place::I,
                slot: 0,
                end,
                sum: None,
            });
        }
        if let Some((place, slot, sum)) = self.summed(address) {
            self.out.take_prior();
            self.out.moved = Some(self.out.code.len());
            return Ok(Address {
                place,
                slot,
                end,
                sum: Some(sum),
            });
        }
        let (one, slot) = self.one(address)?;
        Ok(Address {
            place: one.into(),
            slot,
            end,
            sum: None,
        })
    }

    /// What was added to make an address right before: it becomes part of the
    /// access. That is a place, its cell, and a word of its own.
    fn summed(&self, address: Value) -> Option<(Place, u16, u64)> {
        match self.out.prior()? {
            What::Add {
                to,
                one,
                slot,
                constant,
            } if address.is_in(to) => {
                let place = match one {
                    One::S => Place::SumS,
                    One::A => Place::SumA,
                };
                Some((place, slot, u64::from(constant)))
            }
            What::Sum { to, one, a, b } if address.is_in(to) => {
                let place = match one {
                    One::S => Place::SumSS,
                    One::A => Place::SumAS,
                };
                Some((place, a, u64::from(b)))
            }
            _ => None,
        }
    }

    /// Where a load is from whose address was counted up or down right before, and
    /// is kept in a local: one instruction does both.
    fn counted(&mut self, address: Value, end: u32) -> Option<Address> {
        let Symbol::Local(local) = address.symbol else {
            return None;
        };
        let What::Add {
            to,
            one: One::S,
            slot,
            constant,
        } = self.out.prior()?
        else {
            return None;
        };
        if self.locals.cell(local) != Ok(to) {
            return None;
        }
        self.out.take_prior();
        self.out.moved = Some(self.out.code.len());
        self.out.wrote(to);
        Some(Address {
            place: Place::TeeS,
            slot,
            end,
            sum: Some(u64::from(constant) | u64::from(to) << 32),
        })
    }

    /// Where a load is from.
    fn source(&mut self, address: Value, end: u32) -> Result<Address, Error> {
        match self.counted(address, end) {
            Some(found) => Ok(found),
            None => self.reach(address, end),
        }
    }

    pub(super) fn load(&mut self, op: Load, ty: ValType, memarg: MemArg) -> Result<(), Error> {
        let Some(end) = self.near(memarg, op.size()) else {
            let memory = self.memory_word(Self::memory_index(memarg))?;
            return self.rare(acts::load, op as u32, [memory, memarg.offset], 1, Some(ty));
        };
        let address = self.pop()?;
        let from = self.source(address, end)?;
        let to = self.next()?;
        let words = [with_upper(to, from.slot, from.end)];
        let words = words.into_iter().chain(from.sum).collect::<Vec<_>>();
        let to_acc = Some(Op::Load(op, from.place, Target::Acc));
        let in_cell = Op::Load(op, from.place, Target::Cell);
        self.out
            .produce(in_cell, &words, to, ty.is_float(), to_acc, None);
        self.out.note(What::Load {
            to,
            op,
            place: from.place,
            slot: from.slot,
            end: from.end,
        });
        self.stack.push(ty, Symbol::Temporary);
        Ok(())
    }

    pub(super) fn store_number(&mut self, op: Store, memarg: MemArg) -> Result<(), Error> {
        let Some(end) = self.near(memarg, op.size()) else {
            let memory = self.memory_word(Self::memory_index(memarg))?;
            return self.rare(acts::store, op as u32, [memory, memarg.offset], 2, None);
        };
        let (value, address) = (self.pop()?, self.pop()?);
        let immediate = value.constant();
        let (value, slot) = match immediate {
            Some(_) => (Place::I, 0),
            None => {
                let (one, slot) = self.one(value)?;
                (one.into(), slot)
            }
        };
        let to = self.reach(address, end)?;
        let words = [with_upper(to.slot, slot, to.end)];
        let words = words.into_iter().chain(immediate).chain(to.sum);
        let words = words.collect::<Vec<_>>();
        self.out.emit(Op::Store(op, to.place, value), &words);
        Ok(())
    }

    fn load_vector(&mut self, memarg: MemArg) -> Result<(), Error> {
        let Some(end) = self.near(memarg, 16) else {
            return self.load_part(VectorLoad::V128, memarg);
        };
        let address = self.pop()?;
        let from = self.source(address, end)?;
        let to = self.next()?;
        let words = [with_upper(to, from.slot, from.end)];
        let words = words.into_iter().chain(from.sum).collect::<Vec<_>>();
        self.give(Op::VectorLoad(from.place), &words, to, ValType::V128);
        Ok(())
    }

    fn store_vector(&mut self, memarg: MemArg) -> Result<(), Error> {
        let Some(end) = self.near(memarg, 16) else {
            return self.store_part(16, 0, memarg);
        };
        let (value, address) = (self.pop()?, self.pop()?);
        let slot = self.in_cell(value)?;
        let to = self.reach(address, end)?;
        let words = [with_upper(to.slot, slot, to.end)];
        let words = words.into_iter().chain(to.sum).collect::<Vec<_>>();
        self.out.emit(Op::VectorStore(to.place), &words);
        Ok(())
    }

    fn load_part(&mut self, load: VectorLoad, memarg: MemArg) -> Result<(), Error> {
        let memory = self.memory_word(Self::memory_index(memarg))?;
        let words = [memory, memarg.offset];
        self.rare(
            acts::vector_load,
            load as u32,
            words,
            1,
            Some(ValType::V128),
        )
    }

    fn load_lane(&mut self, size: u32, lane: u8, memarg: MemArg) -> Result<(), Error> {
        let memory = self.memory_word(Self::memory_index(memarg))?;
        let upper = acts::LANE | u32::from(lane) << 8 | size;
        let words = [memory, memarg.offset];
        self.rare(acts::vector_load, upper, words, 2, Some(ValType::V128))
    }

    fn store_part(&mut self, size: u32, lane: u8, memarg: MemArg) -> Result<(), Error> {
        let memory = self.memory_word(Self::memory_index(memarg))?;
        let upper = u32::from(lane) << 8 | size;
        self.rare(acts::store_lane, upper, [memory, memarg.offset], 2, None)
    }

    fn global_get(&mut self, index: u32) -> Result<(), Error> {
        let (address, ty) = self.global(index)?;
        let to = self.next()?;
        let words = [u64::from(to), address];
        let op = match ty {
            ValType::V128 => Op::GlobalGetV128,
            ty if ty.is_float() => Op::GlobalGetFloat,
            _ => Op::GlobalGet,
        };
        self.give(op, &words, to, ty);
        Ok(())
    }

    fn global_set(&mut self, index: u32) -> Result<(), Error> {
        let (address, ty) = self.global(index)?;
        let value = self.pop()?;
        let (op, slot) = if ty == ValType::V128 {
            (Op::GlobalSetV128, self.in_cell(value)?)
        } else if value.is_float() {
            (Op::GlobalSet(One::S), self.in_cell(value)?)
        } else {
            let (one, slot) = self.one(value)?;
            (Op::GlobalSet(one), slot)
        };
        self.out.emit(op, &[halves(slot, 0, 0, 0), address]);
        Ok(())
    }

    /// The address of a global's cells, and its type.
    fn global(&self, index: u32) -> Result<(u64, ValType), Error> {
        let global = *self
            .instance
            .globals
            .get(index as usize)
            .ok_or_else(super::changed)?;
        let address = self.store.global_address(global);
        let ty = self
            .module
            .globals
            .get(index as usize)
            .ok_or_else(super::changed)?;
        // The cells are what an entity begins with.
        Ok((address.expose_provenance() as u64, ty.ty.content))
    }

    /// Translates accesses to memories and globals, and tells whether the
    /// operator is one.
    pub(super) fn memory(&mut self, operator: &Operator<'_>) -> Result<bool, Error> {
        match *operator {
            Operator::GlobalGet { global_index } => self.global_get(global_index)?,
            Operator::GlobalSet { global_index } => self.global_set(global_index)?,
            Operator::V128Load { memarg } => self.load_vector(memarg)?,
            Operator::V128Store { memarg } => self.store_vector(memarg)?,
            Operator::V128Load8x8S { memarg } => self.load_part(VectorLoad::Load8x8S, memarg)?,
            Operator::V128Load8x8U { memarg } => self.load_part(VectorLoad::Load8x8U, memarg)?,
            Operator::V128Load16x4S { memarg } => self.load_part(VectorLoad::Load16x4S, memarg)?,
            Operator::V128Load16x4U { memarg } => self.load_part(VectorLoad::Load16x4U, memarg)?,
            Operator::V128Load32x2S { memarg } => self.load_part(VectorLoad::Load32x2S, memarg)?,
            Operator::V128Load32x2U { memarg } => self.load_part(VectorLoad::Load32x2U, memarg)?,
            Operator::V128Load8Splat { memarg } => self.load_part(VectorLoad::Splat8, memarg)?,
            Operator::V128Load16Splat { memarg } => self.load_part(VectorLoad::Splat16, memarg)?,
            Operator::V128Load32Splat { memarg } => self.load_part(VectorLoad::Splat32, memarg)?,
            Operator::V128Load64Splat { memarg } => self.load_part(VectorLoad::Splat64, memarg)?,
            Operator::V128Load32Zero { memarg } => self.load_part(VectorLoad::Zero32, memarg)?,
            Operator::V128Load64Zero { memarg } => self.load_part(VectorLoad::Zero64, memarg)?,
            Operator::V128Load8Lane { memarg, lane } => self.load_lane(1, lane, memarg)?,
            Operator::V128Load16Lane { memarg, lane } => self.load_lane(2, lane, memarg)?,
            Operator::V128Load32Lane { memarg, lane } => self.load_lane(4, lane, memarg)?,
            Operator::V128Load64Lane { memarg, lane } => self.load_lane(8, lane, memarg)?,
            Operator::V128Store8Lane { memarg, lane } => self.store_part(1, lane, memarg)?,
            Operator::V128Store16Lane { memarg, lane } => self.store_part(2, lane, memarg)?,
            Operator::V128Store32Lane { memarg, lane } => self.store_part(4, lane, memarg)?,
            Operator::V128Store64Lane { memarg, lane } => self.store_part(8, lane, memarg)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
