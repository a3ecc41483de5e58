//! The lists of a report, as rows of text.

use super::Report;
use super::page::Side::{self, Left, Right};
use super::page::{bytes, number, share};
use super::show::Part;
use crate::wasm::Facts;
use crate::wasm::facts::{Component, ComponentItem, DataMode, Memory, Module, Section};

/// A list with a title.
pub(super) struct List {
    pub(super) title: &'static str,
    pub(super) sides: Vec<Side>,
    pub(super) rows: Vec<Vec<String>>,
    /// How many there are in all, if `rows` is only the first.
    pub(super) total: u64,
    /// Whether the user said how many to show.
    pub(super) counted: bool,
}

impl List {
    fn new(title: &'static str, sides: &[Side], rows: Vec<Vec<String>>) -> Self {
        Self {
            title,
            sides: sides.to_vec(),
            total: rows.len() as u64,
            rows,
            counted: false,
        }
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
        add(Part::Memories, &|| memories(module));
        add(Part::Tables, &|| tables(module));
        add(Part::Globals, &|| globals(module));
        add(Part::Tags, &|| tags(module));
        add(Part::Data, &|| data(module));
        add(Part::Elements, &|| elements(module));
        add(Part::Types, &|| types(module));
    }
    lists
}

fn module_lists(lists: &mut Vec<List>, report: &Report<'_>, module: &Module<'_>) {
    if report.show.has(Part::Exports) {
        let rows = module.exports.iter().map(|export| {
            let text = export.text.as_deref().unwrap_or("points nowhere");
            vec![export.name.to_owned(), text.to_owned()]
        });
        lists.push(List::new("exports", &[Left, Left], rows.collect()));
    }
    if report.show.has(Part::Imports) {
        let rows = module.imports.iter().map(|import| {
            vec![
                import.module.to_owned(),
                import.name.to_owned(),
                import.text.to_string(),
            ]
        });
        lists.push(List::new("imports", &[Left, Left, Left], rows.collect()));
    }
    if report.show.has(Part::Functions) {
        let rows = module
            .functions
            .largest(report.top)
            .into_iter()
            .map(|function| {
                vec![
                    number(function.size.into()),
                    share(function.size.into(), report.facts.size),
                    function.index.to_string(),
                    function.name.unwrap_or_else(|| "without a name".to_owned()),
                ]
            });
        let sides = [Right, Right, Right, Left];
        let mut list = List::new(
            "largest functions: bytes, share, index",
            &sides,
            rows.collect(),
        );
        list.total = module.functions.bodies();
        list.counted = true;
        lists.push(list);
    }
}

fn component_lists(lists: &mut Vec<List>, report: &Report<'_>, component: &Component<'_>) {
    let sides = [Left, Left, Left];
    if report.show.has(Part::Exports) {
        lists.push(List::new(
            "exports",
            &sides,
            items(&component.exports, report),
        ));
    }
    if report.show.has(Part::Imports) {
        lists.push(List::new(
            "imports",
            &sides,
            items(&component.imports, report),
        ));
    }
    if report.show.has(Part::Nested) {
        let whole = report.facts.size;
        let rows = |facts: &[Facts<'_>]| facts.iter().map(|inner| nested(inner, whole)).collect();
        let sides = [Right, Right, Right, Left, Left];
        let modules = rows(&component.modules);
        lists.push(List::new(
            "core modules: bytes, share, offset",
            &sides,
            modules,
        ));
        let components = rows(&component.components);
        lists.push(List::new(
            "components: bytes, share, offset",
            &sides,
            components,
        ));
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
            many => super::page::plural(many.len() as u64, "function", "functions"),
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
        Some(component) => format!("{} core modules", component.modules.len()),
        None => super::page::plural(functions, "function", "functions"),
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
        let name = match section.custom {
            Some(custom) => format!("custom {custom}"),
            None => section.name.replace('_', " "),
        };
        vec![
            name,
            format!("{:#x}", section.offset),
            number(section.size),
            share(section.size, facts.size),
        ]
    };
    let rows = facts.sections.iter().map(row).collect();
    List::new(
        "sections: offset, bytes, share",
        &[Left, Right, Right, Right],
        rows,
    )
}

fn custom(facts: &Facts<'_>) -> List {
    let rows = facts.custom.sections.iter().map(|section| {
        vec![
            section.name.to_owned(),
            format!("{:#x}", section.offset),
            number(section.size),
        ]
    });
    List::new(
        "custom sections: offset, bytes",
        &[Left, Right, Right],
        rows.collect(),
    )
}

fn memories(module: &Module<'_>) -> List {
    let rows = module.memories.iter().map(|memory| {
        let mut about = vec![memory_size(memory)];
        if memory.page_size != 65_536 {
            about.push(format!("pages of {}", bytes(memory.page_size)));
        }
        if memory.memory64 {
            about.push("64-bit".to_owned());
        }
        if memory.shared {
            about.push("shared".to_owned());
        }
        if memory.imported {
            about.push("imported".to_owned());
        }
        vec![memory.index.to_string(), about.join(", ")]
    });
    List::new("memories", &[Right, Left], rows.collect())
}

fn memory_size(memory: &Memory) -> String {
    let counted = |pages: u64, size: Option<u64>| {
        let size = size.map_or_else(|| "beyond counting".to_owned(), bytes);
        format!("{} ({size})", super::page::plural(pages, "page", "pages"))
    };
    let initial = counted(memory.initial_pages, memory.initial_bytes());
    match memory.maximum_pages {
        Some(pages) => format!(
            "{initial}, at most {}",
            counted(pages, memory.maximum_bytes())
        ),
        None => format!("{initial}, no limit"),
    }
}

fn tables(module: &Module<'_>) -> List {
    let rows = module.tables.iter().map(|table| {
        let maximum = table.maximum.map_or_else(
            || "no limit".to_owned(),
            |max| format!("at most {}", number(max)),
        );
        let mut about = format!("{} of {}, {maximum}", number(table.initial), table.element);
        if table.table64 {
            about.push_str(", 64-bit");
        }
        if table.imported {
            about.push_str(", imported");
        }
        vec![table.index.to_string(), about]
    });
    List::new("tables", &[Right, Left], rows.collect())
}

fn globals(module: &Module<'_>) -> List {
    let rows = module.globals.iter().map(|global| {
        let ty = if global.mutable {
            format!("mut {}", global.text)
        } else {
            global.text.clone()
        };
        vec![
            global.index.to_string(),
            ty,
            global.init.clone().unwrap_or_else(|| "imported".to_owned()),
            global.name.unwrap_or_default().to_owned(),
        ]
    });
    List::new("globals", &[Right, Left, Left, Left], rows.collect())
}

fn tags(module: &Module<'_>) -> List {
    let rows = module.tags.iter().map(|tag| {
        let text = tag.text.as_deref().unwrap_or("of an unknown type");
        let imported = if tag.imported { ", imported" } else { "" };
        vec![tag.index.to_string(), format!("{text}{imported}")]
    });
    List::new("tags", &[Right, Left], rows.collect())
}

fn data(module: &Module<'_>) -> List {
    let rows = module.data.iter().map(|data| {
        vec![
            data.index.to_string(),
            number(data.size),
            format!("{:#x}", data.offset),
            mode(&data.mode, "memory"),
        ]
    });
    List::new(
        "data segments: bytes, offset",
        &[Right, Right, Right, Left],
        rows.collect(),
    )
}

fn elements(module: &Module<'_>) -> List {
    let rows = module.elements.iter().map(|element| {
        vec![
            element.index.to_string(),
            format!("{} of {}", number(element.length.into()), element.element),
            mode(&element.mode, "table"),
        ]
    });
    List::new("element segments", &[Right, Left, Left], rows.collect())
}

fn mode(mode: &DataMode, target: &str) -> String {
    match mode {
        DataMode::Active { target: 0, at } => format!("active at {at}"),
        DataMode::Active { target: index, at } => format!("active at {at} of {target} {index}"),
        DataMode::Passive => "passive".to_owned(),
        DataMode::Declared => "declared".to_owned(),
    }
}

fn types(module: &Module<'_>) -> List {
    let rows = module.types.iter();
    let rows = rows.map(|ty| vec![ty.index.to_string(), ty.text.to_string()]);
    List::new("types", &[Right, Left], rows.collect())
}
