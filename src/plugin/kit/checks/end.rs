//! Ending, and what is left then.

use std::time::{Duration, Instant};

use plugin_protocol::{HostFrame, Status, limits};

use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::converse::{build_frame, ending, time};
use crate::plugin::kit::verdict::{Checked, Finding};
use crate::plugin::kit::{Check, Family};
use crate::process::Ending;

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::End, says, run)
}

pub(super) const CHECKS: [Check; 5] = [
    check(
        "shutdown",
        "answers what it was asked before, then `shutdown`, and exits with 0",
        shutdown,
    ),
    check("eof", "exits with 0 when its input ends", eof),
    check(
        "eof-in-a-build",
        "ends within a second when its input ends during a build",
        eof_in_build,
    ),
    check(
        "terminated",
        "leaves nothing when it is told to end during a build",
        terminated,
    ),
    check("leaves-no-process", "leaves no process behind", no_process),
];

/// What a slow machine gets on top of the second that a plugin has.
const SLACK: Duration = Duration::from_secs(1);

fn shutdown(bench: &Bench<'_>) -> Checked {
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    let (info, end) = (talk.fresh_id(), talk.fresh_id());
    talk.say_frame(&HostFrame::Info { id: info });
    talk.say_frame(&HostFrame::Shutdown { id: end });
    let fix = "work through the requests in their order; on `shutdown`, answer it with status ok, \
               and exit with 0";
    let finding = |came: String| {
        let expected = "the result of `info`, the result of `shutdown`, and exit code 0";
        Finding::new("P-END-1", expected, came, fix)
    };
    for (id, what) in [
        (info, "no result of `info`"),
        (end, "no result of `shutdown`"),
    ] {
        match talk.answer(id, limits::INFO) {
            Ok(answer) if answer.result.status == Status::Ok => {}
            Ok(_) => return Err(finding(format!("{what} of status ok")).after(&talk).into()),
            Err(_) => return Err(finding(what.to_owned()).after(&talk).into()),
        }
    }
    if !talk.await_exit(Instant::now() + limits::TERM_GRACE) {
        return Err(finding("it runs on".to_owned()).after(&talk).into());
    }
    match talk.end() {
        Some(ended) if ended.ending != Ending::Exit(0) => {
            Err(finding(ending(ended.ending)).after(&talk).into())
        }
        _ => Ok(()),
    }
}

fn eof(bench: &Bench<'_>) -> Checked {
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    talk.info()?;
    talk.hang_up();
    let fix = "leave the loop when a read finds the end of standard input, and exit with 0";
    let gone = talk.await_exit(Instant::now() + limits::EOF_GRACE + SLACK);
    let ended = talk.end().map(|ended| ended.ending);
    let came = match ended {
        _ if !gone => format!("it runs on after {}", time(limits::EOF_GRACE + SLACK)),
        Some(Ending::Exit(0)) | None => return Ok(()),
        Some(other) => ending(other),
    };
    let expected = "exit code 0 when standard input ends and nothing is to do";
    Err(Finding::new("P-END-3", expected, came, fix)
        .after(&talk)
        .into())
}

fn eof_in_build(bench: &Bench<'_>) -> Checked {
    let whole = bench.base()?.time;
    // One of level 0 hears nothing while it works.
    let slow = match bench.contact()?.level {
        0 => whole * 2,
        _ => Duration::ZERO,
    };
    let limit = limits::EOF_GRACE + SLACK + slow;
    for part in [0.1, 0.5] {
        let project = bench.sample("eof")?;
        let mut talk = bench.greeted(&bench.launch(&project))?;
        let stage = bench.fresh("stage")?;
        let id = talk.fresh_id();
        talk.say_frame(&build_frame(&project, &stage, bench.options.build_limit)(
            id,
        ));
        let until = Instant::now() + whole.mul_f64(part);
        while talk.hear(until) != crate::plugin::kit::talk::Heard::Nothing && !talk.is_silent() {}
        talk.hang_up();
        let gone = talk.await_exit(Instant::now() + limit);
        let left = talk.end().map_or(0, |ended| ended.left);
        let fix = "when a read of standard input finds its end, the host has died: kill the tools \
                   that you started, and exit within a second, build or not";
        let came = match left {
            _ if !gone => format!("it runs on after {}", time(limit)),
            0 => continue,
            left => format!("it ended and left {left} running"),
        };
        let expected = "the plugin and its tools end when standard input ends during a build";
        return Err(Finding::new("P-END-2", expected, came, fix)
            .after(&talk)
            .into());
    }
    Ok(())
}

fn terminated(bench: &Bench<'_>) -> Checked {
    let whole = bench.base()?.time;
    let project = bench.sample("terminated")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let stage = bench.fresh("stage")?;
    let id = talk.fresh_id();
    talk.say_frame(&build_frame(&project, &stage, bench.options.build_limit)(
        id,
    ));
    let until = Instant::now() + whole.mul_f64(0.5);
    while talk.hear(until) != crate::plugin::kit::talk::Heard::Nothing && !talk.is_silent() {}
    talk.hang_up();
    talk.terminate();
    if !talk.await_exit(Instant::now() + limits::TERM_GRACE) {
        let expected = "it ends within 2 s of the end of its input and TERM";
        let came = format!("it runs on after {}", time(limits::TERM_GRACE));
        let fix = "do not ignore TERM; a handler may clear up, and has to end the process";
        return Err(Finding::new("P-END-2", expected, came, fix)
            .after(&talk)
            .into());
    }
    Ok(())
}

fn no_process(bench: &Bench<'_>) -> Checked {
    bench.standard()?;
    for record in bench.shelf.borrow().iter() {
        let left = record.ended.map_or(0, |ended| ended.left);
        if left > 0 {
            let expected = "nothing that the plugin started runs on after it has ended";
            let fix = "wait for each tool, or kill it; start no daemon that outlives you (`gradle \
                       --no-daemon`, `sccache` off), and none in the background";
            let came = format!("{left} left running, which the kit has ended");
            let finding = Finding::new("P-END-4", expected, came, fix);
            return Err(finding.lines(record.excerpt()).into());
        }
    }
    Ok(())
}
