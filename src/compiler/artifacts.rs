use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path};

use plugin_protocol::{Artifact, ArtifactKind, BuildReport};
use serde::{Deserialize, Serialize};

use super::digest;
use crate::error::{Code, Error, Result};
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
/// is a regular file inside the stage, each module is valid, and there is at
/// least one. The main module comes first: the one that is called `name`, else
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
    if !is_inside(&artifact.path) {
        return Err(bad(artifact, "is not a path inside the stage"));
    }
    let mut path = stage.to_owned();
    for part in artifact.path.split('/') {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_symlink() => return Err(bad(artifact, "is a symbolic link")),
            Ok(_) => {}
            Err(_) => return Err(bad(artifact, "is not there")),
        }
    }
    if !fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file()) {
        return Err(bad(artifact, "is not a regular file"));
    }
    let bytes = fs::read(&path).map_err(|error| Error::io("read", &path, &error))?;
    if artifact.kind == ArtifactKind::Wasm {
        let _span = tracing::debug_span!("validate", path = artifact.path).entered();
        wasm::validate(&bytes).map_err(|fault| {
            Error::new(
                Code::BadArtifact,
                format!("the builder made an invalid module, `{}`", artifact.path),
            )
            .because(format!("{} (at offset {:#x})", fault.message, fault.offset))
            .help(
                "the builder or its toolchain is at fault: update it, or report this to its author",
            )
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

/// Whether a path with `/` stays inside the folder that it is relative to, on
/// any system.
pub(super) fn is_inside(path: &str) -> bool {
    let plain = |part: &str| {
        let mut components = Path::new(part).components();
        matches!(components.next(), Some(Component::Normal(_))) && components.next().is_none()
    };
    !path.contains(['\\', ':', '\0']) && path.split('/').all(plain)
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
    use super::*;

    #[test]
    fn a_path_that_leaves_the_stage_is_seen() {
        for good in ["a.wasm", "a/b.wasm", "a b/ü.js"] {
            assert!(is_inside(good), "{good}");
        }
        for bad in [
            "", "/a", "../a", "a/../b", "a//b", "./a", "a/", "C:x", "a\\b", ".",
        ] {
            assert!(!is_inside(bad), "{bad}");
        }
    }

    fn report(artifacts: &[(ArtifactKind, &str)]) -> BuildReport {
        BuildReport {
            artifacts: artifacts
                .iter()
                .map(|(kind, path)| Artifact {
                    kind: *kind,
                    path: (*path).to_owned(),
                    size: 0,
                    sha256: None,
                })
                .collect(),
            ..BuildReport::default()
        }
    }

    #[test]
    fn a_report_without_a_module_is_refused() {
        let stage = tempfile::tempdir().unwrap();
        fs::write(stage.path().join("a.js"), "").unwrap();
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

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_refused_wherever_it_is() {
        let stage = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("a.wasm"), b"\0asm\x01\0\0\0").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), stage.path().join("sub")).unwrap();
        let file = elsewhere.path().join("a.wasm");
        std::os::unix::fs::symlink(file, stage.path().join("a.wasm")).unwrap();
        for path in ["a.wasm", "sub/a.wasm"] {
            let error = check(&report(&[(ArtifactKind::Wasm, path)]), stage.path(), "a");
            assert!(error.unwrap_err().message().contains("symbolic link"));
        }
    }
}
