use plugin_protocol::{Detect, Manifest};

/// What this plugin says of itself. `wasmrun.toml` says the same.
///
/// It names no entry: the package's `Cargo.toml` decides which of its files is
/// one, and a file alone would be a worse guess.
pub(crate) fn manifest() -> Manifest {
    let mut manifest = Manifest::new("wasmrust", env!("CARGO_PKG_VERSION"))
        .detects(Detect::all(["Cargo.toml"], 50))
        .reads(["rs"])
        .passes(PASS.iter().copied());
    manifest.languages = vec!["rust".into()];
    manifest
}

/// What cargo, rustc and build scripts look at, beyond what every plugin gets.
const PASS: &[&str] = &[
    "CARGO_*",
    "RUSTUP_*",
    "RUSTC*",
    "RUSTFLAGS",
    "RUST_*",
    "SCCACHE_*",
    "CCACHE_*",
    "CC*",
    "CXX*",
    "AR*",
    "CFLAGS*",
    "LDFLAGS",
    "PKG_CONFIG*",
    "CMAKE*",
    "LIBCLANG_PATH",
    "WASI_*",
    "TRUNK_*",
    "WASM_*",
    "INCLUDE",
    "LIB",
    "LIBPATH",
    "VC*",
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_file_says_the_same() {
        let file: plugin_protocol::Manifest =
            toml::from_str(include_str!("../wasmrun.toml")).unwrap();
        assert_eq!(file, super::manifest());
        assert_eq!(file.problems(), [""; 0]);
    }
}
