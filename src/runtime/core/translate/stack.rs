//! WebAssembly's stack as symbols.

use crate::types::ValType;

/// What is known of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    /// It is in its own temporary cell.
    Temporary,
    /// It is what a local is now.
    Local(u32),
    /// A number or a reference.
    Constant(u64),
}

/// A value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    pub(super) symbol: Symbol,
    pub(super) ty: ValType,
    /// Its temporary cell, or the first of two.
    pub(super) cell: u32,
}

impl Value {
    pub(super) fn is_float(&self) -> bool {
        self.ty.is_float()
    }

    /// Whether it is in a temporary cell, and in that one.
    pub(super) fn is_in(&self, cell: u16) -> bool {
        self.symbol == Symbol::Temporary && self.cell == u32::from(cell)
    }

    pub(super) fn constant(&self) -> Option<u64> {
        match self.symbol {
            Symbol::Constant(bits) => Some(bits),
            _ => None,
        }
    }
}

pub(super) struct Stack {
    values: Vec<Value>,
    top: u32,
    highest: u32,
    /// How many values are locals.
    locals: usize,
}

impl Stack {
    pub(super) fn new(first: u32) -> Self {
        Self {
            values: Vec::new(),
            top: first,
            // Instructions use the two cells behind the last value.
            highest: first + 2,
            locals: 0,
        }
    }

    /// The temporary cell of the next value.
    pub(super) fn top(&self) -> u32 {
        self.top
    }

    pub(super) fn highest(&self) -> u32 {
        self.highest
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn push(&mut self, ty: ValType, symbol: Symbol) {
        if matches!(symbol, Symbol::Local(_)) {
            self.locals += 1;
        }
        self.values.push(Value {
            symbol,
            ty,
            cell: self.top,
        });
        self.top += ty.cells();
        self.highest = self.highest.max(self.top + 2);
    }

    pub(super) fn pop(&mut self) -> Option<Value> {
        let value = self.values.pop()?;
        self.top = value.cell;
        if matches!(value.symbol, Symbol::Local(_)) {
            self.locals -= 1;
        }
        Some(value)
    }

    pub(super) fn get(&self, nth: usize) -> Option<Value> {
        self.values.get(nth).copied()
    }

    /// Notes that a value is in its temporary cell now.
    pub(super) fn settle(&mut self, nth: usize) {
        if let Some(value) = self.values.get_mut(nth) {
            if matches!(value.symbol, Symbol::Local(_)) {
                self.locals -= 1;
            }
            value.symbol = Symbol::Temporary;
        }
    }

    /// The values that are what a local is, or what any local is.
    pub(super) fn locals(&self, local: Option<u32>) -> Vec<usize> {
        if self.locals == 0 {
            return Vec::new();
        }
        let matching = |value: &Value| match value.symbol {
            Symbol::Local(at) => local.is_none_or(|local| local == at),
            _ => false,
        };
        (0..self.values.len())
            .filter(|nth| self.values.get(*nth).is_some_and(matching))
            .collect()
    }

    /// Forgets all but the first `len` values.
    pub(super) fn truncate(&mut self, len: usize) {
        while self.values.len() > len {
            self.pop();
        }
    }
}
