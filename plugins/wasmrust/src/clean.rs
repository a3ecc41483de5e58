use std::fs;
use std::path::{Path, PathBuf};

use plugin_protocol::{Context, Failure, Severity};

use crate::config::is_wasm;
use crate::metadata::{Answer, Metadata};
use crate::path::Root;
use crate::{fault, rustc};

/// Deletes what cargo made for WebAssembly: the folder of each such target in
/// its `target`. What it made for this machine is not only this build's.
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
        let entries = folder.read_dir().into_iter().flatten().flatten();
        let mut targets: Vec<PathBuf> = entries
            .filter(|entry| {
                let name = entry.file_name();
                // A link would lead to what is somebody else's.
                name.to_str().is_some_and(is_wasm)
                    && entry.file_type().is_ok_and(|kind| kind.is_dir())
            })
            .map(|entry| entry.path())
            .collect();
        targets.sort();
        for target in targets {
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
