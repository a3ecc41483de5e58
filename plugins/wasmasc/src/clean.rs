use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use plugin_protocol::Failure;
use serde_json::{Map, Value};

use crate::config::Config;
use crate::fault::io;
use crate::folder::{normal, real, written};

/// What asc writes. Anything else that a configuration names is not deleted.
const ENDINGS: &[&str] = &[".wasm", ".wat", ".wast", ".map", ".js", ".d.ts"];

/// Deletes what asc makes when somebody runs it by hand: the outputs that the
/// project's own `asconfig.json` names, and what goes with them.
///
/// # Errors
/// When one could not be deleted.
pub(crate) fn clean(project: &Path, dry_run: bool) -> Result<Vec<String>, Failure> {
    let project = real(project)?;
    let mut removed = Vec::new();
    for file in outputs(&Config::known(&project)) {
        let file = normal(&project.join(file));
        if !is_ours(&project, &file) {
            continue;
        }
        if !dry_run {
            fs::remove_file(&file).map_err(|cause| io("delete", &file, &cause))?;
        }
        removed.extend(written(&project, &file));
    }
    Ok(removed)
}

/// A file in the project that asc may have made, reached through no link.
fn is_ours(project: &Path, file: &Path) -> bool {
    let Ok(inside) = file.strip_prefix(project) else {
        return false;
    };
    let is_made = |name: &str| ENDINGS.iter().any(|ending| name.ends_with(ending));
    let name = file.file_name().and_then(|name| name.to_str());
    let folder = file.parent().and_then(|folder| real(folder).ok());
    name.is_some_and(is_made)
        && !inside.iter().any(|part| part == "node_modules")
        && folder.as_deref() == file.parent()
        && fs::symlink_metadata(file).is_ok_and(|meta| meta.is_file())
}

/// The paths that a configuration leads to.
fn outputs(config: &Config) -> BTreeSet<PathBuf> {
    let mut outputs = BTreeSet::new();
    let own = config.own();
    let sets = |name: &str| own.iter().any(|table| is_set(table, name));
    let (bindings, maps) = (sets("bindings"), sets("sourceMap"));
    for table in &own {
        let path = |name: &str| Some(Path::new(table.get(name)?.as_str()?).to_owned());
        let binary = path("outFile");
        outputs.extend(binary.iter().cloned().chain(path("textFile")));
        let Some(binary) = binary else { continue };
        if bindings {
            outputs.extend(["js", "d.ts"].map(|ending| binary.with_extension(ending)));
        }
        if maps {
            outputs.insert(binary.with_extension("wasm.map"));
        }
    }
    outputs
}

fn is_set(table: &Map<String, Value>, name: &str) -> bool {
    !matches!(
        table.get(name),
        None | Some(Value::Null | Value::Bool(false))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{
      "targets": {
        "debug": {"outFile": "build/debug.wasm", "textFile": "./build/debug.wat", "sourceMap": true},
        "release": {"outFile": "build/release.wasm"},
        "odd": {"outFile": "../outside.wasm", "textFile": "assembly/index.ts"},
        "packages": {"outFile": "node_modules/x/x.wasm"}
      },
      "options": {"bindings": "esm"}
    }"#;

    fn project() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("p");
        for file in [
            "build/debug.wasm",
            "build/debug.wat",
            "build/debug.wasm.map",
            "build/release.js",
            "build/release.d.ts",
            "build/other.wasm",
            "build/.gitignore",
            "assembly/index.ts",
            "node_modules/x/x.wasm",
            "package-lock.json",
            "../outside.wasm",
        ] {
            let file = project.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        fs::write(project.join("asconfig.json"), CONFIG).unwrap();
        (folder, project)
    }

    #[test]
    fn outputs_go_and_nothing_else() {
        let (folder, project) = project();
        let expected = [
            "build/debug.wat",
            "build/debug.wasm",
            "build/debug.wasm.map",
            "build/release.d.ts",
            "build/release.js",
        ];
        let mut dry = clean(&project, true).unwrap();
        dry.sort();
        let mut expected = expected.map(str::to_owned).to_vec();
        expected.sort();
        assert_eq!(dry, expected);
        assert!(project.join("build/debug.wasm").exists());
        let mut removed = clean(&project, false).unwrap();
        removed.sort();
        assert_eq!(removed, dry);
        for file in &removed {
            assert!(!project.join(file).exists(), "{file}");
        }
        for kept in [
            "build/other.wasm",
            "assembly/index.ts",
            "node_modules/x/x.wasm",
        ] {
            assert!(project.join(kept).exists(), "{kept}");
        }
        assert!(folder.path().join("outside.wasm").exists());
        assert_eq!(clean(&project, false).unwrap(), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (folder, project) = project();
        fs::rename(project.join("build"), folder.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink("../elsewhere", project.join("build")).unwrap();
        assert_eq!(clean(&project, false).unwrap(), [""; 0]);
        assert!(folder.path().join("elsewhere/debug.wasm").exists());
    }
}
