use std::fs;
use std::path::Path;

use plugin_protocol::process::Invocation;
use plugin_protocol::{
    Artifact, ArtifactKind, Context, Failure, PluginError, Severity, Task, TaskState,
};

use crate::{fault, tool};

/// Runs a tool that says nothing which a diagnostic could be made of.
///
/// # Errors
/// When it fails, with the last of what it said.
pub(crate) fn run_tool(
    name: &str,
    invocation: &Invocation,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let task = |state| Task {
        task: name.to_owned(),
        state,
        done: None,
        total: None,
        unit: None,
    };
    context.task(task(TaskState::Start));
    let told = &mut |line: &str| context.log(Severity::Note, line);
    let said = tool::run(invocation, context.cancel(), told);
    context.task(task(TaskState::End));
    let said = said?;
    if said.good {
        return Ok(());
    }
    let text = if said.err.trim().is_empty() {
        said.out
    } else {
        said.err
    };
    let mut error = fault::broken(format!("{name} failed"));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<_> = lines.map(str::to_owned).collect();
    error.cause = lines[lines.len().saturating_sub(10)..].to_vec();
    Err(error.into())
}

/// All files in a stage, the modules first, as artifacts.
///
/// # Errors
/// When the stage cannot be read, or holds a name that is not UTF-8.
pub(crate) fn list(stage: &Path) -> Result<Vec<Artifact>, PluginError> {
    let mut found = Vec::new();
    below(stage, "", &mut found)?;
    found.sort_by_key(|it: &Artifact| (it.kind != ArtifactKind::Wasm, it.path.clone()));
    Ok(found)
}

fn below(folder: &Path, prefix: &str, found: &mut Vec<Artifact>) -> Result<(), PluginError> {
    let failed = |cause: &std::io::Error| fault::io("read", folder, cause);
    for entry in fs::read_dir(folder).map_err(|cause| failed(&cause))? {
        let entry = entry.map_err(|cause| failed(&cause))?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            let path = entry.path();
            return Err(fault::broken(format!("{} is not UTF-8", path.display())));
        };
        // What wasm-pack leaves for a repository is none of the output.
        if name == ".gitignore" {
            continue;
        }
        let path = format!("{prefix}{name}");
        let meta = entry.metadata().map_err(|cause| failed(&cause))?;
        if meta.is_dir() {
            below(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.push(Artifact::new(kind(name), path, meta.len()));
        }
    }
    Ok(())
}

fn kind(name: &str) -> ArtifactKind {
    if name.ends_with(".d.ts") {
        return ArtifactKind::Types;
    }
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("wasm") => ArtifactKind::Wasm,
        Some("js" | "mjs" | "cjs") => ArtifactKind::Js,
        Some("html") => ArtifactKind::Html,
        Some("map") => ArtifactKind::Map,
        _ => ArtifactKind::Asset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_listed_by_what_it_is() {
        let stage = tempfile::tempdir().unwrap();
        fs::create_dir(stage.path().join("snippets")).unwrap();
        for name in [
            "a.js",
            "a.d.ts",
            "a_bg.wasm",
            "snippets/x.css",
            ".gitignore",
        ] {
            fs::write(stage.path().join(name), "1").unwrap();
        }
        let found = list(stage.path()).unwrap();
        let told: Vec<_> = found.iter().map(|it| (it.kind, it.path.as_str())).collect();
        assert_eq!(
            told,
            [
                (ArtifactKind::Wasm, "a_bg.wasm"),
                (ArtifactKind::Types, "a.d.ts"),
                (ArtifactKind::Js, "a.js"),
                (ArtifactKind::Asset, "snippets/x.css"),
            ]
        );
    }
}
