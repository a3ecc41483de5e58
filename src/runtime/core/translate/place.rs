//! Where in a module a piece of code comes from.

use wasmparser::{BinaryReader, Name, NameSectionReader};

use crate::error::Frame;
use crate::func::Function;
use crate::module;
use crate::store::Inner;

/// The call that stands at a word of a function's code; `returning` says that
/// the word is what comes next. The function is translated once more to find
/// out, so that no place has to be kept as long as all goes well.
#[allow(unsafe_code, reason = "functions and instances are kept by address")]
pub(crate) fn frame(
    store: &Inner,
    function: *const Function,
    word: usize,
    returning: bool,
) -> Frame {
    // SAFETY: the store keeps functions and instances.
    let (module, index) = unsafe { (&*(*(*function).instance).module, (*function).index) };
    let offset = super::run(store, function, true)
        .ok()
        .and_then(|translated| {
            let before = |at: &usize| if returning { *at < word } else { *at <= word };
            let positions = translated.positions;
            let found = positions.iter().rev().find(|(at, _)| before(at));
            found.map(|(_, offset)| u64::from(*offset))
        });
    let (module_name, name) = names(module, index);
    Frame {
        module: module_name,
        function: index,
        name,
        offset: offset.unwrap_or(0),
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
