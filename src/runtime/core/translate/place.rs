//! Where in a module a piece of code comes from.

use wasmparser::{BinaryReader, Name, NameSectionReader};

use crate::error::Frame;
use crate::func::Function;
use crate::module;
use crate::store::Inner;

/// Where the code of a function comes from.
#[derive(Debug)]
pub(crate) struct Origin {
    module: Option<String>,
    function: u32,
    name: Option<String>,
    /// For each operator, the first word of its code and its place in the module.
    positions: Vec<(usize, u32)>,
}

/// Translates a function once more to find out where its code comes from.
#[allow(unsafe_code, reason = "functions and instances are kept by address")]
pub(crate) fn origin(store: &Inner, function: *const Function) -> Origin {
    // SAFETY: the store keeps functions and instances.
    let (module, index) = unsafe { (&*(*(*function).instance).module, (*function).index) };
    let translated = super::run(store, function, true);
    let (own, name) = names(module, index);
    Origin {
        module: own,
        function: index,
        name,
        positions: translated.map(|done| done.positions).unwrap_or_default(),
    }
}

impl Origin {
    /// The call that stands at a word of the code; `returning` says that the word
    /// is what comes next.
    pub(crate) fn frame(&self, word: usize, returning: bool) -> Frame {
        let before = |at: usize| if returning { at < word } else { at <= word };
        // From the end on: what a comparison began at is taken back when it
        // becomes part of a branch, so that they are not in order.
        let found = self.positions.iter().rev().find(|(at, _)| before(*at));
        // What stands before the first operator is the function's beginning.
        let found = found.or(self.positions.first());
        Frame {
            module: self.module.clone(),
            function: self.function,
            name: self.name.clone(),
            offset: found.map_or(0, |(_, offset)| u64::from(*offset)),
        }
    }
}

/// The names of a module and of a function by the name section.
fn names(module: &module::Inner, index: u32) -> (Option<String>, Option<String>) {
    let (mut own, mut function) = (None, None);
    let bytes = module
        .names
        .clone()
        .and_then(|range| module.bytes.as_ref().get(range));
    let Some(bytes) = bytes else {
        return (own, function);
    };
    let sections = NameSectionReader::new(BinaryReader::new(bytes, 0));
    for section in sections.into_iter().map_while(Result::ok) {
        match section {
            Name::Module { name, .. } => own = Some(name.to_owned()),
            Name::Function(names) => {
                let mut names = names.into_iter().map_while(Result::ok);
                function = names
                    .find(|naming| naming.index == index)
                    .map(|naming| naming.name.to_owned());
            }
            _ => {}
        }
    }
    (own, function)
}
