//! The modules that a build has made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use plugin_protocol::{Artifact, ArtifactKind, PluginError};
use wasmparser::{ExternalKind, Parser, Payload};

use super::layout::relative;
use super::options::{Options, Output};
use crate::plugin::languages::entry::{invalid, io_error};

/// The modules in a folder, by project-relative path, with what changes when
/// they are written again.
pub(super) type Modules = BTreeMap<String, (u64, Option<SystemTime>)>;

/// The finished modules in a folder: no objects, no side modules.
pub(super) fn modules(folder: &Path) -> Modules {
    let walk = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .filter_entry(|entry| {
            let name = entry.file_name();
            name != "CMakeFiles" && name != ".git" && name != "node_modules"
        })
        .build();
    walk.flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter(|entry| is_module(entry.path()))
        .filter_map(|entry| {
            let about = entry.metadata().ok()?;
            let state = (about.len(), about.modified().ok());
            Some((relative(folder, entry.path())?, state))
        })
        .collect()
}

fn is_module(path: &Path) -> bool {
    use std::io::Read;
    let mut magic = [0; 8];
    let begins = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    if begins.is_err() || magic != *b"\0asm\x01\0\0\0" {
        return false;
    }
    let Ok(bytes) = std::fs::read(path) else {
        return false;
    };
    let relocatable = |payload| match payload {
        Ok(Payload::CustomSection(section)) => {
            matches!(section.name(), "linking" | "dylink" | "dylink.0")
        }
        _ => false,
    };
    !Parser::new(0).parse_all(&bytes).any(relocatable)
}

/// How many functions a module exports that its user may call.
pub(super) fn functions(path: &Path) -> Option<usize> {
    let bytes = std::fs::read(path).ok()?;
    let mut count = 0;
    for payload in Parser::new(0).parse_all(&bytes) {
        if let Payload::ExportSection(exports) = payload.ok()? {
            let exports = exports.into_iter().flatten();
            let own = ["_initialize", "_start", "__wasm_call_ctors"];
            count += exports
                .filter(|export| export.kind == ExternalKind::Func && !own.contains(&export.name))
                .filter(|export| {
                    !export.name.starts_with("stack")
                        && !export.name.starts_with("emscripten_")
                        && export.name != "__errno_location"
                })
                .count();
        }
    }
    Some(count)
}

/// Which of a build system's modules is the project's: the one that the options
/// name, the only one, or the one that is called like the project.
pub(super) fn choose(
    folder: &Path,
    before: &Modules,
    names: &[&str],
    options: &Options,
) -> Result<Option<String>, PluginError> {
    if let Some(named) = &options.artifact {
        let module = Path::new(named).with_extension("wasm");
        let module = module.to_string_lossy().replace('\\', "/");
        let found = [named, &module]
            .into_iter()
            .find(|path| is_module(&folder.join(path)));
        return found.cloned().map(Some).ok_or_else(|| {
            invalid(
                format!("the build made no module {named}, which the option `artifact` names"),
                None,
            )
        });
    }
    let mut made: Vec<_> = modules(folder)
        .into_iter()
        .filter(|(path, state)| before.get(path) != Some(state))
        .map(|(path, _)| path)
        .collect();
    if made.len() > 1 {
        let called = |path: &String| {
            let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
            stem.is_some_and(|stem| names.contains(&stem))
        };
        let named: Vec<_> = made.iter().filter(|path| called(path)).cloned().collect();
        if let [only] = &named[..] {
            return Ok(Some(only.clone()));
        }
        return Err(invalid(
            format!(
                "the build made several modules: {}; name one in wasmrun.toml",
                made.join(", ")
            ),
            Some(format!("[options] artifact = \"{}\"", made[0])),
        ));
    }
    Ok(made.pop())
}

/// Takes a build system's module into the stage, with the JavaScript that
/// belongs to it if that was asked for. The module is then called as its
/// JavaScript calls it.
pub(super) fn take(
    folder: &Path,
    module: &str,
    stage: &Path,
    name: &str,
    options: &Options,
) -> Result<Vec<Artifact>, PluginError> {
    let from = folder.join(module);
    if options.output == Output::Wasm {
        copy(&from, &stage.join(format!("{name}.wasm")))?;
        return staged(stage, name);
    }
    let stem = from
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let parent = from.parent().unwrap_or(folder);
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let object = [".o", ".d", ".c", ".cpp", ".cc", ".h"]
            .iter()
            .any(|end| file.ends_with(end));
        let belongs = file == stem
            || file
                .strip_prefix(&stem)
                .is_some_and(|rest| rest.starts_with('.'));
        if belongs && !object && entry.path().is_file() {
            // A program without an ending is JavaScript too.
            let target = if file == stem {
                format!("{stem}.js")
            } else {
                file
            };
            copy(&entry.path(), &stage.join(target))?;
        }
    }
    staged(stage, &stem)
}

fn copy(from: &Path, to: &Path) -> Result<(), PluginError> {
    std::fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| io_error("copy", from, &error))
}

/// The artifacts in the stage that are called like this.
pub(super) fn staged(stage: &Path, name: &str) -> Result<Vec<Artifact>, PluginError> {
    let entries = std::fs::read_dir(stage).map_err(|error| io_error("read", stage, &error))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let mut artifacts = vec![];
    for file in files {
        let Some(path) = file.file_name().and_then(|path| path.to_str()) else {
            continue;
        };
        if !path
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'))
        {
            continue;
        }
        let about = std::fs::metadata(&file).map_err(|error| io_error("read", &file, &error))?;
        artifacts.push(Artifact {
            kind: kind(path),
            path: path.to_owned(),
            size: about.len(),
            sha256: None,
        });
    }
    // The module first: it is what the user asked for.
    artifacts.sort_by_key(|artifact| artifact.kind != ArtifactKind::Wasm);
    Ok(artifacts)
}

fn kind(path: &str) -> ArtifactKind {
    match Path::new(path)
        .extension()
        .and_then(|ending| ending.to_str())
    {
        Some("wasm") => ArtifactKind::Wasm,
        Some("js" | "mjs") => ArtifactKind::Js,
        Some("html") => ArtifactKind::Html,
        Some("map") => ArtifactKind::Map,
        _ => ArtifactKind::Asset,
    }
}
