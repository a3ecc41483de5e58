//! Building.

use std::collections::BTreeMap;

use plugin_protocol::{BuildRequest, Status};

use crate::plugin::kit::bench::{Bench, Built};
use crate::plugin::kit::converse::{build_of, status};
use crate::plugin::kit::project::{difference, state};
use crate::plugin::kit::talk::Talk;
use crate::plugin::kit::verdict::{Checked, Finding, Stop};
use crate::plugin::kit::{Check, Family};
use crate::project::InputState;

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Build, says, run)
}

pub(super) const CHECKS: [Check; 6] = [
    check("builds", "builds the project into a module", builds),
    check(
        "writes-into-the-stage",
        "leaves the project's files alone",
        writes,
    ),
    check("locked", "changes no lock file with `locked`", locked),
    check(
        "without-changed",
        "builds with and without `changed`",
        without_changed,
    ),
    check(
        "options-file",
        "takes `options` from a file, and ignores unknown ones",
        options_file,
    ),
    check(
        "many-builds",
        "makes the same however many builds came before (level 2)",
        many,
    ),
];

fn builds(bench: &Bench<'_>) -> Checked {
    bench.original()?;
    bench.contact()?;
    // Its own try, so that the reason is seen.
    bench.first_build().map(|_| ())
}

fn writes(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    bench.fresh("around")?;
    let project = bench.sample("around/project")?;
    let around = own_files(&project);
    let before = state(&project)?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    bench.build(&mut talk, &project)?;
    let fix = "write to the folder under `stage`; let the language's tools write where they do";
    let must = "P-BUILD-2";
    let changes = difference(&before, &state(&project)?);
    if let Some((how, path)) = changes
        .iter()
        .find(|(how, path)| *how != "added" && !is_lock(path))
    {
        let expected = "the project's files are after the build what they were before";
        let finding = Finding::new(must, expected, format!("{how} {path}"), fix);
        return Err(finding.after(&talk).into());
    }
    let beside = own_files(&project);
    if let Some(new) = beside.iter().find(|name| !around.contains(name)) {
        let expected = "nothing new beside the project";
        return Err(Finding::new(must, expected, format!("a new `{new}`"), fix)
            .after(&talk)
            .into());
    }
    // What the tools made belongs to them if `clean` knows it, or starts with a
    // dot, or is a lock.
    let ask = |id| plugin_protocol::HostFrame::Clean {
        id,
        project: project.clone(),
        dry_run: true,
        deadline_ms: None,
    };
    let known = talk
        .ask(ask, plugin_protocol::limits::CLEAN)?
        .result
        .removed
        .unwrap_or_default();
    let of_tools = |path: &str| {
        let inside = |known: &String| {
            path == known
                || path.starts_with(&format!("{known}/"))
                || known.starts_with(&format!("{path}/"))
        };
        is_lock(path) || path.starts_with('.') || known.iter().any(inside)
    };
    if let Some((_, path)) = changes
        .iter()
        .find(|(how, path)| *how == "added" && !of_tools(path))
    {
        let expected = "nothing new in the project but what `clean` would delete";
        let fix = "write to the folder under `stage`, or let `clean` know of what the tools make";
        return Err(Finding::new(must, expected, format!("added {path}"), fix)
            .after(&talk)
            .into());
    }
    Ok(())
}

/// The names in the folder around the project.
fn own_files(project: &std::path::Path) -> Vec<String> {
    let entries = project.parent().and_then(|folder| folder.read_dir().ok());
    let names = entries.into_iter().flatten().flatten();
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// Whether a file is called like one that pins versions.
fn is_lock(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    // What a tool locks itself with (cargo's `.cargo-lock`) pins nothing.
    if name.starts_with('.') {
        return false;
    }
    name.contains("lock") || name.contains("shrinkwrap") || name == "go.sum"
}

fn locked(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("locked")?;
    let locks = |state: BTreeMap<String, InputState>| -> BTreeMap<_, _> {
        state
            .into_iter()
            .filter(|(path, _)| is_lock(path))
            .collect()
    };
    let before = locks(state(&project)?);
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let mut request = BuildRequest::new(&project, "app", bench.fresh("stage")?);
    (request.locked, request.offline) = (true, true);
    let limit = bench.options.build_limit;
    talk.ask(|id| build_of(request, id, limit), limit)?;
    if let Some((how, path)) = difference(&before, &locks(state(&project)?)).first() {
        let expected = "with `locked`, the build fails rather than change a lock file";
        let fix = "hand `locked` on to the tool (`--locked`, `--frozen-lockfile`, `-mod=readonly`)";
        let finding = Finding::new("P-BUILD-3", expected, format!("{how} {path}"), fix);
        return Err(finding.after(&talk).into());
    }
    Ok(())
}

fn without_changed(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("changed")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let all: Vec<String> = state(&project)?.into_keys().collect();
    for changed in [Some(Vec::new()), None, Some(all), None] {
        let stage = bench.fresh("stage")?;
        let mut request = BuildRequest::new(&project, "app", &stage);
        request.changed = changed.clone();
        let limit = bench.options.build_limit;
        let answer = talk.ask(|id| build_of(request, id, limit), limit)?;
        let built = bench.built(&stage, answer);
        let how = match changed {
            Some(list) if list.is_empty() => "with an empty `changed`",
            Some(_) => "with `changed`",
            None => "without `changed`",
        };
        whole(&talk, &built, "P-BUILD-7", how)?;
    }
    Ok(())
}

/// Fails unless a build has all that it tells of.
fn whole(talk: &Talk, built: &Built, must: &'static str, how: &str) -> Checked {
    let good = built.result.status == Status::Ok
        && !built.artifacts.is_empty()
        && built.sums.len() == built.artifacts.len();
    if good {
        return Ok(());
    }
    let fix = "each build has an empty stage of its own: write all artifacts into it, also when \
               nothing has changed";
    let came = format!(
        "{} with {} artifacts in the stage",
        status(built.result.status),
        built.sums.len()
    );
    let finding = Finding::new(must, format!("the whole build {how}"), came, fix);
    Err(finding.after(talk).into())
}

fn options_file(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("options")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let file = project.with_file_name("options.json");
    let text = format!("{{\"wasmrun-kit\":\"{}\"}}", "x".repeat(60_000));
    crate::plugin::kit::verdict::own("write", &file, std::fs::write(&file, text))?;
    let stage = bench.fresh("stage")?;
    let limit = bench.options.build_limit;
    let frame = |id| plugin_protocol::HostFrame::Build {
        id,
        request: BuildRequest::new(&project, "app", &stage),
        options_file: Some(file.clone()),
        deadline_ms: None,
    };
    let answer = match talk.ask(frame, limit) {
        Err(Stop::Fail(finding)) => {
            let expected = "a result of `build` with unknown options in a file of 60 KB";
            let fix = "read `options_file` when it is there, and ignore, or refuse with an error, \
                       the options that you do not know";
            let finding = Finding::new("P-FRAME-9", expected, finding.came, fix);
            return Err(finding.after(&talk).into());
        }
        answer => answer?,
    };
    // A plugin may refuse options that it does not know, in the words of the
    // protocol.
    if matches!(answer.result.status, Status::Error | Status::Failed) {
        return Ok(());
    }
    let built = bench.built(&stage, answer);
    whole(
        &talk,
        &built,
        "P-FRAME-9",
        "with options that it does not know, in a file",
    )
}

fn many(bench: &Bench<'_>) -> Checked {
    bench.needs_level(2)?;
    bench.base()?;
    let project = bench.sample("many")?;
    let alone = bench.build_alone(&bench.launch(&project), &project)?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    for number in 1..=4 {
        let built = bench.build(&mut talk, &project)?;
        if built.sums != alone.sums {
            let expected =
                "the same artifacts for the same inputs, however many builds came before";
            let came = format!("build {number} of one process differs from that of a fresh one");
            let fix = "let nothing of one build reach the next but caches that are right: no \
                       counters, times or appended lists";
            return Err(Finding::new("P-LEVEL-2", expected, came, fix)
                .after(&talk)
                .into());
        }
    }
    Ok(())
}
