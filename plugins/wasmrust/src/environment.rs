//! The environment variables that a build's result depends on.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;

use crate::tool::Changes;

/// Those that cargo, rustc and rustup read whatever is built.
const ALWAYS: &[&str] = &[
    "PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "CARGO_HOME",
    "CARGO_TARGET_DIR",
    "CARGO_INCREMENTAL",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_INCREMENTAL",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_BUILD_BUILD_DIR",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_BOOTSTRAP",
    "RUSTFLAGS",
    "RUST_TARGET_PATH",
    "SOURCE_DATE_EPOCH",
];

/// What changes how cargo works but not what comes out.
const HARMLESS: &[&str] = &["CARGO_BUILD_JOBS", "CARGO_BUILD_WARNINGS"];

/// The settings of a profile.
const PROFILE: &[&str] = &[
    "INHERITS",
    "OPT_LEVEL",
    "DEBUG",
    "SPLIT_DEBUGINFO",
    "STRIP",
    "DEBUG_ASSERTIONS",
    "OVERFLOW_CHECKS",
    "LTO",
    "PANIC",
    "INCREMENTAL",
    "CODEGEN_UNITS",
    "RPATH",
    "BUILD_OVERRIDE_OPT_LEVEL",
    "BUILD_OVERRIDE_DEBUG",
    "BUILD_OVERRIDE_DEBUG_ASSERTIONS",
    "BUILD_OVERRIDE_OVERFLOW_CHECKS",
    "BUILD_OVERRIDE_INCREMENTAL",
    "BUILD_OVERRIDE_CODEGEN_UNITS",
];

/// The settings of a target.
const TARGET: &[&str] = &["LINKER", "RUSTFLAGS"];

/// The families of variables that are settings of cargo's, and change what comes
/// out. A report can only name variables one by one, so that only those that it
/// names are let through to cargo.
const FAMILIES: &[&str] = &[
    "CARGO_BUILD_",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "CARGO_UNSTABLE_",
];

/// The variables that a build depends on.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    names: BTreeSet<String>,
}

impl Known {
    /// Those of a build for a target, on a host, with a profile of cargo's.
    pub(crate) fn new(targets: &[&str], profile: &str) -> Self {
        let mut names: BTreeSet<String> = ALWAYS.iter().map(ToString::to_string).collect();
        for profile in ["dev", "release", profile] {
            let settings = PROFILE.iter();
            names.extend(settings.map(|it| format!("CARGO_PROFILE_{}_{it}", upper(profile))));
        }
        let mut this = Self { names };
        for target in targets {
            this.add_target(target);
        }
        this
    }

    /// Adds those about a target.
    pub(crate) fn add_target(&mut self, target: &str) {
        let settings = TARGET.iter();
        let names = settings.map(|it| format!("CARGO_TARGET_{}_{it}", upper(target)));
        self.names.extend(names);
    }

    /// Adds those that sources and build scripts read.
    pub(crate) fn add(&mut self, names: impl IntoIterator<Item = String>) {
        let names = names.into_iter();
        self.names.extend(names.filter(|name| !is_cargos_own(name)));
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.names.into_iter().collect()
    }

    /// Hides from cargo what would change the result without being named.
    pub(crate) fn hide_others(&self) -> Changes {
        env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| {
                FAMILIES.iter().any(|family| name.starts_with(family))
                    && !HARMLESS.contains(&name.as_str())
                    && !self.names.contains(name)
                    && !is_of_a_target(name)
            })
            .map(|name| (OsString::from(name), None))
            .collect()
    }
}

/// Whether it is a setting of some target: of others than the module's own it
/// matters for this machine's alone, whose name is known after the build.
fn is_of_a_target(name: &str) -> bool {
    let settings = TARGET.iter();
    name.starts_with("CARGO_TARGET_") && settings.into_iter().any(|it| name.ends_with(it))
}

/// A name as cargo writes it in a variable.
fn upper(name: &str) -> String {
    let letter = |c: char| match c {
        '-' | '.' => '_',
        other => other.to_ascii_uppercase(),
    };
    name.chars().map(letter).collect()
}

/// Whether cargo sets it itself for each crate, whatever it was outside.
fn is_cargos_own(name: &str) -> bool {
    matches!(
        name,
        "OUT_DIR"
            | "CARGO"
            | "CARGO_MANIFEST_DIR"
            | "CARGO_MANIFEST_PATH"
            | "CARGO_MANIFEST_LINKS"
            | "CARGO_CRATE_NAME"
            | "CARGO_BIN_NAME"
            | "CARGO_PRIMARY_PACKAGE"
            | "TARGET"
            | "HOST"
            | "PROFILE"
            | "OPT_LEVEL"
            | "DEBUG"
            | "NUM_JOBS"
    ) || [
        "CARGO_PKG_",
        "CARGO_CFG_",
        "CARGO_FEATURE_",
        "CARGO_BIN_EXE_",
        "DEP_",
    ]
    .iter()
    .any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_cargo_writes_them() {
        let mut known = Known::new(&["wasm32-wasip1"], "my-ship");
        known.add(["OUT_DIR", "CARGO_PKG_NAME", "GREETING"].map(Into::into));
        let names = known.into_names();
        for name in [
            "CARGO_PROFILE_MY_SHIP_LTO",
            "CARGO_PROFILE_RELEASE_OPT_LEVEL",
            "CARGO_TARGET_WASM32_WASIP1_LINKER",
            "GREETING",
            "RUSTFLAGS",
        ] {
            assert!(names.iter().any(|it| it == name), "{name}");
        }
        assert!(
            !names
                .iter()
                .any(|it| it == "OUT_DIR" || it == "CARGO_PKG_NAME")
        );
    }
}
