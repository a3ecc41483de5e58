use toml::{Table, Value};

use super::super::folder::Folder;
use super::Found;

const MANIFEST: &str = "Cargo.toml";

pub(super) fn probe(folder: &Folder) -> Option<Found> {
    let text = folder.has(MANIFEST).then(|| folder.read(MANIFEST))??;
    let found = |score, what: &str, entry| Some((score, format!("{MANIFEST}, {what}"), entry));
    let Ok(manifest) = text.parse::<Table>() else {
        return found(50, "which is no TOML", None);
    };
    if !manifest.contains_key("package") {
        return match manifest.contains_key("workspace") {
            true => found(85, "workspace", None),
            false => found(50, "which names no package", None),
        };
    }
    let lib = manifest.get("lib");
    let lib_path = lib
        .and_then(|lib| lib.get("path"))
        .and_then(Value::as_str)
        .unwrap_or("src/lib.rs");
    let lib_path = folder.has(lib_path).then(|| lib_path.to_owned());
    if lib.is_some_and(makes_cdylib) {
        return found(95, "cdylib", lib_path);
    }
    let bins = bins(folder, &manifest);
    match bins.as_slice() {
        [] => found(70, "library", lib_path),
        [only] => found(90, "binary", Some(only.clone())),
        [_, ..] if bins.iter().any(|bin| bin == "src/main.rs") => {
            found(90, "binary", Some("src/main.rs".to_owned()))
        }
        _ => found(90, &format!("{} binaries", bins.len()), None),
    }
}

pub(super) fn name(folder: &Folder) -> Option<String> {
    let manifest: Table = folder.read(MANIFEST)?.parse().ok()?;
    let name = manifest.get("package")?.get("name")?.as_str()?;
    Some(name.to_owned())
}

fn makes_cdylib(lib: &Value) -> bool {
    let types = lib.get("crate-type").or_else(|| lib.get("crate_type"));
    let types = types.and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|kind| kind.as_str() == Some("cdylib")))
}

/// The sources of the package's programs: where Cargo finds them by itself, and
/// those that the manifest names.
fn bins(folder: &Folder, manifest: &Table) -> Vec<String> {
    let auto = manifest
        .get("package")
        .and_then(|package| package.get("autobins"))
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let mut bins = Vec::new();
    if auto {
        for pattern in ["src/main.rs", "src/bin/*.rs", "src/bin/*/main.rs"] {
            bins.extend(folder.all(pattern));
        }
    }
    let named = manifest.get("bin").and_then(Value::as_array);
    for bin in named.into_iter().flatten() {
        if let Some(path) = bin.get("path").and_then(Value::as_str)
            && folder.has(path)
            && !bins.iter().any(|bin| bin == path)
        {
            bins.push(path.to_owned());
        }
    }
    bins
}
