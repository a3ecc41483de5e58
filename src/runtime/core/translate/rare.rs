//! Operators that the executor does by [`acts`].

use wasmparser::Operator;

use super::Translator;
use super::emit::with_upper;
use super::stack::Symbol;
use crate::error::Error;
use crate::exec::{Op, acts};
use crate::types::{RefType, ValType};

/// A function of [`acts`].
type Act = acts::Act;

impl Translator<'_> {
    /// Adds an instruction whose operands are the last values of the stack.
    pub(super) fn rare(
        &mut self,
        act: Act,
        upper: u32,
        words: [u64; 2],
        operands: usize,
        result: Option<ValType>,
    ) -> Result<(), Error> {
        let first = self.stack.len().saturating_sub(operands);
        self.settle_from(first)?;
        self.stack.truncate(first);
        let base = self.next()?;
        let act = (act as *const ()).expose_provenance() as u64;
        let words = [with_upper(base, 0, upper), act, words[0], words[1]];
        self.out.emit(Op::Rare, &words);
        if let Some(ty) = result {
            self.stack.push(ty, Symbol::Temporary);
        }
        self.out.forget();
        Ok(())
    }

    /// Has all values from one on be in their temporary cells.
    pub(super) fn settle_from(&mut self, first: usize) -> Result<(), Error> {
        for nth in first..self.stack.len() {
            if let Some(value) = self.stack.get(nth) {
                self.settle(value)?;
                self.stack.settle(nth);
            }
        }
        Ok(())
    }

    pub(super) fn memory_word(&self, index: u32) -> Result<u64, Error> {
        let memory = self.instance.memories.get(index as usize);
        let memory = self
            .store
            .memory_address(*memory.ok_or_else(super::changed)?);
        Ok(memory.expose_provenance() as u64)
    }

    pub(super) fn table_word(&self, index: u32) -> Result<u64, Error> {
        let table = self.instance.tables.get(index as usize);
        let table = self.store.table_address(*table.ok_or_else(super::changed)?);
        Ok(table.expose_provenance() as u64)
    }

    /// The type of an index into a memory, and what tells an act of it.
    fn memory_width(&self, index: u32) -> (ValType, u32) {
        match self.module.memories.get(index as usize) {
            Some(ty) if ty.memory64 => (ValType::I64, acts::WIDE),
            _ => (ValType::I32, 0),
        }
    }

    fn table_width(&self, index: u32) -> (ValType, u32) {
        match self.module.tables.get(index as usize) {
            Some(table) if table.ty.table64 => (ValType::I64, acts::WIDE),
            _ => (ValType::I32, 0),
        }
    }

    fn table_element(&self, index: u32) -> ValType {
        let table = self.module.tables.get(index as usize);
        ValType::Ref(table.map_or(RefType::FUNC, |table| table.ty.element))
    }

    /// Arithmetic of 128 bits, whose results are two numbers of 64.
    fn wide(&mut self, act: Act, operands: usize) -> Result<(), Error> {
        self.rare(act, 0, [0, 0], operands, Some(ValType::I64))?;
        self.stack.push(ValType::I64, Symbol::Temporary);
        Ok(())
    }

    /// Translates operators that are rare, and tells whether the operator is one.
    pub(super) fn rarely(&mut self, operator: &Operator<'_>) -> Result<bool, Error> {
        match *operator {
            Operator::MemorySize { mem } => {
                let (ty, upper) = self.memory_width(mem);
                let words = [self.memory_word(mem)?, 0];
                self.rare(acts::memory_size, upper, words, 0, Some(ty))?;
            }
            Operator::MemoryGrow { mem } => {
                let (ty, upper) = self.memory_width(mem);
                let words = [self.memory_word(mem)?, 0];
                self.rare(acts::memory_grow, upper, words, 1, Some(ty))?;
            }
            Operator::MemoryFill { mem } => {
                let words = [self.memory_word(mem)?, 0];
                self.rare(acts::memory_fill, 0, words, 3, None)?;
            }
            Operator::MemoryCopy { dst_mem, src_mem } => {
                let words = [self.memory_word(dst_mem)?, self.memory_word(src_mem)?];
                self.rare(acts::memory_copy, 0, words, 3, None)?;
            }
            Operator::MemoryInit { data_index, mem } => {
                let words = [self.memory_word(mem)?, u64::from(data_index)];
                self.rare(acts::memory_init, 0, words, 3, None)?;
            }
            Operator::DataDrop { data_index } => {
                self.rare(acts::data_drop, 0, [0, u64::from(data_index)], 0, None)?;
            }
            Operator::TableGet { table } => {
                let ty = self.table_element(table);
                let words = [self.table_word(table)?, 0];
                self.rare(acts::table_get, 0, words, 1, Some(ty))?;
            }
            Operator::TableSet { table } => {
                let words = [self.table_word(table)?, 0];
                self.rare(acts::table_set, 0, words, 2, None)?;
            }
            Operator::TableSize { table } => {
                let (ty, upper) = self.table_width(table);
                let words = [self.table_word(table)?, 0];
                self.rare(acts::table_size, upper, words, 0, Some(ty))?;
            }
            Operator::TableGrow { table } => {
                let (ty, upper) = self.table_width(table);
                let words = [self.table_word(table)?, 0];
                self.rare(acts::table_grow, upper, words, 2, Some(ty))?;
            }
            Operator::TableFill { table } => {
                let words = [self.table_word(table)?, 0];
                self.rare(acts::table_fill, 0, words, 3, None)?;
            }
            Operator::TableCopy {
                dst_table,
                src_table,
            } => {
                let words = [self.table_word(dst_table)?, self.table_word(src_table)?];
                self.rare(acts::table_copy, 0, words, 3, None)?;
            }
            Operator::TableInit { elem_index, table } => {
                let words = [self.table_word(table)?, u64::from(elem_index)];
                self.rare(acts::table_init, 0, words, 3, None)?;
            }
            Operator::ElemDrop { elem_index } => {
                self.rare(acts::element_drop, 0, [0, u64::from(elem_index)], 0, None)?;
            }
            Operator::I64Add128 => self.wide(acts::add_wide, 4)?,
            Operator::I64Sub128 => self.wide(acts::sub_wide, 4)?,
            Operator::I64MulWideS => self.wide(acts::mul_wide_signed, 2)?,
            Operator::I64MulWideU => self.wide(acts::mul_wide, 2)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
