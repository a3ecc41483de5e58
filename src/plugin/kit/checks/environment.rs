//! What a plugin is started with, and what it is refused.

use plugin_protocol::{BuildRequest, ErrorCode, Status};

use crate::plugin::kit::bench::{Bench, quiet};
use crate::plugin::kit::converse::{build_of, must_be_ok, status};
use crate::plugin::kit::verdict::{Checked, Finding, Stop, own};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Environment, says, run)
}

pub(super) const CHECKS: [Check; 2] = [
    check(
        "path-alone",
        "builds with PATH alone in its environment",
        path_alone,
    ),
    check(
        "refused-file",
        "answers with an error of `io` when it cannot write",
        refused,
    ),
];

fn path_alone(bench: &Bench<'_>) -> Checked {
    bench.contact()?;
    let folder = match bench.base() {
        Ok(_) => bench.sample("bare")?,
        Err(stop) => {
            quiet(stop)?;
            bench.fresh("bare")?
        }
    };
    let mut talk = bench.greeted(&bench.bare(&folder))?;
    let answer = talk.info()?;
    let what = "`info` without HOME or any variable but PATH";
    must_be_ok(&talk, &answer, "P-ENV-3", what)?;
    if bench.base().is_err() {
        return Ok(());
    }
    let built = match bench.build(&mut talk, &folder) {
        Ok(built) => status(built.result.status),
        Err(Stop::Fail(finding)) => finding.came,
        Err(stop) => return Err(stop),
    };
    if built == status(Status::Ok) {
        return Ok(());
    }
    let expected = "the build that works with the usual variables works with PATH alone";
    let fix = "give what needs HOME or TMPDIR a folder of the project or the stage, and write \
               defaults for all that you read";
    Err(Finding::new("P-ENV-3", expected, built, fix)
        .after(&talk)
        .into())
}

/// A stage that is a file refuses even a super-user.
fn refused(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("refused")?;
    let stage = project.with_file_name("stage-that-is-a-file");
    own("write", &stage, std::fs::write(&stage, "not a folder"))?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let request = BuildRequest::new(&project, "app", &stage);
    let limit = bench.options.build_limit;
    let answer = talk.ask(|id| build_of(request, id, limit), limit)?;
    let came = match (answer.result.status, &answer.result.error) {
        (Status::Error, Some(error)) if error.code == ErrorCode::Io => return Ok(()),
        // The tool was refused, and says so in its own words.
        (Status::Error, Some(error)) if error.code == ErrorCode::Toolchain => return Ok(()),
        (Status::Error, Some(error)) => format!("error of `{}`", error.code.name()),
        (other, _) => status(other),
    };
    let expected = "an error of `io` when the stage cannot be written to";
    let fix = "tell what the machine refuses from what the user's code has wrong: answer \
               \"status\":\"error\",\"error\":{\"code\":\"io\",\"blame\":\"environment\",\"message\":...}";
    Err(Finding::new("P-ENV-4", expected, came, fix)
        .after(&talk)
        .into())
}
