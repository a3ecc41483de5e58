use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::wire::Wire;
use crate::process::Cancel;
use crate::{
    Artifact, ArtifactKind, Blame, Diagnostic, ErrorCode, Event, Log, PluginError, PluginFrame,
    Severity, Task, TaskState,
};

/// One request, as its plugin sees it: the way to tell the host what goes on,
/// from any thread, and the wish to end early. It ends with the request, so that
/// nothing can be told after the result.
pub struct Context<'a> {
    wire: &'a Wire,
    id: u64,
    cancel: Cancel,
    told_error: AtomicBool,
    artifacts: Mutex<Vec<Artifact>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(wire: &'a Wire, id: u64, cancel: Cancel) -> Self {
        Self {
            wire,
            id,
            cancel,
            told_error: AtomicBool::new(false),
            artifacts: Mutex::new(Vec::new()),
        }
    }

    /// Whether to end early. Long work looks at it often, and returns
    /// [`crate::Failure::Cancelled`] when it has a reason.
    #[must_use]
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Tells that a step began, moved on or ended.
    pub fn task(&self, task: Task) {
        self.event(Event::Task(task));
    }

    /// Tells how far a step has come.
    pub fn progress(&self, task: &str, done: u64, total: u64, unit: &str) {
        self.task(Task {
            task: task.into(),
            state: TaskState::Progress,
            done: Some(done),
            total: Some(total),
            unit: Some(unit.into()),
        });
    }

    /// Tells people a line.
    pub fn log(&self, level: Severity, message: impl Into<String>) {
        let message = message.into();
        self.event(Event::Log(Log { level, message }));
    }

    /// Hands on a message of the compiler.
    pub fn diagnostic(&self, diagnostic: Diagnostic) {
        self.event(Event::Diagnostic(diagnostic));
    }

    /// Hands on any event.
    pub fn event(&self, event: Event) {
        if let Event::Diagnostic(diagnostic) = &event
            && diagnostic.severity == Severity::Error
        {
            self.told_error.store(true, Ordering::SeqCst);
        }
        self.wire.send(&PluginFrame::event(self.id, event));
    }

    /// Tells of a file that is finished in the stage, before the build is. Those
    /// in the report are told at the end and need not be told here.
    pub fn artifact(&self, artifact: Artifact) {
        let mut told = self
            .artifacts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if told.iter().any(|one| one.path == artifact.path) {
            return;
        }
        told.push(artifact.clone());
        let id = self.id;
        self.wire.send(&PluginFrame::Artifact { id, artifact });
    }

    /// The artifact at a path in the stage, with the size that it has.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn made(
        &self,
        stage: &Path,
        kind: ArtifactKind,
        path: &str,
    ) -> Result<Artifact, PluginError> {
        let error = |cause: String| {
            let message = format!("the build has not made {path}");
            PluginError::new(ErrorCode::Toolchain, Blame::Plugin, message).because(cause)
        };
        match std::fs::symlink_metadata(stage.join(path)) {
            Ok(data) if data.is_file() => Ok(Artifact::new(kind, path, data.len())),
            Ok(_) => Err(error("it is not a file".into())),
            Err(cause) => Err(error(cause.to_string())),
        }
    }

    /// Whether a diagnostic of severity error was handed on.
    pub(super) fn has_told_error(&self) -> bool {
        self.told_error.load(Ordering::SeqCst)
    }

    /// What was told of finished files.
    pub(super) fn told_artifacts(&self) -> Vec<Artifact> {
        self.artifacts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
