use super::Report;
use super::page::{Page, binary, number, plural, safe};
use super::rows::{self, List};
use super::show::Part;
use crate::terminal::Terminal;
use crate::wasm::facts::{
    Component, Custom, Kind, Module, NameCounts, Need, NeedId, Problem, Producer, Proposals,
};
use crate::wasm::{Facts, decimal};

/// Where the text of the overview begins.
const INDENT: usize = 11;
/// How many names of what the host has to give are shown.
const NAMES: usize = 12;
/// How many letters of each are.
const LETTERS: usize = 48;

/// A report for people, as wide as the terminal.
pub(super) fn render(report: &Report<'_>, terminal: &Terminal) -> String {
    let mut page = Page::new(terminal);
    if report.show.has(Part::Overview) {
        overview(&mut page, report);
    }
    problems(&mut page, report.facts);
    if report.show.has(Part::Host) {
        host(&mut page, report);
    }
    let mut empty = report.show.narrowed();
    for list in rows::lists(report) {
        empty = false;
        // A list that was asked for is shown when it is empty, too.
        if !list.rows.is_empty() || report.show.narrowed() {
            show(&mut page, report, &list);
        }
    }
    if empty && !report.show.has(Part::Overview) && !report.show.has(Part::Host) {
        page.line("a component has none of these itself; its core modules have");
    }
    page.finish()
}

fn show(page: &mut Page<'_>, report: &Report<'_>, list: &List) {
    let whole = report.all || report.show.narrowed();
    let room = if whole { list.rows.len() } else { list.limit };
    let columns = if list.columns.is_empty() {
        String::new()
    } else {
        format!(": {}", list.columns)
    };
    page.title(&format!("{} ({}){columns}", list.title, number(list.total)));
    let chosen = list.chosen(room);
    page.rows(&list.sides, &chosen);
    let more = list.total.saturating_sub(chosen.len() as u64);
    // Of a component's lists, functions add rows to what is counted.
    if more > 0 {
        page.line(&format!("  {} more; {}", number(more), list.more));
    }
}

/// A problem in one line.
pub(super) fn problem(problem: &Problem) -> String {
    let section = problem.section.map_or_else(String::new, |name| {
        format!(" in the {} section", name.replace('_', " "))
    });
    format!(
        "{}{section} (at {:#x})",
        safe(&problem.message),
        problem.offset
    )
}

fn problems(page: &mut Page<'_>, facts: &Facts<'_>) {
    if facts.problems.is_empty() {
        return;
    }
    page.title("not readable");
    for fault in facts.problems.first() {
        page.field("", 2, &problem(fault));
    }
    let more = facts.problems.total() - facts.problems.first().len() as u64;
    if more > 0 {
        page.line(&format!("  and {} more", number(more)));
    }
}

fn overview(page: &mut Page<'_>, report: &Report<'_>) {
    let facts = report.facts;
    let kind = match facts.kind() {
        Kind::Module => "module",
        Kind::Component => "component",
    };
    let role = &facts.role;
    let text = if report.input.text { ", from text" } else { "" };
    page.title(&safe(&format!("{}: {kind}{text}", report.input.name)));
    page.field(
        "role",
        INDENT,
        &format!("{} ({})", role.kind.name(), role.because),
    );
    page.field("size", INDENT, &size(report));
    let made_by = made_by(&facts.custom);
    if !made_by.is_empty() {
        page.field("made by", INDENT, &made_by);
    }
    for origin in &facts.origins {
        let text = format!("{} ({})", origin.tool, origin.because);
        page.field("output of", INDENT, &text);
    }
    match (facts.module(), facts.component()) {
        (Some(module), _) => module_overview(page, module),
        (_, Some(component)) => component_overview(page, component),
        _ => {}
    }
    let features: Vec<String> = facts
        .custom
        .target_features
        .iter()
        .map(|feature| format!("{}{}", if feature.used { "" } else { "no " }, feature.name))
        .collect();
    if !features.is_empty() {
        page.field("target", INDENT, &features.join(", "));
    }
    if let Some(dylink) = &facts.custom.dylink {
        let mut text = format!(
            "asks for {} of memory and {}",
            binary(dylink.memory_size.into()),
            plural(dylink.table_size.into(), "table slot", "table slots")
        );
        if !dylink.needed.is_empty() {
            text.push_str(&format!("; needs {}", dylink.needed.join(", ")));
        }
        page.field("loading", INDENT, &text);
    }
    let debug = debug(facts);
    page.field("debugging", INDENT, &debug);
    if let Some(why) = report.invalid
        && facts.problems.is_empty()
    {
        page.field("valid", INDENT, &format!("no: {why}"));
    }
}

fn size(report: &Report<'_>) -> String {
    let raw = report.facts.size;
    let exact = if raw < 1000 {
        String::new()
    } else {
        format!(" ({} bytes)", number(raw))
    };
    let compressed = match &report.sizes {
        Some(sizes) => format!(
            ", gzip {}, brotli {}",
            decimal(sizes.gzip),
            decimal(sizes.brotli)
        ),
        None => "; --compressed measures gzip and brotli".to_owned(),
    };
    format!("{}{exact}{compressed}", decimal(raw))
}

fn made_by(custom: &Custom<'_>) -> String {
    let list = |producers: &[Producer<'_>]| {
        let names: Vec<String> = producers.iter().map(producer).collect();
        names.join(", ")
    };
    let producers = &custom.producers;
    let parts = [
        list(&producers.languages),
        list(&producers.processed_by),
        list(&producers.sdks),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

/// A name and a version without the commit in parentheses.
fn producer(producer: &Producer<'_>) -> String {
    let version = producer.version.split(" (").next().unwrap_or_default();
    format!("{} {version}", producer.name).trim_end().to_owned()
}

fn module_overview(page: &mut Page<'_>, module: &Module<'_>) {
    let functions = &module.functions;
    let imported = match functions.imported {
        0 => String::new(),
        imported => format!(" and {} imported", number(imported.into())),
    };
    let mut contents = vec![format!(
        "{}{imported}",
        plural(functions.bodies(), "function", "functions")
    )];
    if functions.bodies() != u64::from(functions.declared) {
        contents.push(format!("{} declared", number(functions.declared.into())));
    }
    let counted = [
        (module.memories.len(), "memory", "memories"),
        (module.tables.len(), "table", "tables"),
        (module.globals.len(), "global", "globals"),
        (module.tags.len(), "tag", "tags"),
        (module.data.len(), "data segment", "data segments"),
    ];
    for (count, one, many) in counted {
        if count > 0 {
            contents.push(plural(count as u64, one, many));
        }
    }
    page.field("contents", INDENT, &contents.join(", "));
    if let Some(start) = &module.start {
        let name = start.name.as_deref().unwrap_or("without a name");
        let text = format!("function {} ({name}) runs on instantiation", start.index);
        page.field("start", INDENT, &text);
    }
    proposals(page, module.proposals);
}

fn proposals(page: &mut Page<'_>, used: Proposals) {
    let names: Vec<&str> = used.names().collect();
    let text = if names.is_empty() {
        "none: the first version of WebAssembly runs it".to_owned()
    } else {
        names.join(", ")
    };
    page.field("proposals", INDENT, &text);
}

fn component_overview(page: &mut Page<'_>, component: &Component<'_>) {
    let contents = [
        plural(component.imports.len() as u64, "import", "imports"),
        plural(component.exports.len() as u64, "export", "exports"),
        plural(
            component.modules.len() as u64,
            "core module",
            "core modules",
        ),
        plural(component.components.len() as u64, "component", "components"),
    ];
    page.field("contents", INDENT, &contents.join(", "));
    proposals(page, component.proposals());
}

fn debug(facts: &Facts<'_>) -> String {
    let debug = &facts.custom.debug;
    let mut parts = Vec::new();
    if let Some(names) = names(&facts.custom.name_counts()) {
        parts.push(names);
    }
    if debug.dwarf_sections > 0 {
        parts.push(format!("DWARF, {}", decimal(debug.dwarf_size)));
    }
    if let Some(url) = debug.source_map_url {
        parts.push(format!("source map {url}"));
    }
    if let Some(url) = debug.external_dwarf_url {
        parts.push(format!("DWARF in {url}"));
    }
    if let Some(id) = &debug.build_id {
        parts.push(format!("build id {id}"));
    }
    if parts.is_empty() {
        return "no names, no DWARF, no source map".to_owned();
    }
    parts.join("; ")
}

fn names(counts: &NameCounts<'_>) -> Option<String> {
    let counted = [
        (counts.functions, "function", "functions"),
        (counts.locals, "local", "locals"),
        (counts.globals, "global", "globals"),
        (counts.types, "type", "types"),
        (counts.data, "data segment", "data segments"),
    ];
    let parts: Vec<String> = counted
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| plural(count, one, many))
        .collect();
    let module = counts.module.map(|name| format!("module `{name}`"));
    let all: Vec<String> = module.into_iter().chain(parts).collect();
    (!all.is_empty()).then(|| format!("names of {}", all.join(", ")))
}

fn host(page: &mut Page<'_>, report: &Report<'_>) {
    let whole = report.all || report.show.narrowed();
    page.title("needs from the host");
    if report.facts.needs.is_empty() {
        page.line("  nothing");
    }
    for need in &report.facts.needs {
        page.field("", 2, &format!("{}: {}", need.title, need.provider));
        let mut names = names_of(need);
        if !whole {
            let more = names.len().saturating_sub(NAMES);
            names.truncate(NAMES);
            names = names.iter().map(|name| shortened(name)).collect();
            if more > 0 {
                names.push(format!("and {} more", number(more as u64)));
            }
        }
        page.field("", 4, &names.join(", "));
    }
}

/// What is asked for: of core modules that expect components, the interfaces.
fn names_of(need: &Need<'_>) -> Vec<String> {
    let interfaces = matches!(need.id, NeedId::WasiComponents | NeedId::Interfaces);
    let mut names: Vec<&str> = Vec::new();
    for item in &need.items {
        let name = match item.module {
            Some(module) if interfaces => module,
            _ => item.name,
        };
        // Functions of one interface mostly stand together, but not always.
        if !interfaces || !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(str::to_owned).collect()
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    name.chars()
        .take(LETTERS - 3)
        .chain("...".chars())
        .collect()
}
