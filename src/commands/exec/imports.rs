use std::fmt;

use super::input::Input;
use crate::error::{Code, Error};
use crate::runtime::core::{self, ExternType, ImportType, Linker, Module};
use crate::wasm::facts::{Need, NeedId};

/// So many names of a group are told.
const NAMED: usize = 5;

/// What a call of a function that nothing gives ends with.
#[derive(Debug)]
struct Unknown(String);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it called `{}`, which nothing here gives", self.0)
    }
}

impl std::error::Error for Unknown {}

/// Defines the functions that a module imports and nothing gives, so that it can
/// run until it calls one.
pub(super) fn trapping<T: 'static>(linker: &mut Linker<T>, module: &Module) {
    for import in linker.missing(module) {
        if let ExternType::Func(ty) = import.ty {
            let name = format!("{}.{}", import.module, import.name);
            linker.func(import.module, import.name, ty, move |_, _, _| {
                Err(core::Error::host(Unknown(name.clone())))
            });
        }
    }
}

/// Says what a module imports that nothing here gives, and who usually does.
pub(super) fn missing(input: &Input, missing: &[ImportType<'_>]) -> Error {
    let count = match missing.len() {
        1 => "something".to_owned(),
        count => format!("{count} things"),
    };
    let message = format!("{} imports {count} that nothing here gives", input.name);
    let mut error = Error::new(Code::ImportMissing, message);
    let facts = input.facts();
    let needs = facts
        .as_ref()
        .map(|facts| facts.needs.as_slice())
        .unwrap_or_default();
    let shares = missing
        .iter()
        .any(|import| matches!(&import.ty, ExternType::Memory(memory) if memory.shared));
    let mut first = None;
    for need in needs {
        let lacking: Vec<_> = need
            .items
            .iter()
            .filter(|item| {
                let same = |import: &&ImportType<'_>| {
                    Some(import.module) == item.module && import.name == item.name
                };
                missing.iter().any(|import| same(&import))
            })
            .map(|item| match item.module {
                Some(module) => format!("{module}.{}", item.name),
                None => item.name.to_owned(),
            })
            .collect();
        if lacking.is_empty() {
            continue;
        }
        first.get_or_insert(need);
        error = error.because(format!("{}: {}", listed(&lacking), need.provider));
    }
    error.help(advice(first, shares))
}

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(|name| format!("`{name}`"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn advice(first: Option<&Need<'_>>, shares: bool) -> String {
    match first.map(|need| need.id) {
        _ if shares => "this is a threads module; build it without threads",
        Some(NeedId::WasiThreads) => {
            "this is a threads module; build it for wasm32-wasip1 without threads"
        }
        Some(NeedId::WasmBindgen | NeedId::WasmBindgenRaw) => {
            "this module wants a browser or node: load the .js file that wasm-bindgen writes"
        }
        Some(NeedId::Emscripten) => {
            "run the .js file that emcc wrote with node, or build with `-sSTANDALONE_WASM`"
        }
        Some(NeedId::GoJs) => "build it with `GOOS=wasip1 GOARCH=wasm go build`",
        Some(NeedId::AssemblyScript) => {
            "build it with `@assemblyscript/wasi-shim`, or load the .js file that asc writes"
        }
        Some(NeedId::DynamicLinking) => "link it into a program of its own",
        Some(NeedId::Linker) => "this is an object file: link it with `wasm-ld` first",
        Some(NeedId::WasiComponents | NeedId::Interfaces) => {
            "build it for WASI preview 1 (wasm32-wasip1)"
        }
        _ => "`--unknown-imports-trap` runs it all the same, until it calls one of them",
    }
    .to_owned()
}
