use std::ffi::OsString;
use std::path::Path;

use plugin_protocol::process::Invocation;
use plugin_protocol::{Context, Failure, Profile};

use super::output::run_tool;
use super::way::Job;
use crate::tool;

/// Its version, as it tells it (`wasm-bindgen 0.2.92`).
///
/// # Errors
/// When it cannot be started.
pub(super) fn version(
    program: &Path,
    folder: &Path,
    context: &Context<'_>,
) -> Result<Option<String>, Failure> {
    let said = tool::ask(program, &["--version"], folder, context.cancel())?;
    let version = said.out.split_whitespace().nth(1);
    Ok(version.filter(|_| said.good).map(str::to_owned))
}

/// Makes a module that can be loaded, and the JavaScript that does.
///
/// # Errors
/// When it fails.
pub(super) fn run(program: &Path, job: &Job<'_>, context: &Context<'_>) -> Result<(), Failure> {
    let mut args: Vec<OsString> = vec![
        "--target".into(),
        job.options.loader().into(),
        "--out-name".into(),
        job.request.name.clone().into(),
        "--out-dir".into(),
        job.request.stage.clone().into(),
    ];
    if job.request.profile == Profile::Debug {
        args.extend(["--debug".into(), "--keep-debug".into()]);
    }
    args.push(job.module.into());
    let invocation = Invocation {
        program: program.to_owned(),
        args,
        folder: job.plan.project.clone(),
        env: Vec::new(),
    };
    run_tool("wasm-bindgen", &invocation, context)
}
