//! Blocks.

use wasmparser::{BlockType, Operator};

use super::Translator;
use super::emit::Fixup;
use super::operator::Condition;
use super::stack::{Symbol, Value};
use crate::error::Error;
use crate::exec::{One, Op};
use crate::types::{FuncType, ValType};

/// What opened a block.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Function,
    Block,
    /// Where it begins.
    Loop(usize),
    /// The branch to what comes when the condition is false.
    If(Fixup),
    Else,
    TryTable,
    Try,
    /// The code of a clause of `try`.
    Catch,
}

/// A block that is open.
pub(super) struct Control {
    pub(super) kind: Kind,
    /// How many values are below its parameters.
    below: usize,
    /// The temporary cell of its first parameter, and of its first result.
    cell: u32,
    ty: FuncType,
    /// Branches to its end.
    pub(super) exits: Vec<Fixup>,
}

impl Control {
    pub(super) fn function(ty: &FuncType, first_temporary: u32) -> Self {
        Self {
            kind: Kind::Function,
            below: 0,
            cell: first_temporary,
            ty: FuncType::new([], ty.results().iter().copied()),
            exits: Vec::new(),
        }
    }

    /// The temporary cell of its first result.
    pub(super) fn cell(&self) -> u32 {
        self.cell
    }

    /// What a branch to it takes along.
    pub(super) fn carried(&self) -> &[ValType] {
        match self.kind {
            Kind::Loop(_) => self.ty.params(),
            _ => self.ty.results(),
        }
    }
}

impl Translator<'_> {
    pub(super) fn block_type(&self, ty: BlockType) -> FuncType {
        match ty {
            BlockType::Empty => FuncType::new([], []),
            BlockType::Type(ty) => FuncType::new([], [self.module.val_type(ty)]),
            BlockType::FuncType(index) => {
                let id = self.module.types.get(index as usize);
                id.map_or_else(|| FuncType::new([], []), |id| self.module.signature(*id))
            }
        }
    }

    pub(super) fn open(&mut self, kind: Kind, ty: FuncType) {
        let below = self.stack.len().saturating_sub(ty.params().len());
        let cell = self
            .stack
            .get(below)
            .map_or(self.stack.top(), |value| value.cell);
        self.controls.push(Control {
            kind,
            below,
            cell,
            ty,
            exits: Vec::new(),
        });
    }

    /// Before a block: what is a local now must be what it was, whatever the
    /// block sets; parameters are in their cells.
    pub(super) fn settle_for_block(&mut self, ty: &FuncType) -> Result<(), Error> {
        for nth in self.stack.locals(None) {
            if let Some(value) = self.stack.get(nth) {
                self.settle(value)?;
                self.stack.settle(nth);
            }
        }
        let first = self.stack.len().saturating_sub(ty.params().len());
        self.settle_from(first)
    }

    fn open_if(&mut self, ty: BlockType) -> Result<(), Error> {
        let ty = self.block_type(ty);
        // The condition is what is computed last; what has to be copied first
        // must not come between it and the branch.
        let condition_is_last = self.stack.locals(None).is_empty() && ty.params().is_empty();
        let condition = if condition_is_last {
            self.condition()?
        } else {
            let value = self.pop()?;
            let slot = self.in_cell_of_its_own(value)?;
            self.settle_for_block(&ty)?;
            Condition::Value(One::S, slot)
        };
        let fixup = self.branch_on(condition, false);
        self.open(Kind::If(fixup), ty);
        self.begin_block(false);
        Ok(())
    }

    /// A cell that holds a value and that nothing else writes.
    fn in_cell_of_its_own(&mut self, value: Value) -> Result<u16, Error> {
        self.settle(value)?;
        self.slot(value.cell)
    }

    /// What follows cannot be reached.
    pub(super) fn stop(&mut self) {
        self.skipping = Some(0);
    }

    /// Passes over an operator that cannot be reached.
    pub(super) fn skip(&mut self, operator: &Operator<'_>, depth: u32) -> Result<(), Error> {
        match operator {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Try { .. }
            | Operator::TryTable { .. } => {
                self.skipping = Some(depth + 1);
            }
            Operator::End | Operator::Delegate { .. } if depth > 0 => {
                self.skipping = Some(depth - 1);
            }
            Operator::Catch { tag_index } if depth == 0 => self.catch(Some(*tag_index), false)?,
            Operator::CatchAll if depth == 0 => self.catch(None, false)?,
            Operator::Delegate { relative_depth } => self.delegate(*relative_depth, false)?,
            Operator::Else if depth == 0 => self.otherwise(false)?,
            Operator::End => self.close(false)?,
            _ => {}
        }
        Ok(())
    }

    /// Has the results of a block be in their cells.
    fn settle_results(&mut self, nth: usize) -> Result<(), Error> {
        let moves = self.moves(nth, self.controls[nth].ty.results())?;
        self.take_along(moves)
    }

    /// `else`; `reached` says whether the code before it comes to it.
    fn otherwise(&mut self, reached: bool) -> Result<(), Error> {
        let nth = self.controls.len() - 1;
        if reached {
            self.settle_results(nth)?;
            let fixup = self.out.go();
            self.controls[nth].exits.push(fixup);
        }
        let here = self.out.label();
        let control = &mut self.controls[nth];
        let (below, ty) = (control.below, control.ty.clone());
        if let Kind::If(fixup) = std::mem::replace(&mut control.kind, Kind::Else) {
            self.out.fix(fixup, here)?;
        }
        self.stack.truncate(below);
        for param in ty.params() {
            self.stack.push(*param, Symbol::Temporary);
        }
        self.skipping = None;
        self.begin_block(false);
        Ok(())
    }

    /// Ends the code of a `try`, or of a clause of it, before the next clause.
    /// Returns the first cell of the block.
    pub(super) fn next_clause(&mut self, reached: bool) -> Result<u32, Error> {
        let nth = self.controls.len() - 1;
        if reached {
            self.settle_results(nth)?;
            let fixup = self.out.go();
            self.controls[nth].exits.push(fixup);
        }
        let control = &mut self.controls[nth];
        control.kind = Kind::Catch;
        let (below, cell) = (control.below, control.cell);
        self.stack.truncate(below);
        self.skipping = None;
        Ok(cell)
    }

    /// `end`; `reached` says whether the code before it comes to it.
    pub(super) fn close(&mut self, reached: bool) -> Result<(), Error> {
        let nth = self.controls.len() - 1;
        if nth == 0 {
            return self.close_function(reached);
        }
        if reached {
            self.settle_results(nth)?;
        }
        let Some(control) = self.controls.pop() else {
            return Ok(());
        };
        self.close_part(control.kind);
        // No branch leads here when a loop ends or nothing leaves a block: then
        // what is known stays known.
        let entered = !control.exits.is_empty() || matches!(control.kind, Kind::If(_));
        if entered || !reached {
            let here = self.out.label();
            for fixup in control.exits {
                self.out.fix(fixup, here)?;
            }
            if let Kind::If(fixup) = control.kind {
                self.out.fix(fixup, here)?;
            }
        }
        self.stack.truncate(control.below);
        for result in control.ty.results() {
            self.stack.push(*result, Symbol::Temporary);
        }
        self.skipping = None;
        if entered {
            self.begin_block(false);
        } else if !reached {
            // What comes now never runs.
            self.begin_piece();
        }
        Ok(())
    }

    fn close_function(&mut self, reached: bool) -> Result<(), Error> {
        let Some(control) = self.controls.pop() else {
            return Ok(());
        };
        if reached {
            self.leave()?;
        }
        if !control.exits.is_empty() {
            let here = self.out.label();
            for fixup in control.exits {
                self.out.fix(fixup, here)?;
            }
            self.stack.truncate(0);
            for result in control.ty.results() {
                self.stack.push(*result, Symbol::Temporary);
            }
            self.leave()?;
        }
        Ok(())
    }

    /// Translates blocks, branches and calls, and tells whether the operator is
    /// one.
    pub(super) fn control(&mut self, operator: &Operator<'_>) -> Result<bool, Error> {
        match operator {
            Operator::Unreachable => {
                self.out.emit(Op::Unreachable, &[0]);
                self.stop();
            }
            Operator::Block { blockty } => {
                let ty = self.block_type(*blockty);
                self.settle_for_block(&ty)?;
                self.open(Kind::Block, ty);
            }
            Operator::Loop { blockty } => {
                let ty = self.block_type(*blockty);
                self.settle_for_block(&ty)?;
                let start = self.out.label();
                self.open(Kind::Loop(start), ty);
                self.begin_block(true);
            }
            Operator::If { blockty } => self.open_if(*blockty)?,
            Operator::Else => self.otherwise(true)?,
            Operator::End => self.close(true)?,
            Operator::Br { relative_depth } => self.branch(*relative_depth)?,
            Operator::BrIf { relative_depth } => {
                self.branch_if(*relative_depth)?;
                self.begin_piece();
            }
            Operator::BrTable { targets } => self.branch_table(targets)?,
            Operator::Return => {
                self.leave()?;
                self.stop();
            }
            Operator::Call { function_index } => self.call(*function_index)?,
            Operator::CallIndirect {
                type_index,
                table_index,
            } => self.call_indirect(*type_index, *table_index)?,
            Operator::CallRef { type_index } => self.call_ref(*type_index)?,
            Operator::ReturnCallRef { type_index } => self.tail_call_ref(*type_index)?,
            Operator::RefAsNonNull => self.as_non_null()?,
            Operator::BrOnNull { relative_depth } => {
                self.branch_on_null(*relative_depth)?;
                self.begin_piece();
            }
            Operator::BrOnNonNull { relative_depth } => {
                self.branch_on_non_null(*relative_depth)?;
                self.begin_piece();
            }
            Operator::ReturnCall { function_index } => self.tail_call(*function_index)?,
            Operator::ReturnCallIndirect {
                type_index,
                table_index,
            } => self.tail_call_indirect(*type_index, *table_index)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
