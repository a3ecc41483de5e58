use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

use super::Report;
use super::show::{Part, Show};
use crate::wasm::Facts;
use crate::wasm::facts::{Component, Function, Functions, Module};

/// The version of the schema in `docs/inspect.md`. A key may come without a
/// new version; none goes or changes its meaning.
const SCHEMA: u32 = 1;

/// Writes a report for programs.
pub(super) fn write(report: &Report<'_>, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, &Document(report))?;
    out.write_all(b"\n")?;
    out.flush()
}

struct Document<'a>(&'a Report<'a>);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let facts = report.facts;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema_version", &SCHEMA)?;
        map.serialize_entry("file", &report.input.name)?;
        map.serialize_entry("from_text", &report.input.text)?;
        let valid = facts.problems.is_empty() && report.invalid.is_none();
        map.serialize_entry("valid", &valid)?;
        let invalid = report
            .invalid
            .map(|why| json!({"message": why.message, "offset": why.offset}));
        map.serialize_entry("invalid", &invalid)?;
        map.serialize_entry("problems", facts.problems.first())?;
        map.serialize_entry("problem_count", &facts.problems.total())?;
        if report.show.has(Part::Overview) {
            let sizes = report.sizes;
            map.serialize_entry("gzip_size", &sizes.map(|sizes| sizes.gzip))?;
            map.serialize_entry("brotli_size", &sizes.map(|sizes| sizes.brotli))?;
        }
        binary(&mut map, facts, report.show, report.top)?;
        map.end()
    }
}

/// Modules or components inside a component.
struct Nested<'a>(&'a [Facts<'a>], Show, usize);

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(list, show, top) = *self;
        serializer.collect_seq(list.iter().map(|facts| Inner(facts, show, top)))
    }
}

/// One of them.
struct Inner<'a>(&'a Facts<'a>, Show, usize);

impl Serialize for Inner<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        binary(&mut map, self.0, self.1, self.2)?;
        map.end()
    }
}

/// What a file and what is nested have in common.
fn binary<M: SerializeMap>(
    map: &mut M,
    facts: &Facts<'_>,
    show: Show,
    top: usize,
) -> Result<(), M::Error> {
    map.serialize_entry("kind", &facts.kind())?;
    map.serialize_entry("offset", &facts.offset)?;
    map.serialize_entry("size", &facts.size)?;
    let custom = &facts.custom;
    if show.has(Part::Overview) {
        map.serialize_entry("role", &facts.role)?;
        map.serialize_entry("origins", &facts.origins)?;
        map.serialize_entry("producers", &custom.producers)?;
        map.serialize_entry("target_features", &custom.target_features)?;
        map.serialize_entry("names", &custom.name_counts())?;
        map.serialize_entry("debug", &custom.debug)?;
        map.serialize_entry("dylink", &custom.dylink)?;
    }
    if show.has(Part::Host) {
        map.serialize_entry("host", &facts.needs)?;
    }
    if show.has(Part::Sections) {
        map.serialize_entry("sections", &facts.sections)?;
    }
    if show.has(Part::Custom) {
        map.serialize_entry("custom_sections", &custom.sections)?;
    }
    if let Some(contents) = facts.module() {
        module(map, contents, show, top)?;
    }
    if let Some(contents) = facts.component() {
        component(map, contents, show, top)?;
    }
    Ok(())
}

fn module<M: SerializeMap>(
    map: &mut M,
    module: &Module<'_>,
    show: Show,
    top: usize,
) -> Result<(), M::Error> {
    if show.has(Part::Overview) {
        map.serialize_entry("proposals", &module.proposals)?;
        map.serialize_entry("start", &module.start)?;
    }
    if show.has(Part::Functions) {
        map.serialize_entry("functions", &Counted::of(&module.functions, top))?;
    }
    let mut list = |part, name, value: &dyn erased::Entry<M>| {
        if show.has(part) {
            value.entry(map, name)
        } else {
            Ok(())
        }
    };
    list(Part::Types, "types", &module.types)?;
    list(Part::Imports, "imports", &module.imports)?;
    list(Part::Exports, "exports", &module.exports)?;
    list(Part::Memories, "memories", &module.memories)?;
    list(Part::Tables, "tables", &module.tables)?;
    list(Part::Globals, "globals", &module.globals)?;
    list(Part::Tags, "tags", &module.tags)?;
    list(Part::Elements, "elements", &module.elements)?;
    list(Part::Data, "data", &module.data)
}

/// A list of any type, to go into a map.
mod erased {
    use serde::ser::{Serialize, SerializeMap};

    pub(super) trait Entry<M: SerializeMap> {
        fn entry(&self, map: &mut M, name: &'static str) -> Result<(), M::Error>;
    }

    impl<M: SerializeMap, T: Serialize> Entry<M> for T {
        fn entry(&self, map: &mut M, name: &'static str) -> Result<(), M::Error> {
            map.serialize_entry(name, self)
        }
    }
}

/// The functions of a module.
#[derive(serde::Serialize)]
struct Counted {
    imported: u32,
    declared: u32,
    defined: u64,
    code_size: u64,
    largest: Vec<Function>,
}

impl Counted {
    fn of(functions: &Functions<'_>, top: usize) -> Self {
        Self {
            imported: functions.imported,
            declared: functions.declared,
            defined: functions.bodies(),
            code_size: functions.code_size(),
            largest: functions.largest(top),
        }
    }
}

fn component<M: SerializeMap>(
    map: &mut M,
    component: &Component<'_>,
    show: Show,
    top: usize,
) -> Result<(), M::Error> {
    if show.has(Part::Overview) {
        map.serialize_entry("proposals", &component.proposals())?;
    }
    if show.has(Part::Imports) {
        map.serialize_entry("imports", &component.imports)?;
    }
    if show.has(Part::Exports) {
        map.serialize_entry("exports", &component.exports)?;
    }
    if show.has(Part::Nested) {
        map.serialize_entry("modules", &Nested(&component.modules, show, top))?;
        map.serialize_entry("components", &Nested(&component.components, show, top))?;
    }
    Ok(())
}
