use serde::Serialize;
use wasmparser::FunctionBody;

use super::names::Names;
use super::proposal::Proposals;
use super::{Problems, demangle};

/// The functions of a module.
#[derive(Debug, Clone, Default)]
pub struct Functions<'a> {
    /// How many the host gives.
    pub imported: u32,
    /// How many the function section declares.
    pub declared: u32,
    /// The bodies that are there, in the order of the file.
    bodies: Vec<Body>,
    names: Names<'a>,
}

#[derive(Debug, Clone, Copy)]
struct Body {
    offset: u64,
    size: u32,
}

/// A function with a body.
#[derive(Debug, Clone, Serialize)]
pub struct Function {
    /// Its index, imports counted.
    pub index: u32,
    /// Its name as its author wrote it: of the name section, else of an export.
    pub name: Option<String>,
    /// Its name as the file has it, where that differs.
    pub symbol: Option<String>,
    /// Where its body begins, in bytes from the start of the file.
    pub offset: u64,
    /// How long its body is, in bytes.
    pub size: u32,
}

impl<'a> Functions<'a> {
    /// How many have a body.
    #[must_use]
    pub fn bodies(&self) -> u64 {
        self.bodies.len() as u64
    }

    /// The bytes of all bodies.
    #[must_use]
    pub fn code_size(&self) -> u64 {
        self.bodies.iter().map(|body| u64::from(body.size)).sum()
    }

    /// The largest ones, the largest first.
    #[must_use]
    pub fn largest(&self, count: usize) -> Vec<Function> {
        let mut order: Vec<usize> = (0..self.bodies.len()).collect();
        let by_size = |at: &usize| (std::cmp::Reverse(self.bodies[*at].size), *at);
        if count < order.len() {
            order.select_nth_unstable_by_key(count, by_size);
            order.truncate(count);
        }
        order.sort_unstable_by_key(by_size);
        order.into_iter().map(|at| self.function(at)).collect()
    }

    fn function(&self, at: usize) -> Function {
        let body = self.bodies[at];
        let index = self
            .imported
            .saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let symbol = self.names.function(index);
        let name = symbol.map(demangle);
        Function {
            index,
            symbol: symbol
                .filter(|symbol| name.as_deref() != Some(symbol))
                .map(str::to_owned),
            name: name.map(std::borrow::Cow::into_owned),
            offset: body.offset,
            size: body.size,
        }
    }

    /// The name of any function, the imported ones too.
    #[must_use]
    pub fn name(&self, index: u32) -> Option<String> {
        self.names
            .function(index)
            .map(|name| demangle(name).into_owned())
    }

    /// All functions of this name, as its author or the file wrote it.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<u32> {
        let all = 0..self.imported.saturating_add(self.declared);
        all.filter(|index| {
            let symbol = self.names.function(*index);
            symbol.is_some_and(|symbol| symbol == name || demangle(symbol) == name)
        })
        .collect()
    }

    /// The first function whose name, as the file has it, is wanted.
    #[must_use]
    pub(super) fn find_symbol(&self, wanted: impl Fn(&str) -> bool) -> Option<&'a str> {
        self.names.find(wanted)
    }

    pub(super) fn set_names(&mut self, names: Names<'a>) {
        self.names = names;
    }

    /// Takes in a body: its place, its size and the proposals it makes use of.
    pub(super) fn add(
        &mut self,
        body: &FunctionBody<'_>,
        used: &mut Proposals,
        problems: &mut Problems,
    ) {
        let range = body.range();
        self.bodies.push(Body {
            offset: range.start,
            size: u32::try_from(range.end - range.start).unwrap_or(u32::MAX),
        });
        if let Err(error) = scan(body, used) {
            problems.parse(Some("code"), &error);
        }
    }
}

fn scan(body: &FunctionBody<'_>, used: &mut Proposals) -> wasmparser::Result<()> {
    let mut locals = body.get_locals_reader()?;
    for _ in 0..locals.get_count() {
        let (_, ty) = locals.read()?;
        used.value(ty);
    }
    let mut reader = wasmparser::OperatorsReader::new(locals.get_binary_reader());
    while !reader.eof() {
        reader.visit_operator(used)?;
    }
    reader.finish()
}
