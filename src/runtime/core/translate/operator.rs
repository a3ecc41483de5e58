//! Operators: where their operands are, and the instruction for that.

use wasmparser::Operator;

use super::Translator;
use super::emit::{Compared, halves, with_upper};
use super::stack::{Symbol, Value};
use crate::error::Error;
use crate::exec::{Binary, Compare, Load, One, Op, Pair, Store, Target, Unary, Vector};
use crate::types::ValType;

/// What the operands of an instruction with two are.
struct Operands {
    pair: Pair,
    a: u16,
    b: u16,
    immediate: u64,
}

/// How an immediate goes into an instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    /// In the upper half of the second word.
    Half,
    /// In a word of its own.
    Word,
}

impl Translator<'_> {
    /// The value on top of the stack. Validation has made sure that there is one.
    pub(super) fn pop(&mut self) -> Result<Value, Error> {
        self.stack
            .pop()
            .ok_or_else(|| Error::usage("the module has changed since it was validated"))
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
            let op = if wide { Op::CopyV128 } else { Op::Copy };
            self.out.emit(op, &[halves(to, from, 0, 0)]);
            self.out.wrote(to);
            if wide {
                self.out.wrote(to + 1);
            }
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
    fn pair(&mut self, a: Value, b: Value) -> Result<Operands, Error> {
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

    /// Adds an instruction with two operands and a result.
    fn emit_pair(
        &mut self,
        make: impl Fn(Pair, Target) -> Op,
        operands: &Operands,
        width: Width,
        result: ValType,
        compare: Option<Compare>,
    ) -> Result<(), Error> {
        let to = self.next()?;
        let Operands {
            pair,
            a,
            b,
            immediate,
        } = *operands;
        let in_cell = match pair {
            Pair::SS | Pair::SA | Pair::SI | Pair::AI => a,
            Pair::AS | Pair::IS | Pair::IA => b,
        };
        let (first, second) = match (pair.has_immediate(), width) {
            (false, _) => (halves(to, in_cell, b, 0), None),
            (true, Width::Half) => (with_upper(to, in_cell, immediate as u32), None),
            (true, Width::Word) => (halves(to, in_cell, 0, 0), Some(immediate)),
        };
        let words = [first, second.unwrap_or(0)];
        let words = &words[..1 + usize::from(second.is_some())];
        let compared = compare.map(|op| Compared {
            op,
            pair,
            a,
            b,
            immediate,
        });
        let float = matches!(result, ValType::F32 | ValType::F64);
        let to_acc = Some(make(pair, Target::Acc));
        self.out
            .produce(make(pair, Target::Cell), words, to, float, to_acc, compared);
        self.stack.push(result, Symbol::Temporary);
        Ok(())
    }

    pub(super) fn binary(&mut self, op: Binary, ty: ValType) -> Result<(), Error> {
        let (b, a) = (self.pop()?, self.pop()?);
        let mut operands = self.pair(a, b)?;
        if op.commutative() && matches!(operands.pair, Pair::SA | Pair::IS | Pair::IA) {
            operands.pair = operands.pair.exchanged();
            std::mem::swap(&mut operands.a, &mut operands.b);
        }
        let make = |pair, target| Op::Binary(op, pair, target);
        self.emit_pair(make, &operands, width(ty), ty, None)
    }

    pub(super) fn compare(&mut self, op: Compare, ty: ValType) -> Result<(), Error> {
        let (b, a) = (self.pop()?, self.pop()?);
        let operands = self.pair(a, b)?;
        self.emit_compare(op, &operands, ty)
    }

    fn emit_compare(&mut self, op: Compare, operands: &Operands, ty: ValType) -> Result<(), Error> {
        let make = |pair, target| Op::Compare(op, pair, target);
        self.emit_pair(make, operands, width(ty), ValType::I32, Some(op))
    }

    /// Whether a value is zero or null.
    pub(super) fn is_zero(&mut self, op: Compare, ty: ValType) -> Result<(), Error> {
        let value = self.pop()?;
        if op == Compare::I32Eq
            && value.symbol == Symbol::Temporary
            && let slot = self.slot(value.cell)?
            && let Some(compared) = self.out.take_comparison(slot)
        {
            let operands = Operands {
                pair: compared.pair,
                a: compared.a,
                b: compared.b,
                immediate: compared.immediate,
            };
            let ty = compared_type(compared.op);
            if let Some(negated) = compared.op.negated() {
                return self.emit_compare(negated, &operands, ty);
            }
            // Numbers with a fraction: compare, then test the result.
            self.emit_compare(compared.op, &operands, ty)?;
            self.pop()?;
        }
        let zero = Value {
            symbol: Symbol::Constant(0),
            ..value
        };
        let operands = self.pair(value, zero)?;
        self.emit_compare(op, &operands, ty)
    }

    pub(super) fn unary(&mut self, op: Unary, ty: ValType) -> Result<(), Error> {
        let value = self.pop()?;
        let (one, slot) = self.one(value)?;
        let to = self.next()?;
        let words = [halves(to, slot, 0, 0)];
        let to_acc = Some(Op::Unary(op, one, Target::Acc));
        let float = op.floats().1;
        let op = Op::Unary(op, one, Target::Cell);
        self.out.produce(op, &words, to, float, to_acc, None);
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
                if matches!(compared.pair, Pair::IS | Pair::IA) {
                    compared.op = compared.op.exchanged();
                    compared.pair = compared.pair.exchanged();
                    std::mem::swap(&mut compared.a, &mut compared.b);
                }
                return Ok(Condition::Compared(compared));
            }
        }
        let (one, slot) = self.one(value)?;
        Ok(Condition::Value(one, slot))
    }

    pub(super) fn select(&mut self, ty: Option<ValType>) -> Result<(), Error> {
        let (condition, b, a) = (self.pop()?, self.pop()?, self.pop()?);
        let (one, slot) = self.one(condition)?;
        let (a_slot, b_slot) = (self.in_cell(a)?, self.in_cell(b)?);
        let ty = ty.unwrap_or(a.ty);
        let to = self.next()?;
        let words = [halves(to, a_slot, b_slot, slot)];
        match ty {
            ValType::V128 => {
                self.out.emit(Op::SelectV128(one), &words);
                self.out.wrote(to);
                self.out.wrote(to + 1);
            }
            ValType::F32 | ValType::F64 => {
                let op = Op::SelectFloat(one);
                self.out.produce(op, &words, to, true, None, None);
            }
            _ => self
                .out
                .produce(Op::Select(one), &words, to, false, None, None),
        }
        self.stack.push(ty, Symbol::Temporary);
        Ok(())
    }

    pub(super) fn vector(&mut self, op: Vector, lane: u8) -> Result<(), Error> {
        let mut slots = [0u16, 0, 0, u16::from(lane)];
        for nth in (1..=op.operands()).rev() {
            let value = self.pop()?;
            slots[nth] = self.in_cell(value)?;
        }
        let to = self.next()?;
        slots[0] = to;
        let [a, b, c, d] = slots;
        self.out.emit(Op::Vector(op), &[halves(a, b, c, d)]);
        self.out.wrote(to);
        if op.gives_vector() {
            self.out.wrote(to + 1);
            self.stack.push(ValType::V128, Symbol::Temporary);
        } else {
            self.stack.push(extracted(op), Symbol::Temporary);
        }
        Ok(())
    }

    fn shuffle(&mut self, lanes: [u8; 16]) -> Result<(), Error> {
        let (b, a) = (self.pop()?, self.pop()?);
        let (a, b) = (self.in_cell(a)?, self.in_cell(b)?);
        let to = self.next()?;
        let lanes = u128::from_le_bytes(lanes);
        let words = [halves(to, a, b, 0), lanes as u64, (lanes >> 64) as u64];
        self.out.emit(Op::Vector(Vector::I8x16Shuffle), &words);
        self.out.wrote(to);
        self.out.wrote(to + 1);
        self.stack.push(ValType::V128, Symbol::Temporary);
        Ok(())
    }

    pub(super) fn constant(&mut self, ty: ValType, bits: u64) {
        self.stack.push(ty, Symbol::Constant(bits));
    }

    fn vector_constant(&mut self, bytes: [u8; 16]) -> Result<(), Error> {
        let to = self.next()?;
        let bits = u128::from_le_bytes(bytes);
        let words = [u64::from(to), bits as u64, (bits >> 64) as u64];
        self.out.emit(Op::ConstantV128, &words);
        self.out.wrote(to);
        self.out.wrote(to + 1);
        self.stack.push(ValType::V128, Symbol::Temporary);
        Ok(())
    }

    fn local_set(&mut self, local: u32, keep: bool) -> Result<(), Error> {
        let value = self.pop()?;
        // What is on the stack as this local stays what it is now.
        let older = self.stack.locals(Some(local));
        for nth in &older {
            if let Some(old) = self.stack.get(*nth) {
                self.settle(old)?;
                self.stack.settle(*nth);
            }
        }
        match self.locals.cell(local) {
            Ok(to) => {
                let own = self.slot(value.cell)?;
                let folded = older.is_empty()
                    && value.symbol == Symbol::Temporary
                    && self.out.redirect(own, to);
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

    fn local_get(&mut self, local: u32) -> Result<(), Error> {
        let missing = || Error::usage("the module has changed since it was validated");
        let ty = self.locals.ty(local).ok_or_else(missing)?;
        self.stack.push(ty, Symbol::Local(local));
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
        if let Some(pieces) = &mut self.pieces {
            pieces.note(operator);
        }
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
            Operator::I32Eqz => self.is_zero(Compare::I32Eq, ValType::I32)?,
            Operator::I64Eqz => self.is_zero(Compare::I64Eq, ValType::I64)?,
            Operator::RefIsNull => self.is_zero(Compare::I64Eq, ValType::I64)?,
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
        if let Some((op, lane)) = Vector::of(operator) {
            return self.vector(op, lane);
        }
        number(self, operator)
    }
}

/// What decides a branch.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    Compared(Compared),
    Value(One, u16),
}

fn width(ty: ValType) -> Width {
    match ty {
        ValType::I32 | ValType::F32 => Width::Half,
        _ => Width::Word,
    }
}

fn compared_type(op: Compare) -> ValType {
    match &op.name()[..3] {
        "i32" => ValType::I32,
        "f32" => ValType::F32,
        "f64" => ValType::F64,
        _ => ValType::I64,
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

macro_rules! numbers {
    (
        binary { $($binary:ident $binary_ty:ident,)* }
        compare { $($compare:ident $compare_ty:ident,)* }
        unary { $($unary:ident $unary_ty:ident,)* }
        load { $($load:ident $load_ty:ident,)* }
        store { $($store:ident,)* }
    ) => {
        /// Operators on numbers.
        fn number(translator: &mut Translator<'_>, operator: &Operator<'_>) -> Result<(), Error> {
            match *operator {
                $(Operator::$binary => translator.binary(Binary::$binary, ValType::$binary_ty),)*
                $(Operator::$compare => translator.compare(Compare::$compare, ValType::$compare_ty),)*
                $(Operator::$unary => translator.unary(Unary::$unary, ValType::$unary_ty),)*
                $(Operator::$load { memarg } => translator.load(Load::$load, ValType::$load_ty, memarg),)*
                $(Operator::$store { memarg } => translator.store_number(Store::$store, memarg),)*
                _ => Err(Error::limit(format!("this operator is not supported: {operator:?}"))),
            }
        }
    };
}

numbers! {
    binary {
    I32Add I32, I32Sub I32, I32Mul I32, I32DivS I32, I32DivU I32, I32RemS I32, I32RemU I32,
    I32And I32, I32Or I32, I32Xor I32, I32Shl I32, I32ShrS I32, I32ShrU I32, I32Rotl I32, I32Rotr I32,
    I64Add I64, I64Sub I64, I64Mul I64, I64DivS I64, I64DivU I64, I64RemS I64, I64RemU I64,
    I64And I64, I64Or I64, I64Xor I64, I64Shl I64, I64ShrS I64, I64ShrU I64, I64Rotl I64, I64Rotr I64,
    F32Add F32, F32Sub F32, F32Mul F32, F32Div F32, F32Min F32, F32Max F32, F32Copysign F32,
    F64Add F64, F64Sub F64, F64Mul F64, F64Div F64, F64Min F64, F64Max F64, F64Copysign F64,
    }
    compare {
    I32Eq I32, I32Ne I32, I32LtS I32, I32LtU I32, I32GtS I32, I32GtU I32, I32LeS I32, I32LeU I32, I32GeS I32, I32GeU I32,
    I64Eq I64, I64Ne I64, I64LtS I64, I64LtU I64, I64GtS I64, I64GtU I64, I64LeS I64, I64LeU I64, I64GeS I64, I64GeU I64,
    F32Eq F32, F32Ne F32, F32Lt F32, F32Gt F32, F32Le F32, F32Ge F32,
    F64Eq F64, F64Ne F64, F64Lt F64, F64Gt F64, F64Le F64, F64Ge F64,
    }
    unary {
    I32Clz I32, I32Ctz I32, I32Popcnt I32, I64Clz I64, I64Ctz I64, I64Popcnt I64,
    I32Extend8S I32, I32Extend16S I32, I64Extend8S I64, I64Extend16S I64, I64Extend32S I64,
    I32WrapI64 I32, I64ExtendI32S I64, I64ExtendI32U I64,
    F32Abs F32, F32Neg F32, F32Ceil F32, F32Floor F32, F32Trunc F32, F32Nearest F32, F32Sqrt F32,
    F64Abs F64, F64Neg F64, F64Ceil F64, F64Floor F64, F64Trunc F64, F64Nearest F64, F64Sqrt F64,
    I32TruncF32S I32, I32TruncF32U I32, I32TruncF64S I32, I32TruncF64U I32,
    I64TruncF32S I64, I64TruncF32U I64, I64TruncF64S I64, I64TruncF64U I64,
    I32TruncSatF32S I32, I32TruncSatF32U I32, I32TruncSatF64S I32, I32TruncSatF64U I32,
    I64TruncSatF32S I64, I64TruncSatF32U I64, I64TruncSatF64S I64, I64TruncSatF64U I64,
    F32ConvertI32S F32, F32ConvertI32U F32, F32ConvertI64S F32, F32ConvertI64U F32,
    F64ConvertI32S F64, F64ConvertI32U F64, F64ConvertI64S F64, F64ConvertI64U F64,
    F32DemoteF64 F32, F64PromoteF32 F64,
    I32ReinterpretF32 I32, I64ReinterpretF64 I64, F32ReinterpretI32 F32, F64ReinterpretI64 F64,
    }
    load {
    I32Load I32, I64Load I64, F32Load F32, F64Load F64, I32Load8S I32, I32Load8U I32, I32Load16S I32, I32Load16U I32,
    I64Load8S I64, I64Load8U I64, I64Load16S I64, I64Load16U I64, I64Load32S I64, I64Load32U I64,
    }
    store {
    I32Store, I64Store, F32Store, F64Store, I32Store8, I32Store16, I64Store8, I64Store16, I64Store32,
    }
}
