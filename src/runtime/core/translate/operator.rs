//! Operators: where their operands are, and the instruction for that.

use wasmparser::Operator;

use super::emit::{halves, with_upper};
use super::recent::{Compared, Operands};
use super::stack::{Symbol, Value};
use super::{Translator, number};
use crate::error::Error;
use crate::exec::{Compare, One, Op, Pair, Target, Unary, Vector};
use crate::technique::Technique;
use crate::types::ValType;

impl Translator<'_> {
    /// The value on top of the stack. Validation has made sure that there is one.
    pub(super) fn pop(&mut self) -> Result<Value, Error> {
        self.stack.pop().ok_or_else(super::changed)
    }

    /// A cell as instructions name it.
    pub(super) fn slot(&self, cell: u32) -> Result<u16, Error> {
        u16::try_from(cell).map_err(|_| Error::limit("a function needs too many temporary values"))
    }

    /// The temporary cell of the next value.
    pub(super) fn next(&self) -> Result<u16, Error> {
        self.slot(self.stack.top())
    }

    /// A cell that holds a value.
    pub(super) fn in_cell(&mut self, value: Value) -> Result<u16, Error> {
        let own = self.slot(value.cell)?;
        match value.symbol {
            Symbol::Temporary => Ok(own),
            Symbol::Local(local) => match self.locals.cell(local) {
                Ok(slot) => Ok(slot),
                Err(_) => self.settle(value).map(|()| own),
            },
            Symbol::Constant(_) => self.settle(value).map(|()| own),
        }
    }

    /// Copies a value to its own temporary cell, if it is not there.
    pub(super) fn settle(&mut self, value: Value) -> Result<(), Error> {
        let own = self.slot(value.cell)?;
        self.copy_to(value, own)
    }

    /// Copies a value to a cell, if it is not there.
    pub(super) fn copy_to(&mut self, value: Value, to: u16) -> Result<(), Error> {
        let wide = value.ty == ValType::V128;
        let from = match value.symbol {
            Symbol::Constant(bits) => {
                self.out.emit(Op::Constant, &[u64::from(to), bits]);
                self.out.wrote(to);
                return Ok(());
            }
            Symbol::Temporary => self.slot(value.cell)?,
            Symbol::Local(local) => match self.locals.cell(local) {
                Ok(slot) => slot,
                Err(far) => {
                    for nth in 0..value.ty.cells() {
                        let to = to + nth as u16;
                        let words = [with_upper(to, 0, far + nth)];
                        self.out.emit(Op::CopyFromFar, &words);
                        self.out.wrote(to);
                    }
                    return Ok(());
                }
            },
        };
        if from != to {
            if !wide {
                self.out.copy(to, from, value.ty == ValType::I32);
                return Ok(());
            }
            self.out.emit(Op::CopyV128, &[halves(to, from, 0, 0)]);
            self.out.wrote(to);
            self.out.wrote(to + 1);
        }
        Ok(())
    }

    /// Where a value is: in a cell or in the accumulator.
    pub(super) fn one(&mut self, value: Value) -> Result<(One, u16), Error> {
        let slot = self.in_cell(value)?;
        let temporary = value.symbol == Symbol::Temporary;
        if value.constant().is_none() && self.out.take_from_acc(slot, value.is_float(), temporary) {
            return Ok((One::A, slot));
        }
        Ok((One::S, slot))
    }

    /// Where two values are, the second of which was pushed last.
    pub(super) fn pair(&mut self, a: Value, b: Value) -> Result<Operands, Error> {
        let found = |pair, a, b, immediate| Operands {
            pair,
            a,
            b,
            immediate,
        };
        match (a.constant(), b.constant()) {
            (_, Some(immediate)) => Ok(match self.one(a)? {
                (One::S, a) => found(Pair::SI, a, 0, immediate),
                (One::A, a) => found(Pair::AI, a, 0, immediate),
            }),
            (Some(immediate), None) => Ok(match self.one(b)? {
                (One::S, b) => found(Pair::IS, 0, b, immediate),
                (One::A, b) => found(Pair::IA, 0, b, immediate),
            }),
            (None, None) => {
                let slot = self.in_cell(a)?;
                match self.one(b)? {
                    (One::A, b) if b != slot => Ok(found(Pair::SA, slot, b, 0)),
                    (_, b) => {
                        let temporary = a.symbol == Symbol::Temporary;
                        let held = self.out.take_from_acc(slot, a.is_float(), temporary);
                        let pair = if held { Pair::AS } else { Pair::SS };
                        Ok(found(pair, slot, b, 0))
                    }
                }
            }
        }
    }

    /// Adds an instruction with two operands and a result. `wide` says that an
    /// immediate gets a word of its own.
    pub(super) fn emit_pair(
        &mut self,
        make: impl Fn(Pair, Target) -> Op,
        operands: Operands,
        wide: bool,
        result: ValType,
        compare: Option<Compare>,
    ) -> Result<(), Error> {
        let to = self.next()?;
        let Operands {
            pair,
            a,
            b,
            immediate,
        } = operands;
        let in_cell = match pair {
            Pair::SS | Pair::SA | Pair::SI | Pair::AI => a,
            Pair::AS | Pair::IS | Pair::IA => b,
        };
        let words = match (pair.has_immediate(), wide) {
            (false, _) => &[halves(to, in_cell, b, 0)][..],
            (true, false) => &[with_upper(to, in_cell, immediate as u32)],
            (true, true) => &[halves(to, in_cell, 0, 0), immediate],
        };
        let compared = compare.map(|op| Compared::new(op, operands));
        let to_acc = Some(make(pair, Target::Acc));
        let op = make(pair, Target::Cell);
        self.out
            .produce(op, words, to, result.is_float(), to_acc, compared);
        self.stack.push(result, Symbol::Temporary);
        Ok(())
    }

    pub(super) fn compare(&mut self, op: Compare) -> Result<(), Error> {
        let (b, a) = (self.pop()?, self.pop()?);
        let operands = self.pair(a, b)?;
        self.emit_compare(op, operands)
    }

    fn emit_compare(&mut self, op: Compare, operands: Operands) -> Result<(), Error> {
        let make = |pair, target| Op::Compare(op, pair, target);
        self.emit_pair(make, operands, op.is_wide(), ValType::I32, Some(op))
    }

    /// Whether a value is zero or null.
    pub(super) fn is_zero(&mut self, op: Compare) -> Result<(), Error> {
        let value = self.pop()?;
        if op == Compare::I32Eq
            && value.symbol == Symbol::Temporary
            && let slot = self.slot(value.cell)?
            && let Some(compared) = self.out.take_comparison(slot)
        {
            return self.emit_opposite(compared, value);
        }
        self.emit_test(op, value)
    }

    fn emit_test(&mut self, op: Compare, value: Value) -> Result<(), Error> {
        let zero = Value {
            symbol: Symbol::Constant(0),
            ..value
        };
        let operands = self.pair(value, zero)?;
        self.emit_compare(op, operands)
    }

    /// Adds instructions for the opposite of a comparison whose result was `value`.
    fn emit_opposite(&mut self, compared: Compared, value: Value) -> Result<(), Error> {
        let Compared { op, operands, .. } = compared;
        if compared.negated {
            return self.emit_compare(op, operands);
        }
        if let Some(negated) = op.negated() {
            return self.emit_compare(negated, operands);
        }
        // Numbers with a fraction: compare, then test the result. A branch on that
        // takes both back.
        let mark = self.out.mark();
        self.emit_compare(op, operands)?;
        self.pop()?;
        self.emit_test(Compare::I32Eq, value)?;
        let negated = Compared {
            negated: true,
            ..compared
        };
        self.out.compares(mark, negated);
        Ok(())
    }

    pub(super) fn unary(&mut self, op: Unary, ty: ValType) -> Result<(), Error> {
        let value = self.pop()?;
        let (one, slot) = self.one(value)?;
        let to = self.next()?;
        let words = [halves(to, slot, 0, 0)];
        let to_acc = Some(Op::Unary(op, one, Target::Acc));
        let op = Op::Unary(op, one, Target::Cell);
        self.out
            .produce(op, &words, to, ty.is_float(), to_acc, None);
        self.stack.push(ty, Symbol::Temporary);
        Ok(())
    }

    /// Pops a condition and, if it comes from a comparison that can be part of a
    /// branch, takes that back.
    pub(super) fn condition(&mut self) -> Result<Condition, Error> {
        let value = self.pop()?;
        if value.symbol == Symbol::Temporary {
            let slot = self.slot(value.cell)?;
            if let Some(mut compared) = self.out.take_comparison(slot) {
                if matches!(compared.operands.pair, Pair::IS | Pair::IA) {
                    compared.op = compared.op.exchanged();
                    compared.operands = compared.operands.exchanged();
                }
                return Ok(Condition::Compared(compared));
            }
        }
        let (one, slot) = self.one(value)?;
        Ok(Condition::Value(one, slot))
    }

    /// Adds an instruction whose result, of a type, goes into the cell `to` in any
    /// case, and for a number into its accumulator.
    pub(super) fn give(&mut self, op: Op, words: &[u64], to: u16, ty: ValType) {
        if ty == ValType::V128 {
            self.out.emit(op, words);
            self.out.wrote(to);
            self.out.wrote(to + 1);
        } else {
            self.out.produce(op, words, to, ty.is_float(), None, None);
        }
        self.stack.push(ty, Symbol::Temporary);
    }

    pub(super) fn select(&mut self, ty: Option<ValType>) -> Result<(), Error> {
        let (condition, b, a) = (self.pop()?, self.pop()?, self.pop()?);
        let (one, slot) = self.one(condition)?;
        let (a_slot, b_slot) = (self.in_cell(a)?, self.in_cell(b)?);
        let ty = ty.unwrap_or(a.ty);
        let to = self.next()?;
        let words = [halves(to, a_slot, b_slot, slot)];
        let op = match ty {
            ValType::V128 => Op::SelectV128(one),
            ty if ty.is_float() => Op::SelectFloat(one),
            _ => Op::Select(one),
        };
        self.give(op, &words, to, ty);
        Ok(())
    }

    pub(super) fn constant(&mut self, ty: ValType, bits: u64) {
        self.stack.push(ty, Symbol::Constant(bits));
    }

    fn local_set(&mut self, local: u32, keep: bool) -> Result<(), Error> {
        let value = self.pop()?;
        let kept = self.keep_older(local, value)?;
        match self.locals.cell(local) {
            Ok(to) => {
                let own = self.slot(value.cell)?;
                let folded =
                    kept && value.symbol == Symbol::Temporary && self.out.redirect(own, to);
                if !folded && value.symbol != Symbol::Local(local) {
                    self.copy_to(value, to)?;
                }
            }
            Err(far) => {
                let from = self.in_cell(value)?;
                for nth in 0..value.ty.cells() {
                    let words = [with_upper(from + nth as u16, 0, far + nth)];
                    self.out.emit(Op::CopyToFar, &words);
                }
            }
        }
        if keep {
            self.local_get(local)?;
        }
        Ok(())
    }

    /// Before a local is set: what is on the stack as this local stays what it is
    /// now. Returns whether the instruction that gives `value` may set the local.
    fn keep_older(&mut self, local: u32, value: Value) -> Result<bool, Error> {
        let older = self.stack.locals(Some(local));
        if older.is_empty() {
            return Ok(true);
        }
        let near = self.locals.cell(local);
        let own = self.slot(value.cell)?;
        let before =
            value.symbol == Symbol::Temporary && value.ty != ValType::V128 && self.out.gives(own);
        for nth in older {
            let Some(old) = self.stack.get(nth) else {
                continue;
            };
            match near {
                Ok(from) if before => {
                    let to = self.slot(old.cell)?;
                    self.out.copy_before_last(to, from, old.ty == ValType::I32);
                }
                _ => self.settle(old)?,
            }
            self.stack.settle(nth);
        }
        // The instruction that gives the value has moved.
        if before && let Some((word, _)) = self.positions.as_mut().and_then(|all| all.last_mut()) {
            *word = self.out.code.len();
        }
        Ok(before && near.is_ok())
    }

    fn local_get(&mut self, local: u32) -> Result<(), Error> {
        let ty = self.locals.ty(local).ok_or_else(super::changed)?;
        self.stack.push(ty, Symbol::Local(local));
        if !self.out.techniques.has(Technique::Locals) {
            self.settle_from(self.stack.len() - 1)?;
        }
        Ok(())
    }

    /// Translates an operator.
    pub(super) fn operator(&mut self, operator: &Operator<'_>) -> Result<(), Error> {
        if let Some(depth) = self.skipping {
            return self.skip(operator, depth);
        }
        if let Some((_, used)) = &mut self.fuel {
            *used += 1;
        }
        // An end is part of what comes behind it: branches lead there too.
        if matches!(operator, Operator::End) {
            self.control(operator)?;
            self.note(operator);
            return Ok(());
        }
        self.note(operator);
        match *operator {
            Operator::Nop => {}
            Operator::Drop => drop(self.pop()?),
            Operator::Select => self.select(None)?,
            Operator::TypedSelect { ty } => {
                let ty = self.module.val_type(ty);
                self.select(Some(ty))?;
            }
            Operator::LocalGet { local_index } => self.local_get(local_index)?,
            Operator::LocalSet { local_index } => self.local_set(local_index, false)?,
            Operator::LocalTee { local_index } => self.local_set(local_index, true)?,
            Operator::I32Const { value } => {
                self.constant(ValType::I32, u64::from(value.cast_unsigned()));
            }
            Operator::I64Const { value } => self.constant(ValType::I64, value.cast_unsigned()),
            Operator::F32Const { value } => self.constant(ValType::F32, u64::from(value.bits())),
            Operator::F64Const { value } => self.constant(ValType::F64, value.bits()),
            Operator::V128Const { value } => self.vector_constant(*value.bytes())?,
            Operator::I8x16Shuffle { lanes } => self.shuffle(lanes)?,
            Operator::I32Eqz => self.is_zero(Compare::I32Eq)?,
            Operator::I64Eqz => self.is_zero(Compare::I64Eq)?,
            Operator::RefIsNull => self.is_zero(Compare::I64Eq)?,
            Operator::RefNull { hty } => {
                let heap = self.module.heap_type(hty);
                let ty = crate::types::RefType {
                    nullable: true,
                    heap,
                };
                self.constant(ValType::Ref(ty), 0);
            }
            Operator::RefFunc { function_index } => {
                let func = self.function(function_index)?;
                let address = self.store.function_address(func);
                self.constant(ValType::FUNCREF, address);
            }
            _ => return self.by_family(operator),
        }
        Ok(())
    }

    fn by_family(&mut self, operator: &Operator<'_>) -> Result<(), Error> {
        if self.control(operator)? || self.memory(operator)? || self.rarely(operator)? {
            return Ok(());
        }
        if self.object(operator)? || self.exception(operator)? || self.atomic(operator)? {
            return Ok(());
        }
        if let Some((op, lane)) = Vector::of(operator) {
            return self.vector(op, lane);
        }
        number::number(self, operator)
    }
}

/// What decides a branch.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    Compared(Compared),
    Value(One, u16),
}
