//! What later versions may send.

use plugin_protocol::{Status, limits};

use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::converse::{json, must_be_ok, status};
use crate::plugin::kit::verdict::{Checked, Finding, Stop};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Tolerance, says, run)
}

pub(super) const CHECKS: [Check; 5] = [
    check(
        "unknown-fields",
        "ignores fields that it does not know",
        unknown_fields,
    ),
    check(
        "unknown-frames",
        "ignores frames without `id` that it does not know",
        unknown_frames,
    ),
    check(
        "unknown-operation",
        "answers `unsupported` to what it does not know",
        unknown_operation,
    ),
    check(
        "unknown-reason",
        "takes an unknown reason of `cancel` for the user's",
        unknown_reason,
    ),
    check(
        "unreadable-request",
        "answers requests that it cannot read",
        unreadable_request,
    ),
];

fn unknown_fields(bench: &Bench<'_>) -> Checked {
    bench.contact()?;
    let mut talk = bench.start(&bench.launch(&bench.fresh("first")?))?;
    let key = talk.key.clone();
    talk.say(format!(
        "{{\"type\":\"hello\",\"s\":\"{key}\",\"v\":[1],\"host\":\"wasmrun/9\",\"features\":[\"levitation\"],\
         \"max_frame\":1048576,\"mood\":{{\"good\":[true,null]}}}}\n"
    ));
    let answers = talk.hear_hello().and_then(|_| {
        let line = "{\"type\":\"info\",\"id\":\"ID\",\"mood\":{\"good\":[1.5e3,null]},\"s\":\"\",\"wish\":\"\\u00e9\"}";
        talk.ask_raw(line, limits::INFO)
    });
    let came = match answers {
        Ok(answer) if answer.result.status == Status::Ok => return Ok(()),
        Ok(answer) => format!("status {}", status(answer.result.status)),
        Err(Stop::Fail(finding)) => finding.came,
        Err(stop) => return Err(stop),
    };
    let fix = "read the fields that you need, and let others be: switch strict parsing off";
    let finding = Finding::new(
        "P-FRAME-9",
        "the same answers as without the new fields",
        came,
        fix,
    );
    Err(finding.after(&talk).into())
}

fn unknown_frames(bench: &Bench<'_>) -> Checked {
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    talk.say("{\"type\":\"news\",\"of\":\"a later version\",\"s\":\"x\"}\n");
    let came = match talk.info() {
        Ok(answer) if answer.result.status == Status::Ok => {
            let count = talk.record.frames(super::From::Plugin).count();
            // Its hello and the result.
            if count == 2 {
                return Ok(());
            }
            format!("{} frames more than asked for", count.saturating_sub(2))
        }
        Ok(answer) => format!(
            "status {} of the next request",
            status(answer.result.status)
        ),
        Err(Stop::Fail(finding)) => finding.came,
        Err(stop) => return Err(stop),
    };
    let fix = "skip a frame whose type you do not know when it has no `id`: no answer, no error";
    let expected = "silence about a frame without `id`, and the next answer as ever";
    Err(Finding::new("P-REQ-7", expected, came, fix)
        .after(&talk)
        .into())
}

fn unknown_operation(bench: &Bench<'_>) -> Checked {
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    let answer = talk.ask_raw(
        "{\"type\":\"teleport\",\"id\":\"ID\",\"project\":\"/nowhere\"}",
        limits::INFO,
    )?;
    let fix = "end the choice of the operation with a branch for all others: \
               {\"type\":\"result\",\"s\":KEY,\"id\":N,\"status\":\"unsupported\"}";
    if answer.result.status != Status::Unsupported {
        let came = status(answer.result.status);
        let finding = Finding::new("P-REQ-7", "status `unsupported`", came, fix);
        return Err(finding.after(&talk).into());
    }
    let answer = talk.info()?;
    must_be_ok(
        &talk,
        &answer,
        "P-REQ-7",
        "the session goes on after an unknown request",
    )
}

fn unknown_reason(bench: &Bench<'_>) -> Checked {
    bench.needs_level(1)?;
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    talk.say("{\"type\":\"cancel\",\"target\":987654,\"reason\":\"whim\"}\n");
    match talk.info() {
        Ok(answer) => must_be_ok(
            &talk,
            &answer,
            "P-FRAME-9",
            "the next request after an odd `cancel`",
        ),
        Err(Stop::Fail(finding)) => {
            let fix = "take any word under `reason` that you do not know for `user`";
            let expected = "it goes on after a `cancel` with an unknown reason";
            Err(Finding::new("P-FRAME-9", expected, finding.came, fix)
                .after(&talk)
                .into())
        }
        Err(stop) => Err(stop),
    }
}

fn unreadable_request(bench: &Bench<'_>) -> Checked {
    let folder = bench.fresh("first")?;
    let mut talk = bench.greeted(&bench.launch(&folder))?;
    let path = json(&folder);
    for line in [
        "{\"type\":\"build\",\"id\":\"ID\"}".to_owned(),
        "{\"type\":\"detect\",\"id\":\"ID\",\"project\":7}".to_owned(),
        format!(
            "{{\"type\":\"build\",\"id\":\"ID\",\"project\":{path},\"name\":\"app\",\"stage\":[]}}"
        ),
    ] {
        talk.ask_raw(&line, limits::VALIDATE)?;
    }
    let answer = talk.info()?;
    must_be_ok(
        &talk,
        &answer,
        "P-REQ-2",
        "the session goes on after requests that cannot be read",
    )
}
