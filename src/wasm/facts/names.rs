use serde::Serialize;
use wasmparser::{BinaryReader, FromReader, IndirectNaming, Name, NameSectionReader, Naming};

/// How many things the name section names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct NameCounts<'a> {
    /// The name of the module itself.
    pub module: Option<&'a str>,
    /// Functions.
    pub functions: u64,
    /// Locals of all functions.
    pub locals: u64,
    /// Labels of all functions.
    pub labels: u64,
    /// Types.
    pub types: u64,
    /// Fields of all types.
    pub fields: u64,
    /// Tables.
    pub tables: u64,
    /// Memories.
    pub memories: u64,
    /// Globals.
    pub globals: u64,
    /// Tags.
    pub tags: u64,
    /// Element segments.
    pub elements: u64,
    /// Data segments.
    pub data: u64,
}

/// Names by index.
#[derive(Debug, Clone, Default)]
pub(super) struct Names<'a> {
    /// Sorted by index.
    functions: Vec<(u32, &'a str)>,
    globals: Vec<(u32, &'a str)>,
    pub(super) counts: NameCounts<'a>,
}

impl<'a> Names<'a> {
    pub(super) fn function(&self, index: u32) -> Option<&'a str> {
        look_up(&self.functions, index)
    }

    pub(super) fn global(&self, index: u32) -> Option<&'a str> {
        look_up(&self.globals, index)
    }

    pub(super) fn find(&self, wanted: impl Fn(&str) -> bool) -> Option<&'a str> {
        self.functions
            .iter()
            .map(|(_, name)| *name)
            .find(|name| wanted(name))
    }

    /// Names for functions that the name section left out.
    pub(super) fn add_functions(&mut self, more: impl Iterator<Item = (u32, &'a str)>) {
        let known = self.functions.len();
        for (index, name) in more {
            if look_up(&self.functions[..known], index).is_none() {
                self.functions.push((index, name));
            }
        }
        // Stable, so of two exports of one function the first names it.
        self.functions.sort_by_key(|(index, _)| *index);
        self.functions.dedup_by_key(|(index, _)| *index);
    }

    /// Reads a name section up to its first fault.
    /// <https://webassembly.github.io/spec/core/appendix/custom.html#name-section>
    pub(super) fn read(&mut self, reader: BinaryReader<'a>) -> wasmparser::Result<()> {
        // The subsections as they come: out of order is for a validator to mind.
        for name in NameSectionReader::new(reader).sections {
            let counts = &mut self.counts;
            match name? {
                Name::Module { name, .. } => counts.module = Some(name),
                Name::Function(map) => {
                    let functions = &mut self.functions;
                    counts.functions += direct(map.names, |n| functions.push((n.index, n.name)))?;
                    functions.sort_by_key(|(index, _)| *index);
                }
                Name::Global(map) => {
                    let globals = &mut self.globals;
                    counts.globals += direct(map.names, |n| globals.push((n.index, n.name)))?;
                    globals.sort_by_key(|(index, _)| *index);
                }
                Name::Local(map) => counts.locals += indirect(map.names)?,
                Name::Label(map) => counts.labels += indirect(map.names)?,
                Name::Field(map) => counts.fields += indirect(map.names)?,
                Name::Type(map) => counts.types += direct(map.names, drop)?,
                Name::Table(map) => counts.tables += direct(map.names, drop)?,
                Name::Memory(map) => counts.memories += direct(map.names, drop)?,
                Name::Tag(map) => counts.tags += direct(map.names, drop)?,
                Name::Element(map) => counts.elements += direct(map.names, drop)?,
                Name::Data(map) => counts.data += direct(map.names, drop)?,
                _ => {}
            }
        }
        Ok(())
    }
}

fn look_up<'a>(sorted: &[(u32, &'a str)], index: u32) -> Option<&'a str> {
    let at = sorted.binary_search_by_key(&index, |(index, _)| *index);
    at.ok().map(|at| sorted[at].1)
}

fn direct<'a>(
    names: impl Iterator<Item = wasmparser::Result<Naming<'a>>>,
    mut take: impl FnMut(Naming<'a>),
) -> wasmparser::Result<u64> {
    let mut count = 0;
    for name in names {
        take(name?);
        count += 1;
    }
    Ok(count)
}

fn indirect<'a>(
    names: impl Iterator<Item = wasmparser::Result<IndirectNaming<'a>>>,
) -> wasmparser::Result<u64> {
    let mut count = 0;
    for of in names {
        count += direct(of?.names.names, drop)?;
    }
    Ok(count)
}

/// A string with its length before it and nothing after it, as some custom
/// sections hold.
pub(super) fn lone_string<'a>(mut reader: BinaryReader<'a>) -> Option<&'a str> {
    let text = <&str>::from_reader(&mut reader).ok()?;
    reader.eof().then_some(text)
}
