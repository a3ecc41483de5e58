//! The operations of the plugin.

use std::collections::BTreeMap;
use std::path::Path;

use plugin_protocol::{
    ArtifactKind, Blame, BuildReport, BuildRequest, ColumnUnit, Context, Detect, ErrorCode,
    Failure, Inputs, Manifest, Match, Missing, Plugin, PluginError, Task, TaskState,
};

use crate::compile::Outcome;
use crate::{child, entry};

/// The plugin.
pub(crate) struct Waspy;

impl Plugin for Waspy {
    fn info(&self) -> Manifest {
        let marks = entry::USUAL.iter().copied().chain(["*.py"]);
        let mut manifest = Manifest::new("waspy", env!("CARGO_PKG_VERSION"))
            .detects(Detect::any(marks, 40))
            .enters(entry::USUAL.iter().copied())
            .reads(["py"]);
        manifest.languages = vec!["python".into()];
        manifest
    }

    /// The compiler counts bytes.
    fn column_unit(&self) -> ColumnUnit {
        ColumnUnit::Byte
    }

    fn detect(&self, project: &Path, _: &Context<'_>) -> Result<Option<Match>, Failure> {
        let found = plugin_protocol::look(project, &self.info());
        Ok(found.map(|found| Match {
            entry: entry::find(project, None, &BTreeMap::new()).ok(),
            ..found
        }))
    }

    /// The compiler is part of the plugin.
    fn check(&self, _: &Path, _: &Context<'_>) -> Result<Vec<Missing>, Failure> {
        Ok(Vec::new())
    }

    /// Compiles, and throws the module away: that takes no longer.
    fn validate(&self, project: &Path, context: &Context<'_>) -> Result<(), Failure> {
        let entry = entry::find(project, None, &BTreeMap::new())?;
        let folder = Scratch::new()?;
        let outcome = child::start(project, &entry, &folder.0, None, context)?;
        tell(outcome, context).map(|_| ())
    }

    fn build(&self, request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
        let entry = entry::find(&request.project, request.entry.as_deref(), &request.options)?;
        let name = format!("{}.wasm", request.name);
        let output = request.stage.join(&name);
        step(context, TaskState::Start);
        let outcome = child::start(
            &request.project,
            &entry,
            &request.stage,
            Some(&output),
            context,
        );
        step(context, TaskState::End);
        let files = tell(outcome?, context)?;
        Ok(BuildReport {
            artifacts: vec![context.made(&request.stage, ArtifactKind::Wasm, &name)?],
            inputs: Some(Inputs {
                files,
                ..Inputs::default()
            }),
            env_read: Vec::new(),
            tools: Vec::new(),
            uncacheable: None,
        })
    }

    /// Nothing but the module is made.
    fn clean(&self, _: &Path, _: bool, _: &Context<'_>) -> Result<Vec<String>, Failure> {
        Ok(Vec::new())
    }
}

/// Tells what was found, and returns the files that count.
fn tell(outcome: Outcome, context: &Context<'_>) -> Result<Vec<String>, Failure> {
    for diagnostic in outcome.diagnostics {
        context.diagnostic(diagnostic);
    }
    if outcome.compiled {
        Ok(outcome.files)
    } else {
        Err(Failure::Failed)
    }
}

fn step(context: &Context<'_>, state: TaskState) {
    context.task(Task {
        task: "compile with waspy".into(),
        state,
        done: None,
        total: None,
        unit: None,
    });
}

/// A folder that is deleted with this.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> Result<Self, PluginError> {
        let id = std::process::id();
        let folders = (0..100).map(|n| std::env::temp_dir().join(format!("waspy-{id}-{n}")));
        let mut last = None;
        for folder in folders {
            match std::fs::create_dir(&folder) {
                Ok(()) => return Ok(Self(folder)),
                Err(error) => last = Some(error),
            }
        }
        let message = "could not make a temporary folder";
        let error = PluginError::new(ErrorCode::Io, Blame::Environment, message);
        Err(last.into_iter().fold(error, PluginError::because))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file that is installed beside the executable.
    #[test]
    fn the_manifest_is_what_the_plugin_says() {
        let info = Waspy.info();
        assert_eq!(info.problems(), Vec::<String>::new());
        let file: Manifest = toml::from_str(include_str!("../wasmrun.toml")).unwrap();
        assert_eq!(file, info);
    }
}
