//! Cancel, ping and the deadline.

use std::time::{Duration, Instant};

use plugin_protocol::{CancelReason, HostFrame, PluginFrame, Status, limits};

use crate::plugin::kit::bench::{Bench, quiet};
use crate::plugin::kit::converse::{Answer, build_frame, must_be_ok, status, time};
use crate::plugin::kit::talk::{Heard, Talk};
use crate::plugin::kit::verdict::{Checked, Finding};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Cancel, says, run)
}

pub(super) const CHECKS: [Check; 6] = [
    check("ping", "answers `ping` at once", ping),
    check(
        "ping-in-a-build",
        "answers `ping` during a build",
        ping_in_build,
    ),
    check(
        "cancel",
        "gives a cancelled build its one result, whenever it comes",
        cancel,
    ),
    check(
        "cancel-ends-tools",
        "has ended its tools when it answers a cancelled build",
        tools,
    ),
    check(
        "cancel-of-nothing",
        "ignores `cancel` of what is not or no longer asked",
        nothing,
    ),
    check("deadline", "answers a build whose time is up", deadline),
];

/// How long a `pong` may take.
const AT_ONCE: Duration = Duration::from_secs(1);

/// At how many points in time a build is cancelled.
const POINTS: u32 = 6;

fn ping(bench: &Bench<'_>) -> Checked {
    bench.needs_level(1)?;
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    for _ in 0..3 {
        talk.ping(AT_ONCE)?;
    }
    Ok(())
}

fn ping_in_build(bench: &Bench<'_>) -> Checked {
    bench.needs_level(1)?;
    bench.base()?;
    let project = bench.sample("ping")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let (build, _) = begin(bench, &mut talk, &project)?;
    talk.ping(AT_ONCE)?;
    // It may have been over before the ping: then it is in the record.
    if !has_result(&talk, build) {
        talk.answer(build, bench.options.build_limit)?;
    }
    Ok(())
}

fn has_result(talk: &Talk, id: u64) -> bool {
    let mut frames = talk.record.frames(super::From::Plugin);
    frames.any(|said| said.kind() == "result" && said.id() == Some(id))
}

/// Asks for a build and does not wait.
fn begin(
    bench: &Bench<'_>,
    talk: &mut Talk,
    project: &std::path::Path,
) -> Checked<(u64, std::path::PathBuf)> {
    let stage = bench.fresh("stage")?;
    let id = talk.fresh_id();
    talk.say_frame(&build_frame(project, &stage, bench.options.build_limit)(id));
    Ok((id, stage))
}

/// Listens for a time. Says whether the result of a request came meanwhile.
fn wait(talk: &mut Talk, id: u64, time: Duration) -> bool {
    let until = Instant::now() + time;
    loop {
        match talk.hear(until) {
            Heard::Frame(frame) => {
                if matches!(*frame, PluginFrame::Result(result) if result.id == id) {
                    return true;
                }
            }
            Heard::Other => {}
            Heard::Nothing | Heard::End | Heard::Exited => return false,
        }
    }
}

/// Cancels a request, and waits for its result.
fn cancelled(talk: &mut Talk, target: u64, reason: CancelReason) -> Checked<Answer> {
    talk.say_frame(&HostFrame::Cancel { target, reason });
    talk.answer(target, limits::CANCEL_GRACE).map_err(|stop| match stop {
        crate::plugin::kit::verdict::Stop::Fail(finding) => {
            let expected = format!("a result with id {target} within 5 s of `cancel`, `cancelled` or what it was");
            let fix = "read standard input in a thread of its own; on `cancel`, note it, kill the \
                       tool that runs, and answer \"status\":\"cancelled\"";
            Finding::new("P-CANCEL-1", expected, finding.came, fix).after(talk).into()
        }
        stop => stop,
    })
}

/// Deletes what a build has left, so that the next one has something to do.
fn clean(bench: &Bench<'_>, talk: &mut Talk, project: &std::path::Path) -> Checked {
    if bench.needs_operation("clean").is_ok() {
        let ask = |id| HostFrame::Clean {
            id,
            project: project.to_owned(),
            dry_run: false,
            deadline_ms: None,
        };
        talk.ask(ask, limits::CLEAN)?;
    }
    Ok(())
}

fn cancel(bench: &Bench<'_>) -> Checked {
    bench.needs_level(1)?;
    let whole = bench.base()?.time;
    let points = if whole > Duration::from_secs(20) {
        2
    } else {
        POINTS
    };
    let project = bench.sample("cancel")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    for _ in 0..points {
        let part = bench.random.borrow_mut().part();
        let (id, _) = begin(bench, &mut talk, &project)?;
        if !wait(&mut talk, id, whole.mul_f64(part)) {
            let answer = cancelled(&mut talk, id, CancelReason::User)?;
            let good = matches!(answer.result.status, Status::Cancelled | Status::Ok);
            if !good {
                let expected = "status `cancelled` of a cancelled build that would have worked";
                let came = format!(
                    "{} at {}",
                    status(answer.result.status),
                    time(whole.mul_f64(part))
                );
                let fix = "a tool that was killed for `cancel` has not failed: look whether the \
                           request was cancelled before you look at its exit code";
                let finding = Finding::new("P-CANCEL-1", expected, came, fix);
                return Err(finding.after(&talk).into());
            }
        }
        clean(bench, &mut talk, &project)?;
    }
    let built = bench.build(&mut talk, &project)?;
    if built.result.status != Status::Ok {
        let fix = "a cancelled build must leave nothing behind that keeps the next from working";
        let came = status(built.result.status);
        let finding = Finding::new("P-CANCEL-1", "the next build works", came, fix);
        return Err(finding.after(&talk).into());
    }
    talk.goodbye().or_else(quiet)
}

fn tools(bench: &Bench<'_>) -> Checked {
    bench.needs_level(1)?;
    let whole = bench.base()?.time;
    let project = bench.sample("cancel")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let Some(before) = talk.descendants() else {
        return super::cache::cannot("processes of others are not seen on this system");
    };
    for part in [0.3, 0.6] {
        let (id, _) = begin(bench, &mut talk, &project)?;
        if wait(&mut talk, id, whole.mul_f64(part)) {
            continue;
        }
        cancelled(&mut talk, id, CancelReason::Superseded)?;
        // A process that was killed is not gone in the same moment.
        let mut left = talk.descendants().unwrap_or(before);
        for _ in 0..10 {
            if left <= before {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
            left = talk.descendants().unwrap_or(before);
        }
        if left > before {
            let expected = "no tool of the cancelled build runs when its result is written";
            let came = format!("{} still run", left - before);
            let fix = "kill the tool with all that it started (its process group), wait for its \
                       end, and answer then";
            return Err(Finding::new("P-CANCEL-3", expected, came, fix)
                .after(&talk)
                .into());
        }
        clean(bench, &mut talk, &project)?;
    }
    Ok(())
}

fn nothing(bench: &Bench<'_>) -> Checked {
    bench.needs_level(1)?;
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    let answer = talk.info()?;
    for target in [answer.result.id, 4_000_000_000] {
        let reason = CancelReason::User;
        talk.say_frame(&HostFrame::Cancel { target, reason });
        let frames = talk.record.frames(super::From::Plugin).count();
        let next = talk.info().map_err(|stop| match stop {
            crate::plugin::kit::verdict::Stop::Fail(finding) => {
                let fix = "look the target up; when it is not open, do nothing";
                let expected = "`cancel` of what is not open changes nothing";
                Finding::new("P-CANCEL-2", expected, finding.came, fix)
                    .after(&talk)
                    .into()
            }
            stop => stop,
        })?;
        let said = talk.record.frames(super::From::Plugin).count() - frames;
        if said != 1 {
            let fix = "answer nothing to `cancel` itself: the cancelled request gets its result";
            let came = format!("{} frames beside the next result", said.saturating_sub(1));
            let expected = "silence about a `cancel` of what is not open";
            return Err(Finding::new("P-CANCEL-2", expected, came, fix)
                .after(&talk)
                .into());
        }
        must_be_ok(
            &talk,
            &next,
            "P-CANCEL-2",
            "the request after a `cancel` of nothing",
        )?;
    }
    Ok(())
}

fn deadline(bench: &Bench<'_>) -> Checked {
    bench.needs_level(1)?;
    let whole = bench.base()?.time;
    let project = bench.sample("deadline")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let (stage, limit) = (bench.fresh("stage")?, whole.mul_f64(0.4));
    let id = talk.fresh_id();
    talk.say_frame(&build_frame(&project, &stage, limit)(id));
    if !wait(&mut talk, id, limit) {
        let answer = cancelled(&mut talk, id, CancelReason::Deadline)?;
        if !matches!(answer.result.status, Status::Cancelled | Status::Ok) {
            let expected = "status `cancelled` when the time is up";
            let came = status(answer.result.status);
            let fix = "take the deadline for a `cancel`";
            return Err(Finding::new("P-CANCEL-1", expected, came, fix)
                .after(&talk)
                .into());
        }
    }
    let answer = talk.info()?;
    must_be_ok(
        &talk,
        &answer,
        "P-CANCEL-1",
        "the request after the deadline",
    )
}
