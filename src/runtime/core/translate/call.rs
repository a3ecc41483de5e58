//! Calls and returns.

use super::Translator;
use super::emit::{halves, with_upper};
use super::recent::What;
use super::stack::Symbol;
use crate::error::Error;
use crate::exec::{Argument, One, Op};
use crate::func::Func;
use crate::types::{FuncType, ValType};
use crate::watch::Moment;

/// The cells at which instructions know the way back without being told.
fn near(link: u16) -> Option<u8> {
    u8::try_from(link).ok().filter(|link| *link <= 4)
}

impl Translator<'_> {
    pub(super) fn function(&self, index: u32) -> Result<Func, Error> {
        let found = self.instance.functions.get(index as usize).copied();
        found.ok_or_else(super::changed)
    }

    /// Has the arguments of a call be in consecutive cells, and returns the first
    /// value and the first cell.
    fn arguments(&mut self, ty: &FuncType) -> Result<(usize, u16), Error> {
        let first = self.stack.len().saturating_sub(ty.params().len());
        self.settle_from(first)?;
        let cell = match self.stack.get(first) {
            Some(value) if !ty.params().is_empty() => value.cell,
            _ => self.stack.top(),
        };
        Ok((first, self.slot(cell)?))
    }

    /// Replaces the arguments by the results.
    fn results(&mut self, ty: &FuncType, first: usize, base: u16) {
        self.stack.truncate(first);
        for result in ty.results() {
            self.stack.push(*result, Symbol::Temporary);
        }
        self.out.forget();
        if let [one] = ty.results() {
            match one {
                ValType::V128 => {}
                ValType::F32 | ValType::F64 => self.out.hold(base, true),
                _ => self.out.hold(base, false),
            }
        }
    }

    pub(super) fn call(&mut self, index: u32) -> Result<(), Error> {
        let func = self.function(index)?;
        let ty = self.store.signature(func);
        let (first, base) = self.arguments(&ty)?;
        let address = self.store.function_address(func);
        let imported = index < self.module.imported_functions;
        let (op, argument) = match imported {
            true => (Op::CallImport, Vec::new()),
            false => self.last_arguments(),
        };
        let words = [halves(base, ty.link() as u16, 0, 0), address];
        let words: Vec<_> = words.into_iter().chain(argument).collect();
        let watched = imported && self.store.engine.config().watched.contains(&index);
        if watched {
            self.watch(index, base, Moment::Enter);
        }
        self.out.emit(op, &words);
        if watched {
            self.watch(index, base, Moment::Leave);
        }
        self.results(&ty, first, base);
        Ok(())
    }

    /// A call, and its words for the last arguments if those were copied or counted
    /// right before: the call does that too.
    fn last_arguments(&mut self) -> (Op, Vec<u64>) {
        let (argument, words) = match self.out.prior() {
            Some(What::Copy { to, from, .. }) => (Argument::Copied, vec![halves(to, from, 0, 0)]),
            Some(What::AddTwo { cells, constants }) => (Argument::Sums, vec![cells, constants]),
            Some(What::Add {
                to,
                one: One::S,
                slot,
                constant,
            }) => (Argument::Sum, vec![with_upper(to, slot, constant)]),
            _ => return (Op::Call(Argument::Ready), Vec::new()),
        };
        self.out.take_prior();
        self.out.moved = Some(self.out.code.len());
        (Op::Call(argument), words)
    }

    /// The signature and the number of a type of the module.
    fn signature(&self, index: u32) -> Result<(FuncType, u64), Error> {
        let id = *self
            .module
            .types
            .get(index as usize)
            .ok_or_else(super::changed)?;
        Ok((self.module.signature(id), u64::from(id.0)))
    }

    pub(super) fn call_indirect(&mut self, ty: u32, table: u32) -> Result<(), Error> {
        let (ty, id) = self.signature(ty)?;
        let index = self.pop()?;
        // Arguments do not reach the cell of an index behind them.
        let index = self.in_cell(index)?;
        let (first, base) = self.arguments(&ty)?;
        let words = [
            halves(base, ty.link() as u16, index, 0),
            self.table_word(table)?,
            id,
        ];
        self.out.emit(Op::CallIndirect, &words);
        self.results(&ty, first, base);
        Ok(())
    }

    fn tail_words(&mut self, ty: &FuncType) -> Result<u64, Error> {
        let (_, base) = self.arguments(ty)?;
        let cells = ty.param_cells() as u16;
        Ok(halves(base, self.locals.link(), cells, ty.link() as u16))
    }

    pub(super) fn tail_call(&mut self, index: u32) -> Result<(), Error> {
        let func = self.function(index)?;
        let ty = self.store.signature(func);
        let words = [self.tail_words(&ty)?, self.store.function_address(func)];
        self.watch_tail_call();
        self.out.emit(Op::TailCall, &words);
        self.stop();
        Ok(())
    }

    pub(super) fn tail_call_indirect(&mut self, ty: u32, table: u32) -> Result<(), Error> {
        let (ty, id) = self.signature(ty)?;
        let index = self.pop()?;
        let index = self.in_cell(index)?;
        let words = [
            self.tail_words(&ty)?,
            self.table_word(table)?,
            id,
            u64::from(index),
        ];
        self.watch_tail_call();
        self.out.emit(Op::TailCallIndirect, &words);
        self.stop();
        Ok(())
    }

    pub(super) fn call_ref(&mut self, ty: u32) -> Result<(), Error> {
        let (ty, _) = self.signature(ty)?;
        let function = self.pop()?;
        let function = self.in_cell(function)?;
        let (first, base) = self.arguments(&ty)?;
        let words = [halves(base, ty.link() as u16, function, 0)];
        self.out.emit(Op::CallRef, &words);
        self.results(&ty, first, base);
        Ok(())
    }

    pub(super) fn tail_call_ref(&mut self, ty: u32) -> Result<(), Error> {
        let (ty, _) = self.signature(ty)?;
        let function = self.pop()?;
        let function = self.in_cell(function)?;
        let words = [self.tail_words(&ty)?, u64::from(function)];
        self.watch_tail_call();
        self.out.emit(Op::TailCallRef, &words);
        self.stop();
        Ok(())
    }

    fn watch_tail_call(&mut self) {
        if let Some(index) = self.watched {
            self.watch(index, 0, Moment::TailCall);
        }
    }

    /// Tells the watcher the last values of the stack, from `first` on.
    fn watch_results(&mut self, index: u32, first: usize) -> Result<(), Error> {
        for nth in first..self.stack.len() {
            if let Some(value) = self.stack.get(nth) {
                self.settle(value)?;
            }
        }
        let cell = match self.stack.get(first) {
            Some(value) => self.slot(value.cell)?,
            None => 0,
        };
        self.watch(index, cell, Moment::Leave);
        Ok(())
    }

    /// Returns with the last values of the stack, which stay there.
    pub(super) fn leave(&mut self) -> Result<(), Error> {
        let link = self.locals.link();
        let results = self.ty.results();
        let (count, cells) = (results.len(), self.ty.result_cells());
        let first = self.stack.len().saturating_sub(count);
        if let Some(index) = self.watched {
            self.watch_results(index, first)?;
        }
        match (count, self.stack.get(first)) {
            (0, _) | (_, None) => {
                self.out.emit(Op::Leave(near(link)), &[u64::from(link)]);
            }
            (1, Some(value)) if value.ty != ValType::V128 => {
                if let Some(bits) = value.constant() {
                    self.out
                        .emit(Op::LeaveWithConstant, &[u64::from(link), bits]);
                } else {
                    let (one, slot) = self.one(value)?;
                    let op = Op::LeaveWith(one, value.is_float(), near(link));
                    self.out.emit(op, &[halves(link, slot, 0, 0)]);
                }
            }
            (_, Some(value)) => {
                for nth in first..self.stack.len() {
                    if let Some(value) = self.stack.get(nth) {
                        self.settle(value)?;
                    }
                }
                let from = self.slot(value.cell)?;
                let words = [with_upper(link, from, cells)];
                self.out.emit(Op::LeaveWithMany, &words);
            }
        }
        Ok(())
    }
}
