//! Modules that others have published.

use std::path::{Path, PathBuf};

use crate::kit::World;

const PACKAGES: [&str; 3] = [
    "esbuild-wasm",
    "@ruby/3.4-wasm-wasi",
    "@sqlite.org/sqlite-wasm",
];

/// The folder with npm packages that `scripts/setup` fills.
#[allow(clippy::print_stdout, reason = "a skipped test says so")]
fn packages() -> Option<PathBuf> {
    let folder = std::env::var_os("WASMRUN_TEST_MODULES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-modules/node_modules"),
        PathBuf::from,
    );
    for package in PACKAGES {
        if !folder.join(package).is_dir() {
            assert!(
                std::env::var_os("CI").is_none(),
                "npm package {package} is not installed"
            );
            println!("skipped: npm package {package} is not installed; `scripts/setup` does it");
            return None;
        }
    }
    Some(folder)
}

#[test]
fn all_of_them_are_valid() {
    let Some(folder) = packages() else { return };
    let world = World::new();
    for package in PACKAGES {
        let path = folder.join(package);
        let run = world.run(&["verify", path.to_str().unwrap()]);
        assert_eq!(
            (run.code, run.err.as_str()),
            (0, ""),
            "{package}: {}",
            run.out
        );
        assert!(run.out.contains("valid"), "{}", run.out);
    }
}

#[test]
fn one_cut_anywhere_is_judged_without_harm() {
    let Some(folder) = packages() else { return };
    let sqlite = folder.join("@sqlite.org/sqlite-wasm/dist/sqlite3.wasm");
    let bytes = std::fs::read(sqlite).unwrap();
    // All of the headers, then a cut every few thousand bytes.
    let cuts = (0..500).chain((500..bytes.len()).step_by(9973));
    let mut invalid = 0;
    for cut in cuts {
        if let Err(fault) = wasmrun::wasm::validate(&bytes[..cut]) {
            assert!(fault.offset <= cut as u64, "{cut}: {fault}");
            invalid += 1;
        }
    }
    assert!(invalid > 500, "{invalid}");
}
