use std::collections::HashSet;
use std::path::Path;

use plugin_protocol::{Artifact, ArtifactKind, BuildReport};
use serde::{Deserialize, Serialize};

use super::digest;
use crate::error::{Code, Error, Result};
use crate::plugin::artifact;
use crate::wasm;

/// A file that a build made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Product {
    /// Relative to the output folder, with `/`.
    pub(super) path: String,
    /// What it is for.
    pub(super) kind: ArtifactKind,
    /// In bytes.
    pub(super) size: u64,
    /// Its SHA-256.
    pub(super) sha256: String,
}

/// One that was checked, with its content.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) product: Product,
    pub(super) bytes: Vec<u8>,
}

/// Reads what a builder says it made, and trusts nothing of it: each artifact
/// is a regular file inside the stage with the hash that is told of it, each
/// module is valid, and there is at least one. The main module comes first: the one that is called `name`, else
/// the builder's first.
pub(super) fn check(report: &BuildReport, stage: &Path, name: &str) -> Result<Vec<Made>> {
    let mut seen = HashSet::new();
    let mut made = Vec::with_capacity(report.artifacts.len());
    for artifact in &report.artifacts {
        if !seen.insert(artifact.path.as_str()) {
            return Err(bad(artifact, "is named twice"));
        }
        made.push(read(artifact, stage)?);
    }
    let main = format!("{name}.wasm");
    // A stable sort: the builder's order stays otherwise.
    made.sort_by_key(|Made { product, .. }| {
        (product.kind != ArtifactKind::Wasm, product.path != main)
    });
    match made.first() {
        Some(first) if first.product.kind == ArtifactKind::Wasm => Ok(made),
        _ => Err(
            Error::new(Code::BadArtifact, "the builder made no WebAssembly module")
                .help("the builder is at fault: report this to its author"),
        ),
    }
}

fn read(artifact: &Artifact, stage: &Path) -> Result<Made> {
    let bytes = artifact::read(artifact, stage).map_err(|why| bad(artifact, &why))?;
    if artifact.kind == ArtifactKind::Wasm {
        let _span = tracing::debug_span!("validate", path = artifact.path).entered();
        wasm::validate(&bytes).map_err(|fault| {
            bad(artifact, "is not valid WebAssembly")
                .because(format!("{} (at offset {:#x})", fault.message, fault.offset))
                .help("update the toolchain, or report this to the builder's author")
        })?;
    }
    let product = Product {
        path: artifact.path.clone(),
        kind: artifact.kind,
        size: bytes.len() as u64,
        sha256: digest::of_bytes(&bytes),
    };
    Ok(Made { product, bytes })
}

fn bad(artifact: &Artifact, why: &str) -> Error {
    Error::new(
        Code::BadArtifact,
        format!("the builder's artifact `{}` {why}", artifact.path),
    )
    .help("the builder is at fault: report this to its author")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn report(artifacts: &[(ArtifactKind, &str)]) -> BuildReport {
        BuildReport {
            artifacts: artifacts
                .iter()
                .map(|(kind, path)| Artifact::new(*kind, *path, 8))
                .collect(),
            ..BuildReport::default()
        }
    }

    #[test]
    fn a_report_without_a_module_is_refused() {
        let stage = tempfile::tempdir().unwrap();
        fs::write(stage.path().join("a.js"), "12345678").unwrap();
        let error = check(&report(&[(ArtifactKind::Js, "a.js")]), stage.path(), "a").unwrap_err();
        assert_eq!(error.code(), Code::BadArtifact);
    }

    #[test]
    fn the_module_of_that_name_comes_first() {
        let stage = tempfile::tempdir().unwrap();
        for name in ["z.js", "b.wasm", "a.wasm"] {
            fs::write(stage.path().join(name), b"\0asm\x01\0\0\0").unwrap();
        }
        let all = [
            (ArtifactKind::Js, "z.js"),
            (ArtifactKind::Wasm, "b.wasm"),
            (ArtifactKind::Wasm, "a.wasm"),
        ];
        let made = check(&report(&all), stage.path(), "a").unwrap();
        let order: Vec<_> = made.iter().map(|made| made.product.path.as_str()).collect();
        assert_eq!(order, ["a.wasm", "b.wasm", "z.js"]);
    }
}
