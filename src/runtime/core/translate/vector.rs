//! Operators on vectors that touch no memory.

use super::Translator;
use super::emit::halves;
use super::stack::Symbol;
use crate::error::Error;
use crate::exec::{Op, Vector};
use crate::types::ValType;

impl Translator<'_> {
    pub(super) fn vector(&mut self, op: Vector, lane: u8) -> Result<(), Error> {
        let mut slots = [0u16, 0, 0, u16::from(lane)];
        for nth in (1..=op.operands()).rev() {
            let value = self.pop()?;
            slots[nth] = self.in_cell(value)?;
        }
        let to = self.next()?;
        slots[0] = to;
        let [a, b, c, d] = slots;
        let words = [halves(a, b, c, d)];
        if op.gives_vector() {
            self.give(Op::Vector(op), &words, to, ValType::V128);
        } else {
            // Such a number is in no accumulator.
            self.out.emit(Op::Vector(op), &words);
            self.out.wrote(to);
            self.stack.push(extracted(op), Symbol::Temporary);
        }
        Ok(())
    }

    pub(super) fn shuffle(&mut self, lanes: [u8; 16]) -> Result<(), Error> {
        let (b, a) = (self.pop()?, self.pop()?);
        let (a, b) = (self.in_cell(a)?, self.in_cell(b)?);
        let to = self.next()?;
        let lanes = u128::from_le_bytes(lanes);
        let words = [halves(to, a, b, 0), lanes as u64, (lanes >> 64) as u64];
        let op = Op::Vector(Vector::I8x16Shuffle);
        self.give(op, &words, to, ValType::V128);
        Ok(())
    }

    pub(super) fn vector_constant(&mut self, bytes: [u8; 16]) -> Result<(), Error> {
        let to = self.next()?;
        let bits = u128::from_le_bytes(bytes);
        let words = [u64::from(to), bits as u64, (bits >> 64) as u64];
        self.give(Op::ConstantV128, &words, to, ValType::V128);
        Ok(())
    }
}

/// The type of the number that a vector operator gives.
fn extracted(op: Vector) -> ValType {
    match op {
        Vector::I64x2ExtractLane => ValType::I64,
        Vector::F32x4ExtractLane => ValType::F32,
        Vector::F64x2ExtractLane => ValType::F64,
        _ => ValType::I32,
    }
}
