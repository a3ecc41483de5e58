use std::ffi::OsString;
use std::fs;
use std::path::Path;

use plugin_protocol::process::Invocation;
use plugin_protocol::{Context, Failure, Profile};

use super::output::run_tool;
use super::way::Job;
use crate::fault;

/// Where trunk puts the page first: it deletes all else in its folder.
const FOLDER: &str = ".trunk";

/// Has trunk build the page. It calls cargo once more, which finds all done.
///
/// # Errors
/// When it fails.
pub(super) fn run(program: &Path, job: &Job<'_>, context: &Context<'_>) -> Result<(), Failure> {
    let folder = job.request.stage.join(FOLDER);
    fs::create_dir(&folder).map_err(|cause| fault::io("create", &folder, &cause))?;
    let mut args: Vec<OsString> = vec!["build".into(), "--dist".into(), folder.clone().into()];
    match (&job.options.profile, job.request.profile) {
        (Some(name), _) => args.extend(["--cargo-profile".into(), name.into()]),
        (None, Profile::Debug) => {}
        (None, _) => args.push("--release".into()),
    }
    args.extend(job.command.choices().into_iter().map(Into::into));
    let mut env = job.hidden.clone();
    env.extend(job.command.variables());
    // Trunk takes this variable for one of its own switches, and only these
    // values for that.
    env.push(("NO_COLOR".into(), Some("true".into())));
    let invocation = Invocation {
        program: program.to_owned(),
        args,
        folder: job.plan.project.clone(),
        env,
    };
    run_tool("trunk", &invocation, context)?;
    move_up(&folder, &job.request.stage).map_err(|cause| fault::io("move", &folder, &cause).into())
}

fn move_up(folder: &Path, stage: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        fs::rename(entry.path(), stage.join(entry.file_name()))?;
    }
    fs::remove_dir(folder)
}
