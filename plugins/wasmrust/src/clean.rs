use std::fs;
use std::path::{Path, PathBuf};

use plugin_protocol::{Context, Failure, Severity};

use crate::config::is_wasm;
use crate::metadata::{Answer, Metadata};
use crate::path::Root;
use crate::{fault, rustc};

/// Deletes what cargo made: its whole folder, if it has built nothing there but
/// modules and what those need on this machine (build scripts, macros), else the
/// folder of each target of WebAssembly in it.
///
/// # Errors
/// When something cannot be deleted.
pub(crate) fn clean(
    project: &Path,
    dry_run: bool,
    context: &Context<'_>,
) -> Result<Vec<String>, Failure> {
    let root = Root::new(project);
    let mut removed = Vec::new();
    for folder in places(project, dry_run, context)? {
        for target in made_for_wasm(&folder) {
            let Some(name) = root.write(&target) else {
                continue;
            };
            if Path::new(&name).is_absolute() {
                let message = format!("{name} is outside of the project, and stays");
                context.log(Severity::Note, message);
                continue;
            }
            if !dry_run {
                fs::remove_dir_all(&target)
                    .map_err(|cause| fault::io("delete", &target, &cause))?;
            }
            removed.push(name);
        }
    }
    Ok(removed)
}

/// What was made for WebAssembly in cargo's folder, or the folder itself.
fn made_for_wasm(folder: &Path) -> Vec<PathBuf> {
    // A link leads to what may be somebody else's.
    if fs::symlink_metadata(folder).is_ok_and(|it| it.is_dir()) && holds_only_ours(folder) {
        return vec![folder.to_owned()];
    }
    let targets = entries(folder).filter(|(name, path)| is_wasm(name) && is_folder(path));
    let mut targets: Vec<_> = targets.map(|(_, path)| path).collect();
    targets.sort();
    targets
}

/// Whether cargo has put nothing into its folder for this machine's own sake:
/// what its user asked for lies directly in the folder of a profile, and what is
/// compiled again and again in `incremental`.
fn holds_only_ours(folder: &Path) -> bool {
    let is_ours = |(name, path): (String, PathBuf)| match name.as_str() {
        ".rustc_info.json" | "CACHEDIR.TAG" => true,
        name if is_wasm(name) => is_folder(&path),
        _ => is_folder(&path) && entries(&path).all(|(name, path)| is_by_the_way(&name, &path)),
    };
    let mut all = entries(folder).peekable();
    all.peek().is_some() && all.all(is_ours)
}

/// Whether something in the folder of a profile is there for any build.
fn is_by_the_way(name: &str, path: &Path) -> bool {
    match name {
        ".cargo-lock" | ".fingerprint" | "build" | "deps" => true,
        "examples" | "incremental" => entries(path).next().is_none(),
        _ => false,
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir())
}

/// What is in a folder: names and paths.
fn entries(folder: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries.map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, entry.path())
    })
}

/// The folders that cargo builds in: where it says, and where it usually does
/// when it is not there or does not understand the project.
fn places(project: &Path, dry_run: bool, context: &Context<'_>) -> Result<Vec<PathBuf>, Failure> {
    let mut places = vec![project.join("target")];
    if let Ok(cargo) = rustc::cargo()
        && project.join("Cargo.toml").is_file()
        && let Answer::Good(metadata) = Metadata::ask(&cargo, project, context.cancel())?
    {
        // Nobody else builds there, and it has no name in the project.
        if let Some(folder) = metadata
            .elsewhere
            .as_ref()
            .filter(|it| !dry_run && it.exists())
        {
            fs::remove_dir_all(folder).map_err(|cause| fault::io("delete", folder, &cause))?;
        }
        places = metadata.made_by_cargo().map(Path::to_owned).into();
        places.dedup();
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_this_machines_own_stays() {
        let target = tempfile::tempdir().unwrap();
        let target = target.path().join("target");
        let wasm = target.join("wasm32-wasip1");
        assert_eq!(made_for_wasm(&target), [""; 0].map(PathBuf::from));
        for folder in [
            "wasm32-wasip1/debug/deps",
            "debug/build/x",
            "debug/incremental",
        ] {
            fs::create_dir_all(target.join(folder)).unwrap();
        }
        fs::write(target.join("debug/.cargo-lock"), "").unwrap();
        fs::write(target.join("CACHEDIR.TAG"), "").unwrap();
        assert_eq!(made_for_wasm(&target), std::slice::from_ref(&target));
        for own in ["debug/app", "debug/incremental/app", "notes", "doc/index"] {
            let own = target.join(own);
            fs::create_dir_all(own.parent().unwrap()).unwrap();
            fs::write(&own, "").unwrap();
            assert_eq!(
                made_for_wasm(&target),
                std::slice::from_ref(&wasm),
                "{}",
                own.display()
            );
            fs::remove_file(&own).unwrap();
        }
    }
}
