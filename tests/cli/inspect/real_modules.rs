//! Modules that nobody here made, from npm. `scripts/setup` installs them;
//! `WASMRUN_TEST_MODULES` names another `node_modules` folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::kit::World;

/// Says why a test did nothing. With `CI` set there is no excuse.
#[allow(clippy::print_stderr, reason = "cargo shows it with the test's output")]
fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}");
    eprintln!("skipped: {why}");
}

/// The folder, if it is there.
pub(super) fn folder() -> Option<PathBuf> {
    let default = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/target/test-modules/node_modules"
    );
    let folder = std::env::var_os("WASMRUN_TEST_MODULES").unwrap_or_else(|| default.into());
    let folder = PathBuf::from(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    skip(&format!(
        "{} is missing; run scripts/setup",
        folder.display()
    ));
    None
}

const ESBUILD: &str = "esbuild-wasm";
const RUBY: &str = "@ruby/3.4-wasm-wasi";
const SQLITE: &str = "@sqlite.org/sqlite-wasm";

/// All modules of the packages that the tests know.
pub(super) fn all(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for package in [ESBUILD, RUBY, SQLITE] {
        let before = found.len();
        walk(&folder.join(package), &mut found);
        assert!(
            found.len() > before,
            "{package} has no module; run scripts/setup"
        );
    }
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "wasm") {
            found.push(path);
        }
    }
}

/// The report on a module; each is made once, for some have fifty megabytes.
fn inspect(path: &Path) -> &'static Value {
    static REPORTS: Mutex<BTreeMap<PathBuf, &'static Value>> = Mutex::new(BTreeMap::new());
    let mut reports = REPORTS.lock().unwrap_or_else(PoisonError::into_inner);
    reports
        .entry(path.to_owned())
        .or_insert_with(|| Box::leak(Box::new(report(path))))
}

fn report(path: &Path) -> Value {
    let run = World::new().run(&["inspect", path.to_str().unwrap(), "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", path.display());
    serde_json::from_str(&run.out).unwrap()
}

/// The module of a package with the most code.
fn main_module(folder: &Path, package: &str) -> &'static Value {
    let mut found = Vec::new();
    walk(&folder.join(package), &mut found);
    let modules = found.iter().map(|path| inspect(path));
    modules
        .max_by_key(|module| module["functions"]["code_size"].as_u64())
        .unwrap_or_else(|| panic!("{package} has no module; run scripts/setup"))
}

fn hosts(module: &Value) -> Vec<&str> {
    let needs = module["host"].as_array().unwrap();
    needs
        .iter()
        .map(|need| need["id"].as_str().unwrap())
        .collect()
}

#[test]
fn go_for_javascript_is_recognised() {
    let Some(folder) = folder() else { return };
    let module = main_module(&folder, ESBUILD);
    assert_eq!(module["role"]["kind"], "command");
    assert_eq!(module["origins"][0]["tool"], "Go");
    assert_eq!(hosts(module), ["go_js"]);
    assert_eq!(module["producers"]["languages"][0]["name"], "Go");
    assert!(module["functions"]["defined"].as_u64().unwrap() > 1000);
}

#[test]
fn a_wasi_reactor_is_recognised() {
    let Some(folder) = folder() else { return };
    let module = main_module(&folder, RUBY);
    assert_eq!(module["role"]["kind"], "reactor");
    assert_eq!(module["role"]["because"], "exports `_initialize`");
    assert!(
        hosts(module).contains(&"wasi_preview1"),
        "{:?}",
        hosts(module)
    );
    let producers = module["producers"]["processed_by"].as_array().unwrap();
    assert!(
        producers.iter().any(|tool| tool["name"] == "clang"),
        "{producers:?}"
    );
}

#[test]
fn emscripten_is_recognised() {
    let Some(folder) = folder() else { return };
    let module = main_module(&folder, SQLITE);
    assert_eq!(module["origins"][0]["tool"], "Emscripten");
    assert!(hosts(module).contains(&"emscripten"), "{:?}", hosts(module));
}

/// Node's own reading of a module: its imports and exports by name and kind.
const NODE: &str = "
    const module = new WebAssembly.Module(require('fs').readFileSync(process.argv[1]));
    const kind = { function: 'func' };
    const named = (list) => list.map((it) => ({ ...it, kind: kind[it.kind] ?? it.kind }));
    const imports = named(WebAssembly.Module.imports(module));
    const exports = named(WebAssembly.Module.exports(module));
    const custom = WebAssembly.Module.customSections(module, 'producers').map((it) => it.byteLength);
    console.log(JSON.stringify({ imports, exports, custom }));
";

#[test]
fn node_reads_the_same_imports_and_exports() {
    let Some(folder) = folder() else { return };
    let plain = |list: &Value, keys: &[&str]| -> Vec<Vec<String>> {
        let row = |item: &Value| {
            let cell = |key: &&str| item[*key].as_str().unwrap_or_default().to_owned();
            keys.iter().map(cell).collect()
        };
        list.as_array().unwrap().iter().map(row).collect()
    };
    for path in all(&folder) {
        let output = match Command::new("node").args(["-e", NODE]).arg(&path).output() {
            Ok(output) => output,
            Err(error) => {
                skip(&format!("node cannot be run: {error}"));
                return;
            }
        };
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let node: Value = serde_json::from_slice(&output.stdout).unwrap();
        let ours = inspect(&path);
        let about = path.display();
        let keys = ["module", "name", "kind"];
        assert_eq!(
            plain(&ours["imports"], &keys),
            plain(&node["imports"], &keys),
            "{about}"
        );
        let keys = ["name", "kind"];
        assert_eq!(
            plain(&ours["exports"], &keys),
            plain(&node["exports"], &keys),
            "{about}"
        );
        let sections = ours["custom_sections"].as_array().unwrap().iter();
        let producers: Vec<&Value> = sections
            .filter(|section| section["name"] == "producers")
            .map(|section| &section["size"])
            .collect();
        assert_eq!(
            producers,
            node["custom"]
                .as_array()
                .unwrap()
                .iter()
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn sections_and_functions_add_up() {
    let Some(folder) = folder() else { return };
    for path in all(&folder) {
        let module = inspect(&path);
        let mut end = 8;
        for section in module["sections"].as_array().unwrap() {
            let offset = section["offset"].as_u64().unwrap();
            let size = section["size"].as_u64().unwrap();
            // Between two sections there is only the frame: a byte and a length.
            assert!(
                (2..=6).contains(&(offset - end)),
                "{}: {section}",
                path.display()
            );
            end = offset + size;
            if section["name"] == "code" {
                let code = module["functions"]["code_size"].as_u64().unwrap();
                assert!(code < size && code > size * 9 / 10, "{code} of {size}");
            }
        }
        assert_eq!(end, module["size"].as_u64().unwrap(), "{}", path.display());
        assert_eq!(module["size"], std::fs::metadata(&path).unwrap().len());
        let functions = &module["functions"];
        assert_eq!(functions["declared"], functions["defined"]);
    }
}
