use std::ops::Range;

use serde::Serialize;
use wasmparser::{CodeSectionReader, ImportSectionReader, TypeRef};

use super::facts::demangle;
use super::layout::{Kind, Section, sections};
use super::names;

/// A function of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Function {
    /// Its index; imported functions come first.
    pub index: u32,
    /// Its name, demangled, if the file tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a fault's finder knows of where it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Hint {
    /// An offset in the same section, when the fault's own may be the first
    /// byte after it.
    pub(super) section: Option<u64>,
    /// The index and the body of the function.
    pub(super) function: Option<(u32, Range<u64>)>,
}

/// What lies at an offset.
#[derive(Debug, Default)]
pub(super) struct Located {
    /// The section's name; none in the first eight bytes.
    pub(super) section: Option<String>,
    pub(super) function: Option<Function>,
    /// The function's body.
    pub(super) body: Option<Range<usize>>,
    /// The innermost module or component.
    pub(super) module: Range<usize>,
}

/// Finds out what lies at `offset`. Works on damaged files as far as they can
/// be read.
pub(super) fn locate(bytes: &[u8], offset: u64, hint: &Hint) -> Located {
    let body = hint.function.as_ref().map(|(_, body)| body.start);
    let probe = index(body.or(hint.section).unwrap_or(offset), bytes);
    let mut place = Located {
        module: 0..bytes.len(),
        ..Located::default()
    };
    // Each step goes into a strictly smaller range, so this comes to an end.
    loop {
        let rest = bytes.get(place.module.clone()).unwrap_or_default();
        let Some(kind) = Kind::of(rest) else {
            return place;
        };
        let found = sections(bytes, place.module.clone())
            .take_while(|section| section.header <= probe)
            .last();
        let Some(section) = found else { return place };
        place.section = Some(section.name(bytes, kind));
        let nested = kind == Kind::Component && matches!(section.id, 1 | 4);
        if nested && section.content.contains(&probe) {
            place.module = section.content;
            continue;
        }
        if kind == Kind::Module && section.id == 10 {
            find_function(bytes, &section, probe, hint, &mut place);
        }
        return place;
    }
}

fn find_function(bytes: &[u8], code: &Section, probe: usize, hint: &Hint, place: &mut Located) {
    let known = match &hint.function {
        Some((at, body)) => Some((*at, index(body.start, bytes)..index(body.end, bytes))),
        None => containing(bytes, code, probe).map(|(nth, body)| {
            (
                imported(bytes, place.module.clone()).saturating_add(nth),
                body,
            )
        }),
    };
    if let Some((at, body)) = known {
        let name = names::function(bytes, place.module.clone(), at);
        place.function = Some(Function {
            index: at,
            name: name.map(|name| demangle(&name).into_owned()),
        });
        place.body = Some(body);
    }
}

fn containing(bytes: &[u8], code: &Section, probe: usize) -> Option<(u32, Range<usize>)> {
    let bodies = CodeSectionReader::new(code.reader(bytes)).ok()?;
    (0..)
        .zip(bodies.into_iter().map_while(Result::ok))
        .map(|(nth, body)| {
            (
                nth,
                index(body.range().start, bytes)..index(body.range().end, bytes),
            )
        })
        .find(|(_, body)| body.contains(&probe))
}

fn imported(bytes: &[u8], module: Range<usize>) -> u32 {
    let functions = sections(bytes, module)
        .filter(|section| section.id == 2)
        .filter_map(|section| ImportSectionReader::new(section.reader(bytes)).ok())
        .flat_map(|imports| imports.into_imports().map_while(Result::ok))
        .filter(|import| matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
    u32::try_from(functions.count()).unwrap_or(u32::MAX)
}

fn index(offset: u64, bytes: &[u8]) -> usize {
    usize::try_from(offset).map_or(bytes.len(), |at| at.min(bytes.len()))
}
