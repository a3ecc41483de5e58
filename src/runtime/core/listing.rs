//! What the executor's code of a function looks like, for people.

use crate::error::Error;
use crate::exec::Op;
use crate::instance::{self, Extern};
use crate::memory::Memory;
use crate::module::{ImportKind, Module};
use crate::store::{AsStoreMut, Store};
use crate::tag::Tag;
use crate::val::Val;

/// The code of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The cells of a frame, of 64 bits each.
    pub frame: u32,
    /// In order.
    pub instructions: Vec<Instruction>,
    /// For each operator, the first word of its code, and where it stands, in bytes
    /// from the start of the module. What becomes part of a later instruction has
    /// no code of its own.
    pub operators: Vec<(usize, u64)>,
}

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// The word that it begins at.
    pub at: usize,
    /// What it does and where its operands are: S a cell, A the accumulator, I in
    /// the instruction.
    pub name: String,
    /// The halves of its second word.
    pub halves: [u16; 4],
    /// The words behind it that are no addresses of the host.
    pub words: Vec<Option<u64>>,
    /// The words that it may go on at, if it is a branch.
    pub targets: Vec<usize>,
}

/// Lists the code of a function that is not imported.
///
/// # Errors
/// When the function is imported or not there, or the module cannot be
/// instantiated with nothing.
pub(crate) fn listing(module: &Module, index: u32) -> Result<Listing, Error> {
    let mut store = Store::new(module.engine(), ());
    let imports = module.0.imports.iter();
    let imports: Vec<_> = imports
        .map(|import| stand_in(&mut store, module, import.ty))
        .collect::<Result<_, _>>()?;
    let function = instance::declared(&mut store, module, &imports, index)?;
    crate::translate::listing(store.inner_mut(), function)
}

/// Something of the type of an import, which nothing is done with.
fn stand_in(store: &mut Store<()>, module: &Module, import: ImportKind) -> Result<Extern, Error> {
    Ok(match import {
        ImportKind::Func(ty) => {
            let ty = module.0.signature(ty);
            let nothing = |_: crate::Caller<'_, ()>, _: &[Val], _: &mut [Val]| Ok(());
            Extern::Func(crate::Func::new(store, ty, nothing))
        }
        // Null, also where null is none of its values.
        ImportKind::Table(ty) => Extern::Table(store.inner_mut().add_table(ty, 0)?),
        ImportKind::Memory(ty) => Extern::Memory(Memory::new(store, ty)?),
        ImportKind::Global(ty) => Extern::Global(store.inner_mut().add_global(ty, [0; 2])),
        ImportKind::Tag(ty) => {
            let ty = module.0.signature(ty);
            Extern::Tag(Tag::new(store, &ty))
        }
    })
}

/// An instruction, as the translator has written it.
pub(crate) fn instruction(code: &[u64], at: usize, end: usize, op: Op) -> Instruction {
    let second = code.get(at + 1).copied().unwrap_or(0);
    let distance = |word: u64| {
        let distance = (word as u32).cast_signed() as isize;
        at.checked_add_signed(distance).unwrap_or(at)
    };
    let rest = code.get(at + 2..end).unwrap_or_default();
    let targets = match op {
        Op::Branch
        | Op::BranchIf(..)
        | Op::BranchCompare(..)
        | Op::BranchAdd(..)
        | Op::BranchCopy
        | Op::BranchSum
        | Op::BranchMask(..) => vec![distance(second >> 32)],
        Op::BranchSums => rest
            .get(1)
            .map(|word| distance(*word))
            .into_iter()
            .collect(),
        Op::BranchTable(_) => rest.iter().map(|word| distance(*word)).collect(),
        Op::BranchTableLoaded(..) => rest[1..].iter().map(|word| distance(*word)).collect(),
        Op::BranchTableNext(..) => rest[2..].iter().map(|word| distance(*word)).collect(),
        _ => Vec::new(),
    };
    Instruction {
        at,
        name: format!("{op:?}"),
        halves: [0, 16, 32, 48].map(|shift| (second >> shift) as u16),
        words: match op {
            Op::BranchTable(_) | Op::BranchTableLoaded(..) | Op::BranchTableNext(..) => Vec::new(),
            op => rest
                .iter()
                .enumerate()
                .map(|(nth, word)| (!op.is_address(nth)).then_some(*word))
                .collect(),
        },
        targets,
    }
}
