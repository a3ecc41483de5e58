use std::ffi::OsString;
use std::path::Path;

use plugin_protocol::process::Invocation;
use plugin_protocol::{Context, Failure, Profile};

use super::output::run_tool;
use super::way::Job;

/// Has wasm-pack do the same as wasm-bindgen. It calls cargo once more, which
/// finds all done.
///
/// # Errors
/// When it fails, or knows no such loader.
pub(super) fn run(program: &Path, job: &Job<'_>, context: &Context<'_>) -> Result<(), Failure> {
    let mut args: Vec<OsString> = vec![
        "build".into(),
        job.plan.package.folder().into(),
        "--target".into(),
        job.options.loader().into(),
        "--out-name".into(),
        job.request.name.clone().into(),
        "--out-dir".into(),
        job.request.stage.clone().into(),
    ];
    args.push(match (&job.options.profile, job.request.profile) {
        (Some(name), _) => format!("--profile={name}").into(),
        (None, Profile::Debug) => "--dev".into(),
        (None, _) => "--release".into(),
    });
    // It would fetch wasm-bindgen's program.
    if job.request.offline {
        args.extend(["--mode".into(), "no-install".into()]);
    }
    args.push("--".into());
    args.extend(job.command.choices().into_iter().map(Into::into));
    let mut env = job.hidden.clone();
    env.extend(job.command.variables());
    let invocation = Invocation {
        program: program.to_owned(),
        args,
        folder: job.plan.project.clone(),
        env,
    };
    run_tool("wasm-pack", &invocation, context)
}
