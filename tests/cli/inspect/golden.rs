//! Each `tests/inspect/*.wat` is inspected and compared with the `.txt` and the
//! `.json` beside it. `BLESS=1` writes them again: look at the difference.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::kit::World;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspect")
}

fn samples() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let mut samples: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    samples.retain(|path| path.extension().is_some_and(|ext| ext == "wat"));
    samples.sort();
    assert!(samples.len() >= 10, "{samples:?}");
    samples
}

#[test]
fn reports_are_as_they_were() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut different = Vec::new();
    for sample in samples() {
        let world = World::new();
        let name = sample.file_name().unwrap().to_str().unwrap();
        world.write(name, std::fs::read(&sample).unwrap());
        for (extension, args) in [
            ("txt", ["inspect", name].as_slice()),
            ("json", &["inspect", name, "--format", "json"]),
        ] {
            let run = world.run(args);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
            let report = without_compressed_sizes(&run.out);
            let golden = sample.with_extension(extension);
            if bless {
                std::fs::write(&golden, &report).unwrap();
            } else if std::fs::read_to_string(&golden).unwrap_or_default() != report {
                different.push(format!("--- {}\n{report}", golden.display()));
            }
        }
    }
    assert!(
        different.is_empty(),
        "these reports changed; if they should, run the test with BLESS=1\n{}",
        different.join("\n")
    );
}

/// They belong to the compressors, not to inspect.
fn without_compressed_sizes(report: &str) -> String {
    let line = |line: &str| {
        if let Some((size, _)) = line.split_once(", gzip ") {
            format!("{size}\n")
        } else if line.contains("\"gzip_size\"") || line.contains("\"brotli_size\"") {
            String::new()
        } else {
            format!("{line}\n")
        }
    };
    report.lines().map(line).collect()
}

#[test]
fn the_document_names_every_key() {
    let document = std::fs::read_to_string(folder().join("../../docs/inspect.md")).unwrap();
    let mut keys = BTreeSet::new();
    for sample in samples() {
        let json = std::fs::read_to_string(sample.with_extension("json")).unwrap();
        collect(&serde_json::from_str(&json).unwrap(), &mut keys);
    }
    keys.extend(["gzip_size".to_owned(), "brotli_size".to_owned()]);
    assert!(keys.len() > 50, "{keys:?}");
    let missing: Vec<_> = keys
        .iter()
        .filter(|key| !document.contains(&format!("`{key}`")))
        .collect();
    assert!(missing.is_empty(), "docs/inspect.md lacks {missing:?}");
}

fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                assert!(
                    key.bytes().all(|byte| byte.is_ascii_lowercase()
                        || byte.is_ascii_digit()
                        || byte == b'_'),
                    "`{key}` is not in snake case"
                );
                keys.insert(key.clone());
                collect(value, keys);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, keys)),
        _ => {}
    }
}
