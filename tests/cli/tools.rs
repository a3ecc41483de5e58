//! Programs that a test needs and a machine may lack.

use std::path::{Path, PathBuf};

/// Finds a program: where `scripts/setup` puts those from PyPI, or on the path.
/// Without it the test is to be skipped, and where `CI` is set it fails.
/// `group` is what `scripts/setup` calls it, or empty.
#[allow(clippy::print_stdout, reason = "a skipped test says so")]
pub(crate) fn find(program: &str, group: &str) -> Option<PathBuf> {
    let own = std::env::var_os("WASMRUN_TEST_TOOLS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin"),
        PathBuf::from,
    );
    let found = which::which_in(program, Some(own), ".").or_else(|_| which::which(program));
    if found.is_err() {
        let setup = format!("scripts/setup {group}");
        let why = format!("no {program}; `{}` installs it", setup.trim_end());
        assert!(std::env::var_os("CI").is_none(), "{why}");
        println!("skipped: {why}");
    }
    found.ok()
}
