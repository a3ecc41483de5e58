//! Branches: what they are taken on, where they lead, and the values that they take
//! along.

use super::Translator;
use super::control::Kind;
use super::emit::{Fixup, halves};
use super::operator::Condition;
use super::recent::{Compared, Operands, What};
use super::stack::{Symbol, Value};
use crate::error::Error;
use crate::exec::{Bound, Compare, One, Op, Pair};
use crate::types::ValType;

impl Translator<'_> {
    /// A branch that is taken if a condition is `taken_if`.
    pub(super) fn branch_on(&mut self, condition: Condition, taken_if: bool) -> Fixup {
        if let Some(fixup) = self.branch_on_bits(condition, taken_if) {
            return fixup;
        }
        match condition {
            Condition::Value(one, slot) => self
                .out
                .branch(Op::BranchIf(one, taken_if), &[u64::from(slot)]),
            Condition::Compared(compared) => {
                let taken_if = taken_if != compared.negated;
                let (op, taken_if) = match compared.op.negated() {
                    Some(negated) if !taken_if => (negated, true),
                    _ => (compared.op, taken_if),
                };
                let Operands {
                    pair,
                    a,
                    b,
                    immediate,
                } = compared.operands;
                let bound = match pair {
                    Pair::AI => Some((Bound::Constant, immediate)),
                    Pair::AS => Some((Bound::Cell, u64::from(b))),
                    _ => None,
                };
                // A loop's end: what is compared was counted up right before.
                if let Some((bound, with)) = bound.filter(|_| op.is_i32() && taken_if)
                    && let Some(What::Add {
                        to,
                        one: One::S,
                        slot,
                        constant,
                    }) = self.out.prior()
                    && to == a
                {
                    self.out.take_prior();
                    let words = [halves(to, slot, 0, 0), u64::from(constant) | with << 32];
                    let fixup = self.out.branch(Op::BranchAdd(op, bound), &words);
                    self.out.wrote(to);
                    self.out.hold(to, false);
                    return fixup;
                }
                // A test for zero needs nothing to compare with.
                let one = match pair {
                    Pair::SI => Some(One::S),
                    Pair::AI => Some(One::A),
                    _ => None,
                };
                if let Some(one) = one.filter(|_| immediate == 0)
                    && matches!(op, Compare::I32Eq | Compare::I32Ne)
                {
                    let op = Op::BranchIf(one, (op == Compare::I32Ne) == taken_if);
                    return self.out.branch(op, &[u64::from(a)]);
                }
                let words = [halves(a, b, 0, 0), immediate];
                let count = 1 + usize::from(pair.has_immediate());
                let op = Op::BranchCompare(op, pair, taken_if);
                self.out.branch(op, &words[..count])
            }
        }
    }

    /// A branch that is taken if bits of a value are set, or if none is, where the
    /// others were masked out right before.
    fn branch_on_bits(&mut self, condition: Condition, taken_if: bool) -> Option<Fixup> {
        let (masked, if_set) = match condition {
            Condition::Value(One::A, slot) => (slot, taken_if),
            Condition::Compared(Compared {
                op: op @ (Compare::I32Eq | Compare::I32Ne),
                operands:
                    Operands {
                        pair: Pair::AI,
                        a,
                        immediate: 0,
                        ..
                    },
                ..
            }) => (a, (op == Compare::I32Ne) == taken_if),
            _ => return None,
        };
        let Some(What::Mask {
            to,
            one,
            slot,
            mask,
        }) = self.out.prior()
        else {
            return None;
        };
        if to != masked {
            return None;
        }
        self.out.take_prior();
        let words = [u64::from(slot), u64::from(mask)];
        Some(self.out.branch(Op::BranchMask(one, if_set), &words))
    }

    pub(super) fn target(&mut self, depth: u32) -> Result<usize, Error> {
        let nth = self.controls.len().checked_sub(depth as usize + 1);
        nth.ok_or_else(super::changed)
    }

    /// Lets a branch lead to a block.
    pub(super) fn lead(&mut self, fixup: Fixup, nth: usize) -> Result<(), Error> {
        match self.controls[nth].kind {
            Kind::Loop(start) => self.out.fix(fixup, start),
            _ => {
                self.controls[nth].exits.push(fixup);
                Ok(())
            }
        }
    }

    /// The values that a branch takes along and that are not where they have to
    /// be, with the cells where they have to be.
    pub(super) fn moves(
        &self,
        nth: usize,
        carried: &[ValType],
    ) -> Result<Vec<(Value, u16)>, Error> {
        let control = &self.controls[nth];
        let first = self.stack.len().saturating_sub(carried.len());
        let mut cell = control.cell();
        let mut moves = Vec::new();
        for (at, ty) in (first..).zip(carried) {
            if let Some(value) = self.stack.get(at)
                && (value.symbol != Symbol::Temporary || value.cell != cell)
            {
                moves.push((value, self.slot(cell)?));
            }
            cell += ty.cells();
        }
        Ok(moves)
    }

    pub(super) fn take_along(&mut self, moves: Vec<(Value, u16)>) -> Result<(), Error> {
        // Cells only move down, in order, so that none is overwritten before it
        // is read.
        for (value, to) in moves {
            self.copy_to(value, to)?;
        }
        Ok(())
    }

    pub(super) fn branch(&mut self, depth: u32) -> Result<(), Error> {
        self.jump(depth)?;
        self.stop();
        Ok(())
    }

    /// Goes on at a label, with the last values of the stack.
    pub(super) fn jump(&mut self, depth: u32) -> Result<(), Error> {
        let nth = self.target(depth)?;
        if nth == 0 {
            self.leave()?;
        } else {
            let moves = self.moves(nth, self.controls[nth].carried())?;
            self.take_along(moves)?;
            let fixup = self.out.go();
            self.lead(fixup, nth)?;
        }
        Ok(())
    }

    pub(super) fn branch_if(&mut self, depth: u32) -> Result<(), Error> {
        let condition = self.condition()?;
        self.branch_with(depth, condition, true)
    }

    /// A branch that is taken if a condition is `taken_if`, with the values that
    /// are on the stack.
    pub(super) fn branch_with(
        &mut self,
        depth: u32,
        condition: Condition,
        taken_if: bool,
    ) -> Result<(), Error> {
        let nth = self.target(depth)?;
        let moves = self.moves(nth, self.controls[nth].carried())?;
        if moves.is_empty() {
            let fixup = self.branch_on(condition, taken_if);
            return self.lead(fixup, nth);
        }
        let around = self.branch_on(condition, !taken_if);
        self.take_along(moves)?;
        let fixup = self.out.go();
        self.lead(fixup, nth)?;
        let here = self.out.label();
        self.out.fix(around, here)
    }

    /// Pushes a value again that is in a cell now.
    pub(super) fn push_back(&mut self, value: Value) {
        let symbol = match value.symbol {
            Symbol::Constant(_) => Symbol::Temporary,
            other => other,
        };
        self.stack.push(value.ty, symbol);
    }

    /// Whether a reference in a cell is null, as the condition of a branch.
    fn is_null(slot: u16) -> Condition {
        let operands = Operands {
            pair: Pair::SI,
            a: slot,
            b: 0,
            immediate: 0,
        };
        Condition::Compared(Compared::new(Compare::I64Eq, operands))
    }

    /// Branches without the reference if it is null; else it stays.
    pub(super) fn branch_on_null(&mut self, depth: u32) -> Result<(), Error> {
        let reference = self.pop()?;
        let slot = self.in_cell(reference)?;
        self.branch_with(depth, Self::is_null(slot), true)?;
        self.push_back(reference);
        Ok(())
    }

    /// Branches with the reference if it is not null; else it goes.
    pub(super) fn branch_on_non_null(&mut self, depth: u32) -> Result<(), Error> {
        let reference = self.pop()?;
        let slot = self.in_cell(reference)?;
        self.push_back(reference);
        self.branch_with(depth, Self::is_null(slot), false)?;
        self.pop().map(drop)
    }

    pub(super) fn as_non_null(&mut self) -> Result<(), Error> {
        let reference = self.pop()?;
        let slot = self.in_cell(reference)?;
        self.out.check(Op::CheckNull, slot);
        self.push_back(reference);
        Ok(())
    }
}
