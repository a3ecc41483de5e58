use plugin_protocol::{Detect, Manifest};

/// What node looks at, and what the managers of node versions do.
const PASS: &[&str] = &[
    "NODE_OPTIONS",
    "NODE_PATH",
    "ASDF_*",
    "FNM_*",
    "MISE_*",
    "NVM_*",
    "VOLTA_*",
];

/// What this plugin says of itself. `wasmrun.toml` says the same.
pub(crate) fn manifest() -> Manifest {
    let mut manifest = Manifest::new("wasmasc", env!("CARGO_PKG_VERSION"))
        .detects(Detect::any(["asconfig.json", "assembly/*.ts"], 60))
        .enters(["assembly/index.ts", "src/index.ts", "index.ts"])
        .reads(["ts"])
        .passes(PASS.iter().copied());
    manifest.languages = vec!["assemblyscript".into()];
    manifest
}

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
