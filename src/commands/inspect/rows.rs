//! The lists of a report, as rows of text.

use super::Report;
use super::page::Side::{self, Left, Right};
use super::page::{number, plural, share};
use super::parts;
use super::show::Part;
use crate::wasm::Facts;
use crate::wasm::facts::{Component, ComponentItem, Module, Section};

/// A list with a title.
pub(super) struct List {
    pub(super) title: &'static str,
    /// What the columns are, where it is not plain.
    pub(super) columns: &'static str,
    pub(super) sides: Vec<Side>,
    pub(super) rows: Vec<Vec<String>>,
    /// By what the rows to show are chosen when not all are: the largest. Else
    /// the first are.
    pub(super) sizes: Vec<u64>,
    /// How many there are in all, if `rows` is only a part.
    pub(super) total: u64,
    /// How many rows are shown unasked.
    pub(super) limit: usize,
    /// How to see more.
    pub(super) more: &'static str,
}

/// How many rows of most lists are shown unasked.
const LIMIT: usize = 10;
/// How many sections are: most modules have fewer.
const SECTIONS: usize = 24;

impl List {
    pub(super) fn new(
        title: &'static str,
        columns: &'static str,
        sides: &[Side],
        rows: Vec<Vec<String>>,
    ) -> Self {
        Self {
            title,
            columns,
            sides: sides.to_vec(),
            total: rows.len() as u64,
            rows,
            sizes: Vec::new(),
            limit: LIMIT,
            more: "--all shows them",
        }
    }

    /// The rows to show when there is room for so many.
    pub(super) fn chosen(&self, room: usize) -> Vec<&[String]> {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        if room < order.len() {
            if !self.sizes.is_empty() {
                order.sort_by_key(|at| std::cmp::Reverse(self.sizes.get(*at)));
            }
            order.truncate(room);
        }
        order
            .into_iter()
            .map(|at| self.rows[at].as_slice())
            .collect()
    }
}

/// The lists to show, in their order.
pub(super) fn lists(report: &Report<'_>) -> Vec<List> {
    let facts = report.facts;
    let mut lists = Vec::new();
    if let Some(module) = facts.module() {
        module_lists(&mut lists, report, module);
    }
    if let Some(component) = facts.component() {
        component_lists(&mut lists, report, component);
    }
    let mut add = |part, list: &dyn Fn() -> List| {
        if report.show.has(part) {
            lists.push(list());
        }
    };
    add(Part::Sections, &|| sections(facts));
    if report.show.narrowed() {
        // Without a choice the list of sections has them all.
        add(Part::Custom, &|| custom(facts));
    }
    if let Some(module) = facts.module() {
        add(Part::Memories, &|| parts::memories(module));
        add(Part::Tables, &|| parts::tables(module));
        add(Part::Globals, &|| parts::globals(module));
        add(Part::Tags, &|| parts::tags(module));
        add(Part::Data, &|| parts::data(module));
        add(Part::Elements, &|| parts::elements(module));
        add(Part::Types, &|| parts::types(module));
    }
    lists
}

fn module_lists(lists: &mut Vec<List>, report: &Report<'_>, module: &Module<'_>) {
    if report.show.has(Part::Exports) {
        let rows = module.exports.iter().map(|export| {
            let text = export.text.as_deref().unwrap_or("points nowhere");
            vec![export.name.to_owned(), text.to_owned()]
        });
        lists.push(List::new("exports", "", &[Left, Left], rows.collect()));
    }
    if report.show.has(Part::Imports) {
        let rows = module.imports.iter().map(|import| {
            vec![
                import.module.to_owned(),
                import.name.to_owned(),
                import.text.to_string(),
            ]
        });
        lists.push(List::new(
            "imports",
            "",
            &[Left, Left, Left],
            rows.collect(),
        ));
    }
    if report.show.has(Part::Functions) {
        lists.push(functions(report, &[report.facts]));
    }
}

/// The largest functions of some modules; `0:12` is function 12 of the first.
fn functions(report: &Report<'_>, modules: &[&Facts<'_>]) -> List {
    let mut largest = Vec::new();
    let mut total = 0;
    for (at, facts) in modules.iter().enumerate() {
        if let Some(module) = facts.module() {
            total += module.functions.bodies();
            let functions = module.functions.largest(report.top);
            largest.extend(functions.into_iter().map(|function| (at, function)));
        }
    }
    largest.sort_by_key(|(_, function)| std::cmp::Reverse(function.size));
    largest.truncate(report.top);
    let alone = report.facts.module().is_some();
    let rows = largest.into_iter().map(|(at, function)| {
        vec![
            number(function.size.into()),
            share(function.size.into(), report.facts.size),
            if alone {
                function.index.to_string()
            } else {
                format!("{at}:{}", function.index)
            },
            function.name.unwrap_or_else(|| "(no name)".to_owned()),
        ]
    });
    let sides = [Right, Right, Right, Left];
    let mut list = List::new(
        "largest functions",
        "bytes, share, index",
        &sides,
        rows.collect(),
    );
    list.total = total;
    list.limit = report.top;
    list.more = "--top N or --all shows more";
    list
}

fn component_lists(lists: &mut Vec<List>, report: &Report<'_>, component: &Component<'_>) {
    for (part, title, list) in [
        (Part::Exports, "exports", &component.exports),
        (Part::Imports, "imports", &component.imports),
    ] {
        if report.show.has(part) {
            let rows = items(list, report);
            let mut shown = List::new(title, "", &[Left, Left, Left], rows);
            shown.total = list.len() as u64;
            lists.push(shown);
        }
    }
    if report.show.has(Part::Nested) {
        let whole = report.facts.size;
        let rows = |facts: &[Facts<'_>]| facts.iter().map(|inner| nested(inner, whole)).collect();
        let sides = [Right, Right, Right, Left, Left];
        let columns = "bytes, share, offset";
        lists.push(List::new(
            "core modules",
            columns,
            &sides,
            rows(&component.modules),
        ));
        lists.push(List::new(
            "components",
            columns,
            &sides,
            rows(&component.components),
        ));
    }
    if report.show.has(Part::Functions) {
        lists.push(functions(report, &component.all_modules()));
    }
}

/// Imports or exports of a component; with a choice or `--all` each function too.
fn items(items: &[ComponentItem<'_>], report: &Report<'_>) -> Vec<Vec<String>> {
    let deep = report.all || report.show.narrowed();
    let mut rows = Vec::new();
    for item in items {
        let single = item.kind == "func";
        let about = match item.functions.as_slice() {
            [only] if single => only.text.clone(),
            [] => String::new(),
            many => plural(many.len() as u64, "function", "functions"),
        };
        rows.push(vec![item.name.to_owned(), item.kind.to_owned(), about]);
        if deep && !single {
            for function in &item.functions {
                let text = function.text.clone();
                rows.push(vec![format!("  {}", function.name), String::new(), text]);
            }
        }
    }
    rows
}

fn nested(inner: &Facts<'_>, whole: u64) -> Vec<String> {
    let functions = inner.module().map_or(0, |module| module.functions.bodies());
    let name = inner
        .custom
        .name_counts()
        .module
        .unwrap_or_default()
        .to_owned();
    let about = match inner.component() {
        Some(component) => plural(
            component.modules.len() as u64,
            "core module",
            "core modules",
        ),
        None => plural(functions, "function", "functions"),
    };
    vec![
        number(inner.size),
        share(inner.size, whole),
        format!("{:#x}", inner.offset),
        about,
        name,
    ]
}

fn sections(facts: &Facts<'_>) -> List {
    let row = |section: &Section<'_>| {
        vec![
            format!("{:#x}", section.offset),
            number(section.size),
            share(section.size, facts.size),
            match section.custom {
                Some(custom) => format!("custom {custom}"),
                None => section.name.replace('_', " "),
            },
        ]
    };
    let rows = facts.sections.iter().map(row).collect();
    let sides = [Right, Right, Right, Left];
    let mut list = List::new("sections", "offset, bytes, share", &sides, rows);
    list.sizes = facts.sections.iter().map(|section| section.size).collect();
    list.limit = SECTIONS;
    list
}

fn custom(facts: &Facts<'_>) -> List {
    let rows = facts.custom.sections.iter().map(|section| {
        vec![
            format!("{:#x}", section.offset),
            number(section.size),
            section.name.to_owned(),
        ]
    });
    let sides = [Right, Right, Left];
    List::new("custom sections", "offset, bytes", &sides, rows.collect())
}
