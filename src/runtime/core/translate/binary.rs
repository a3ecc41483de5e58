//! Operators with two operands and a result, and what becomes one with them.

use super::Translator;
use super::emit::{halves, with_upper};
use super::recent::What;
use super::stack::{Symbol, Value};
use crate::error::Error;
use crate::exec::{Binary, Load, Loaded, One, Op, Order, Pair, Place, Target};
use crate::types::ValType;

impl Translator<'_> {
    pub(super) fn binary(&mut self, op: Binary, ty: ValType) -> Result<(), Error> {
        let (b, a) = (self.pop()?, self.pop()?);
        if self.with_loaded(op, a, b)? || self.with_shift(op, a, b)? {
            return Ok(());
        }
        let mut operands = self.pair(a, b)?;
        if op.commutative() && matches!(operands.pair, Pair::SA | Pair::IS | Pair::IA) {
            operands = operands.exchanged();
        }
        let make = |pair, target| Op::Binary(op, pair, target);
        let wide = matches!(ty, ValType::I64 | ValType::F64);
        let to = self.next()?;
        self.emit_pair(make, operands, wide, ty, None)?;
        let one = match operands.pair {
            Pair::SI | Pair::SS => One::S,
            Pair::AI | Pair::AS => One::A,
            _ => return Ok(()),
        };
        let (slot, constant) = (operands.a, operands.immediate as u32);
        let what = match (op, operands.pair.has_immediate()) {
            (Binary::I32Add, false) => What::Sum {
                to,
                one,
                a: slot,
                b: operands.b,
            },
            (Binary::I32Add, true) => What::Add {
                to,
                one,
                slot,
                constant,
            },
            (Binary::I32Shl | Binary::I32ShrU, true) => What::Shift {
                to,
                one,
                slot,
                left: op == Binary::I32Shl,
                amount: (constant & 31) as u16,
            },
            (Binary::I32And, true) => What::Mask {
                to,
                one,
                slot,
                mask: constant,
            },
            _ => return Ok(()),
        };
        self.out.note(what);
        Ok(())
    }

    /// An addition of what was shifted right before, or bits taken out of it: one
    /// instruction does both.
    fn with_shift(&mut self, op: Binary, a: Value, b: Value) -> Result<bool, Error> {
        let Some(What::Shift {
            to: shifted,
            one,
            slot,
            left,
            amount,
        }) = self.out.prior()
        else {
            return Ok(false);
        };
        let other = match (a.is_in(shifted), b.is_in(shifted)) {
            (true, false) => b,
            (false, true) => a,
            _ => return Ok(false),
        };
        let to = self.next()?;
        let (op, words): (fn(One, Target) -> Op, _) = match (op, left, other.symbol) {
            (Binary::I32Add, true, _) => {
                let Some(with) = self.near_cell(other) else {
                    return Ok(false);
                };
                (Op::AddShifted, vec![halves(to, slot, with, amount)])
            }
            (Binary::I32And, false, Symbol::Constant(mask)) => {
                let words = vec![with_upper(to, slot, mask as u32), u64::from(amount)];
                (Op::Bits, words)
            }
            _ => return Ok(false),
        };
        self.out.take_prior();
        let (in_cell, to_acc) = (op(one, Target::Cell), op(one, Target::Acc));
        self.out
            .produce(in_cell, &words, to, false, Some(to_acc), None);
        self.stack.push(ValType::I32, Symbol::Temporary);
        Ok(true)
    }

    /// The cell that a value is in already.
    fn near_cell(&self, value: Value) -> Option<u16> {
        match value.symbol {
            Symbol::Temporary => self.slot(value.cell).ok(),
            Symbol::Local(local) => self.locals.cell(local).ok(),
            Symbol::Constant(_) => None,
        }
    }

    /// An operator on numbers with a fraction, one of which was loaded right
    /// before: one instruction does both.
    fn with_loaded(&mut self, op: Binary, a: Value, b: Value) -> Result<bool, Error> {
        let Some(op) = Loaded::of(op) else {
            return Ok(false);
        };
        let Some(What::Load {
            to: loaded,
            op: Load::F64Load,
            place: place @ (Place::S | Place::A),
            slot: address,
            end,
        }) = self.out.prior()
        else {
            return Ok(false);
        };
        let (other, order) = match (a.is_in(loaded), b.is_in(loaded)) {
            (false, true) => (a, Order::Second),
            (true, false) => (b, Order::First),
            _ => return Ok(false),
        };
        // Nothing may come between the two.
        let Some(slot) = self.near_cell(other) else {
            return Ok(false);
        };
        self.out.take_prior();
        let temporary = other.symbol == Symbol::Temporary;
        let one = match self.out.take_from_acc(slot, true, temporary) {
            true => One::A,
            false => One::S,
        };
        let to = self.next()?;
        let words = [halves(to, slot, address, 0), u64::from(end)];
        let make = |target| Op::BinaryLoaded(op, order, one, place, target);
        let to_acc = Some(make(Target::Acc));
        self.out
            .produce(make(Target::Cell), &words, to, true, to_acc, None);
        self.stack.push(ValType::F64, Symbol::Temporary);
        Ok(true)
    }
}
