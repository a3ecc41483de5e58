//! The lists of a module's parts, as rows of text.

use super::page::Side::{Left, Right};
use super::page::{binary, number, plural};
use super::rows::List;
use crate::wasm::facts::{DataMode, Memory, Module};

pub(super) fn memories(module: &Module<'_>) -> List {
    let rows = module.memories.iter().map(|memory| {
        let mut about = vec![memory_size(memory)];
        if memory.page_size != 65_536 {
            about.push(format!("pages of {}", binary(memory.page_size)));
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
    List::new("memories", "", &[Right, Left], rows.collect())
}

fn memory_size(memory: &Memory) -> String {
    let counted = |pages: u64, size: Option<u64>| {
        let size = size.map_or_else(|| "beyond counting".to_owned(), binary);
        format!("{} ({size})", plural(pages, "page", "pages"))
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

pub(super) fn tables(module: &Module<'_>) -> List {
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
    List::new("tables", "", &[Right, Left], rows.collect())
}

pub(super) fn globals(module: &Module<'_>) -> List {
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
    List::new("globals", "", &[Right, Left, Left, Left], rows.collect())
}

pub(super) fn tags(module: &Module<'_>) -> List {
    let rows = module.tags.iter().map(|tag| {
        let text = tag.text.as_deref().unwrap_or("of an unknown type");
        let imported = if tag.imported { ", imported" } else { "" };
        vec![tag.index.to_string(), format!("{text}{imported}")]
    });
    List::new("tags", "", &[Right, Left], rows.collect())
}

pub(super) fn data(module: &Module<'_>) -> List {
    let rows = module.data.iter().map(|data| {
        vec![
            data.index.to_string(),
            number(data.size),
            format!("{:#x}", data.offset),
            mode(&data.mode, "memory"),
        ]
    });
    let sides = [Right, Right, Right, Left];
    let mut list = List::new(
        "data segments",
        "index, bytes, offset",
        &sides,
        rows.collect(),
    );
    list.sizes = module.data.iter().map(|data| data.size).collect();
    list
}

pub(super) fn elements(module: &Module<'_>) -> List {
    let rows = module.elements.iter().map(|element| {
        vec![
            element.index.to_string(),
            format!("{} of {}", number(element.length.into()), element.element),
            mode(&element.mode, "table"),
        ]
    });
    List::new("element segments", "", &[Right, Left, Left], rows.collect())
}

fn mode(mode: &DataMode, target: &str) -> String {
    match mode {
        DataMode::Active { target: 0, at } => format!("active at {at}"),
        DataMode::Active { target: index, at } => format!("active at {at} of {target} {index}"),
        DataMode::Passive => "passive".to_owned(),
        DataMode::Declared => "declared".to_owned(),
    }
}

pub(super) fn types(module: &Module<'_>) -> List {
    let rows = module.types.iter();
    let rows = rows.map(|ty| vec![ty.index.to_string(), ty.text.to_string()]);
    List::new("types", "", &[Right, Left], rows.collect())
}
