//! The operations but building.

use std::path::{Path, PathBuf};

use plugin_protocol::{HostFrame, ResultFrame, Status, limits};

use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::converse::{must_be_ok, status};
use crate::plugin::kit::project::{difference, state};
use crate::plugin::kit::talk::Talk;
use crate::plugin::kit::verdict::{Checked, Finding, skip};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Operations, says, run)
}

pub(super) const CHECKS: [Check; 7] = [
    check(
        "detects-nothing",
        "answers `detect` with null in an empty folder",
        detects_nothing,
    ),
    check("detects", "recognises the project", detects),
    check(
        "tells-what-is-missing",
        "answers `check` with `missing`",
        tells_missing,
    ),
    check(
        "looks-and-leaves",
        "changes nothing in `detect`, `check` and `validate`",
        leaves,
    ),
    check(
        "dry-clean",
        "deletes nothing in `clean` with `dry_run`",
        dry_clean,
    ),
    check("clean", "deletes what it says in `clean`", clean),
    check(
        "as-many-as-it-says",
        "takes as many requests at a time as it says",
        many,
    ),
];

fn detect(talk: &mut Talk, project: &Path) -> Checked<ResultFrame> {
    let project = project.to_owned();
    let ask = |id| HostFrame::Detect {
        id,
        project,
        deadline_ms: Some(2000),
    };
    let answer = talk.ask(ask, limits::DETECT)?;
    must_be_ok(
        talk,
        &answer,
        "P-DETECT-1",
        "`detect` answers in any folder",
    )?;
    Ok(answer.result)
}

fn detects_nothing(bench: &Bench<'_>) -> Checked {
    bench.needs_operation("detect")?;
    let folder = bench.fresh("empty")?;
    let mut talk = bench.greeted(&bench.launch(&folder))?;
    let came = match detect(&mut talk, &folder)?.found {
        Some(None) => return Ok(()),
        Some(Some(found)) => format!("score {}: {}", found.score, found.why),
        None => "no `match`".to_owned(),
    };
    let fix = "answer \"match\":null when the folder has none of the marks of your projects";
    let finding = Finding::new(
        "P-DETECT-1",
        "\"match\":null for an empty folder",
        came,
        fix,
    );
    Err(finding.after(&talk).into())
}

fn detects(bench: &Bench<'_>) -> Checked {
    bench.needs_operation("detect")?;
    let project = bench.sample("detect")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let came = match detect(&mut talk, &project)?.found {
        Some(Some(found)) if !(1..=100).contains(&found.score) => format!("score {}", found.score),
        Some(Some(found)) if found.why.trim().is_empty() => "an empty `why`".to_owned(),
        Some(Some(_)) => return Ok(()),
        Some(None) => "\"match\":null".to_owned(),
        None => "no `match`".to_owned(),
    };
    let expected = "a match with a score of 1 to 100 and a `why` for the project";
    let fix = "answer \"match\":{\"score\":50,\"why\":\"FILE\"} for a project that you build";
    Err(Finding::new("P-DETECT-1", expected, came, fix)
        .after(&talk)
        .into())
}

fn tells_missing(bench: &Bench<'_>) -> Checked {
    bench.needs_operation("check")?;
    let project = bench.sample("check")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let ask = |id| HostFrame::Check {
        id,
        project,
        deadline_ms: None,
    };
    let answer = talk.ask(ask, limits::CHECK)?;
    must_be_ok(
        &talk,
        &answer,
        "P-CHECK-1",
        "`check` finds out what is missing",
    )?;
    let came = match answer.result.missing {
        None => "no `missing`".to_owned(),
        Some(missing) => match missing.iter().find(|it| it.name.is_empty()) {
            Some(_) => "a missing thing without a name".to_owned(),
            None => return Ok(()),
        },
    };
    let fix = "answer \"missing\":[] when nothing is missing";
    let expected = "`missing`, a list, empty when nothing is";
    Err(Finding::new("P-CHECK-1", expected, came, fix)
        .after(&talk)
        .into())
}

fn leaves(bench: &Bench<'_>) -> Checked {
    bench.contact()?;
    let project = bench.sample("looks")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let mut before = state(&project)?;
    for name in ["detect", "check", "validate"] {
        if bench.needs_operation(name).is_err() {
            continue;
        }
        talk.ask(looking(name, project.clone()), limits::VALIDATE)?;
        let after = state(&project)?;
        if let Some((how, path)) = difference(&before, &after).first() {
            let must = if name == "detect" {
                "P-DETECT-2"
            } else {
                "P-CHECK-2"
            };
            let expected = format!("`{name}` leaves the project as it is");
            let fix = format!("write nothing in `{name}`: no cache, no lock file; look only");
            let finding = Finding::new(must, expected, format!("{how} {path}"), fix);
            return Err(finding.after(&talk).into());
        }
        before = after;
    }
    Ok(())
}

fn looking(name: &str, project: PathBuf) -> impl Fn(u64) -> HostFrame + use<> {
    let name = name.to_owned();
    move |id| {
        let (project, deadline_ms) = (project.clone(), None);
        match name.as_str() {
            "detect" => HostFrame::Detect {
                id,
                project,
                deadline_ms,
            },
            "check" => HostFrame::Check {
                id,
                project,
                deadline_ms,
            },
            _ => HostFrame::Validate {
                id,
                project,
                deadline_ms,
            },
        }
    }
}

fn ask_clean(
    bench: &Bench<'_>,
    talk: &mut Talk,
    project: &Path,
    dry_run: bool,
) -> Checked<Vec<String>> {
    bench.needs_operation("clean")?;
    let ask = |id| HostFrame::Clean {
        id,
        project: project.to_owned(),
        dry_run,
        deadline_ms: None,
    };
    let answer = talk.ask(ask, limits::CLEAN)?;
    if answer.result.status == Status::Unsupported {
        return skip("`clean` is unsupported");
    }
    must_be_ok(
        talk,
        &answer,
        "P-CLEAN-1",
        "`clean` of a project that was built",
    )?;
    answer.result.removed.ok_or_else(|| {
        let fix = "answer \"removed\":[] when there is nothing to delete";
        let finding = Finding::new("P-CLEAN-1", "`removed`, a list", "none", fix);
        finding.after(talk).into()
    })
}

fn dry_clean(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("clean")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    bench.build(&mut talk, &project)?;
    let before = state(&project)?;
    ask_clean(bench, &mut talk, &project, true)?;
    if let Some((how, path)) = difference(&before, &state(&project)?).first() {
        let expected = "nothing is deleted with \"dry_run\":true";
        let fix = "with `dry_run`, only say under `removed` what would be deleted";
        let finding = Finding::new("P-CLEAN-1", expected, format!("{how} {path}"), fix);
        return Err(finding.after(&talk).into());
    }
    Ok(())
}

fn clean(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("clean")?;
    let before = state(&project)?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    bench.build(&mut talk, &project)?;
    let removed = ask_clean(bench, &mut talk, &project, false)?;
    let fix = "delete what the build made, name exactly that under `removed`, and leave what the \
               user wrote";
    for path in &removed {
        if project.join(path).symlink_metadata().is_ok() {
            let expected = format!("`{path}` is gone: it is under `removed`");
            return Err(Finding::new("P-CLEAN-1", expected, "it is there", fix)
                .after(&talk)
                .into());
        }
    }
    let lost = difference(&before, &state(&project)?);
    if let Some((how, path)) = lost.iter().find(|(how, _)| *how != "added") {
        let expected = "files of the project stay when what was built is deleted";
        let finding = Finding::new("P-CLEAN-1", expected, format!("{how} {path}"), fix);
        return Err(finding.after(&talk).into());
    }
    Ok(())
}

fn many(bench: &Bench<'_>) -> Checked {
    let most = bench.contact()?.hello.max_concurrent.clamp(1, 4);
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("first")?))?;
    let ids: Vec<u64> = (0..most).map(|_| talk.fresh_id()).collect();
    for id in &ids {
        talk.say_frame(&HostFrame::Info { id: *id });
    }
    let mut results = Vec::new();
    let until = std::time::Instant::now() + limits::INFO;
    while results.len() < ids.len() {
        use crate::plugin::kit::talk::Heard;
        match talk.hear(until) {
            Heard::Frame(frame) => {
                if let plugin_protocol::PluginFrame::Result(result) = *frame {
                    results.push((result.id, result.status));
                }
            }
            Heard::Other => {}
            Heard::End | Heard::Exited | Heard::Nothing => break,
        }
    }
    let good = |id: &u64| {
        results
            .iter()
            .any(|(other, status)| id == other && *status == Status::Ok)
    };
    if ids.iter().all(good) {
        return Ok(());
    }
    let shown: Vec<_> = results
        .iter()
        .map(|(id, it)| format!("{id}: {}", status(*it)))
        .collect();
    let expected =
        format!("{most} results for {most} requests at a time: `max_concurrent` says so");
    let came = format!("{} ({})", results.len(), shown.join(", "));
    let fix = "take each request in a thread or task of its own, or leave `max_concurrent` out";
    Err(Finding::new("P-REQ-8", expected, came, fix)
        .after(&talk)
        .into())
}
