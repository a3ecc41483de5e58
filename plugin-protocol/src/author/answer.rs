use std::any::Any;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::{Context, Plugin};
use crate::{
    ArtifactKind, Blame, BuildReport, BuildRequest, Diagnostic, ErrorCode, Failure, HostFrame,
    Inputs, PluginError, ResultFrame, Severity, Status,
};

/// Does what a request asks for. Whatever the plugin's code does, there is a
/// result.
pub(super) fn answer(plugin: &dyn Plugin, frame: HostFrame, context: &Context<'_>) -> ResultFrame {
    let id = frame.id().unwrap_or_default();
    if let HostFrame::Shutdown { .. } = frame {
        return ResultFrame::new(id, Status::Ok);
    }
    if context.cancel().reason().is_some() {
        return ResultFrame::new(id, Status::Cancelled);
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        operate(plugin, frame, ResultFrame::new(id, Status::Ok), context)
    }));
    match outcome {
        Ok(Ok(result)) => result,
        Ok(Err(failure)) => {
            if failure == Failure::Failed && !context.has_told_error() {
                let message = "the plugin refused the project and did not say why";
                context.diagnostic(Diagnostic::new(Severity::Error, message));
            }
            ResultFrame::failure(id, failure)
        }
        Err(panic) => ResultFrame::error(id, panicked(&*panic)),
    }
}

fn operate(
    plugin: &dyn Plugin,
    frame: HostFrame,
    mut result: ResultFrame,
    context: &Context<'_>,
) -> Result<ResultFrame, Failure> {
    match frame {
        HostFrame::Info { .. } => result.info = Some(plugin.info()),
        HostFrame::Detect { project, .. } => {
            result.found = Some(plugin.detect(&project, context)?);
        }
        HostFrame::Check { project, .. } => {
            result.missing = Some(plugin.check(&project, context)?);
        }
        HostFrame::Validate { project, .. } => plugin.validate(&project, context)?,
        HostFrame::Build {
            mut request,
            options_file,
            ..
        } => {
            if let Some(file) = options_file {
                request.options = read_options(&file)?;
            }
            let report = plugin.build(&request, context)?;
            finish_build(report, &request, &mut result, context)?;
        }
        HostFrame::Clean {
            project, dry_run, ..
        } => result.removed = Some(plugin.clean(&project, dry_run, context)?),
        _ => result.status = Status::Unsupported,
    }
    Ok(result)
}

/// Tells of the artifacts, and puts the rest of the report where it belongs.
fn finish_build(
    report: BuildReport,
    request: &BuildRequest,
    result: &mut ResultFrame,
    context: &Context<'_>,
) -> Result<(), Failure> {
    for artifact in report.artifacts {
        context.artifact(artifact);
    }
    let told = context.told_artifacts();
    if !told.iter().any(|one| one.kind == ArtifactKind::Wasm) {
        let message = "the build made no wasm artifact";
        return Err(PluginError::new(ErrorCode::Internal, Blame::Plugin, message).into());
    }
    if let Some(inputs) = report.inputs {
        let name = (0..)
            .map(|n| {
                format!(
                    "inputs{}.json",
                    if n == 0 {
                        String::new()
                    } else {
                        format!("-{n}")
                    }
                )
            })
            .find(|name| !request.stage.join(name).exists())
            .unwrap_or_default();
        write_inputs(&request.stage.join(&name), &inputs)?;
        result.inputs_file = Some(name);
    }
    result.env_read = report.env_read;
    result.tools = report.tools;
    result.uncacheable = report.uncacheable;
    Ok(())
}

fn write_inputs(path: &Path, inputs: &Inputs) -> Result<(), Failure> {
    let text = serde_json::to_vec(inputs).map_err(|cause| {
        let message = "the list of inputs cannot be written";
        PluginError::new(ErrorCode::Internal, Blame::Plugin, message).because(cause)
    })?;
    fs::write(path, text).map_err(|cause| io_error("write", path, Blame::Environment, cause).into())
}

fn read_options<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, PluginError> {
    let text = fs::read(path).map_err(|cause| io_error("read", path, Blame::Host, cause))?;
    serde_json::from_slice(&text).map_err(|cause| io_error("read", path, Blame::Host, cause))
}

fn io_error(action: &str, path: &Path, blame: Blame, cause: impl ToString) -> PluginError {
    let message = format!("could not {action} {}", path.display());
    PluginError::new(ErrorCode::Io, blame, message).because(cause)
}

/// What a panic said. The place went to standard error.
fn panicked(panic: &(dyn Any + Send)) -> PluginError {
    let said = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".into());
    PluginError::new(ErrorCode::Internal, Blame::Plugin, "the plugin panicked").because(said)
}
