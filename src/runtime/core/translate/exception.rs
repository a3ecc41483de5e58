//! Blocks that catch exceptions, and what throws them.
//!
//! A part of the code that catches is written down when its block ends, so that
//! those within others come before them. A clause of `try_table` gets a piece of
//! code that goes on to its label; one of the older `try` is the code behind
//! `catch`, which keeps a reference to the exception in the block's first cell.

use wasmparser::{BlockType, Catch as Clause, Operator, TryTable};

use super::Translator;
use super::control::Kind;
use super::emit::with_upper;
use super::stack::Symbol;
use crate::error::Error;
use crate::exec::{Catch, Clauses, Op, Try};
use crate::tag::TagEntity;
use crate::types::{FuncType, ValType};

/// A block that catches, while it is open.
pub(super) struct Open {
    /// The first word of the part.
    start: usize,
    /// The word behind the part, when the first clause of a `try` was found.
    end: Option<usize>,
    catches: Vec<Catch>,
}

impl Translator<'_> {
    fn tag(&self, index: u32) -> Result<(*mut TagEntity, FuncType), Error> {
        let tag = self.instance.tags.get(index as usize).copied();
        let tag = tag.ok_or_else(super::changed)?;
        Ok((self.store.tag_address(tag), self.store.tag_type(tag)))
    }

    fn begin_part(&mut self) {
        let start = self.out.label();
        self.opens.push(Open {
            start,
            end: None,
            catches: Vec::new(),
        });
    }

    /// Writes down a part whose block is the last that is open.
    fn end_part(&mut self, clauses: impl FnOnce(Vec<Catch>) -> Clauses) {
        let here = self.out.label();
        let Some(open) = self.opens.pop() else {
            return;
        };
        self.tries.push(Try {
            start: open.start as u32,
            end: open.end.unwrap_or(here) as u32,
            depth: self.controls.len() as u32,
            clauses: clauses(open.catches),
        });
    }

    /// `try_table`.
    fn open_table(&mut self, table: &TryTable) -> Result<(), Error> {
        let ty = self.block_type(table.ty);
        self.settle_for_block(&ty)?;
        // What is carried goes where the block's parameters are, and they are
        // gone by then.
        let params = ty.params().len();
        let kept: Vec<_> = (0..params).map(|_| self.pop()).collect::<Result<_, _>>()?;
        let around = self.out.go();
        let mut catches = Vec::with_capacity(table.catches.len());
        for clause in &table.catches {
            let (tag, reference, label) = match *clause {
                Clause::One { tag, label } => (Some(tag), false, label),
                Clause::OneRef { tag, label } => (Some(tag), true, label),
                Clause::All { label } => (None, false, label),
                Clause::AllRef { label } => (None, true, label),
            };
            catches.push(self.clause(tag, reference, label)?);
        }
        let here = self.out.label();
        self.out.fix(around, here)?;
        for value in kept.into_iter().rev() {
            self.stack.push(value.ty, value.symbol);
        }
        self.begin_part();
        if let Some(open) = self.opens.last_mut() {
            open.catches = catches;
        }
        self.open(Kind::TryTable, ty);
        Ok(())
    }

    /// The code of a clause, which goes on to a label.
    fn clause(&mut self, tag: Option<u32>, reference: bool, label: u32) -> Result<Catch, Error> {
        let target = self.out.label() as u32;
        let height = self.stack.len();
        let first = self.next()?;
        let mut catch = Catch {
            tag: None,
            carried: None,
            reference: None,
            target,
        };
        if let Some(tag) = tag {
            let (address, ty) = self.tag(tag)?;
            catch.tag = Some(address);
            catch.carried = Some(first);
            for ty in ty.params() {
                self.stack.push(*ty, Symbol::Temporary);
            }
        }
        if reference {
            catch.reference = Some(self.next()?);
            self.stack.push(ValType::EXNREF, Symbol::Temporary);
        }
        self.jump(label)?;
        self.stack.truncate(height);
        Ok(catch)
    }

    /// `try`.
    fn open_try(&mut self, ty: BlockType) -> Result<(), Error> {
        let ty = self.block_type(ty);
        self.settle_for_block(&ty)?;
        self.begin_part();
        self.open(Kind::Try, ty);
        Ok(())
    }

    /// `catch` and `catch_all`; `reached` says whether the code before it comes to
    /// it.
    pub(super) fn catch(&mut self, tag: Option<u32>, reached: bool) -> Result<(), Error> {
        let first = self.next_clause(reached)?;
        let target = self.out.label();
        let (address, ty) = match tag {
            Some(tag) => {
                let (address, ty) = self.tag(tag)?;
                (Some(address), ty)
            }
            None => (None, FuncType::new([], [])),
        };
        let reference = self.slot(first)?;
        self.stack.push(ValType::EXNREF, Symbol::Temporary);
        let carried = self.next()?;
        for ty in ty.params() {
            self.stack.push(*ty, Symbol::Temporary);
        }
        if let Some(open) = self.opens.last_mut() {
            open.end.get_or_insert(target);
            open.catches.push(Catch {
                tag: address,
                carried: tag.map(|_| carried),
                reference: Some(reference),
                target: target as u32,
            });
        }
        self.begin_block(false);
        Ok(())
    }

    /// `delegate`; `reached` as in `catch`.
    pub(super) fn delegate(&mut self, label: u32, reached: bool) -> Result<(), Error> {
        // Counted from outside of this block.
        let around = (self.controls.len() - 1).checked_sub(label as usize + 1);
        let around = around.ok_or_else(super::changed)? as u32;
        self.delegates = Some(around);
        self.close(reached)
    }

    /// What a block that catches needs at its end.
    pub(super) fn close_part(&mut self, kind: Kind) {
        match (kind, self.delegates.take()) {
            (Kind::Try, Some(around)) => self.end_part(|_| Clauses::Delegate(around)),
            (Kind::Try | Kind::Catch | Kind::TryTable, _) => self.end_part(Clauses::Catch),
            _ => {}
        }
    }

    fn throw(&mut self, tag: u32) -> Result<(), Error> {
        let (address, ty) = self.tag(tag)?;
        let first = self.stack.len().saturating_sub(ty.params().len());
        self.settle_from(first)?;
        self.stack.truncate(first);
        let words = [
            with_upper(self.next()?, 0, ty.param_cells()),
            address.expose_provenance() as u64,
        ];
        self.out.emit(Op::Throw, &words);
        self.stop();
        Ok(())
    }

    fn throw_ref(&mut self) -> Result<(), Error> {
        let exception = self.pop()?;
        let slot = self.in_cell(exception)?;
        self.out.emit(Op::ThrowRef, &[u64::from(slot)]);
        self.stop();
        Ok(())
    }

    fn rethrow(&mut self, label: u32) -> Result<(), Error> {
        let nth = self.target(label)?;
        let slot = self.slot(self.controls[nth].cell())?;
        self.out.emit(Op::ThrowRef, &[u64::from(slot)]);
        self.stop();
        Ok(())
    }

    /// Translates operators of exceptions, and tells whether the operator is one.
    pub(super) fn exception(&mut self, operator: &Operator<'_>) -> Result<bool, Error> {
        match operator {
            Operator::TryTable { try_table } => self.open_table(try_table)?,
            Operator::Try { blockty } => self.open_try(*blockty)?,
            Operator::Catch { tag_index } => self.catch(Some(*tag_index), true)?,
            Operator::CatchAll => self.catch(None, true)?,
            Operator::Delegate { relative_depth } => self.delegate(*relative_depth, true)?,
            Operator::Throw { tag_index } => self.throw(*tag_index)?,
            Operator::ThrowRef => self.throw_ref()?,
            Operator::Rethrow { relative_depth } => self.rethrow(*relative_depth)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
