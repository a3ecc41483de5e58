//! A conversation with every operation in it: what the checks of all that was
//! said look at.

use plugin_protocol::{BuildRequest, HostFrame, limits};

use super::bench::{Bench, quiet};
use super::converse::build_of;
use super::verdict::Checked;

/// Asks for each operation once, and for a build of a broken project.
pub(super) fn converse(bench: &Bench<'_>) -> Checked {
    let level = bench.contact()?.level;
    let empty = bench.fresh("empty")?;
    let mut talk = bench.greeted(&bench.launch(&empty))?;
    talk.info()?;
    if level >= 1 {
        talk.ping(limits::EOF_GRACE)?;
    }
    let ask = |id| HostFrame::Detect {
        id,
        project: empty.clone(),
        deadline_ms: None,
    };
    talk.ask(ask, limits::DETECT)?;
    talk.ask_raw("{\"type\":\"teleport\",\"id\":\"ID\"}", limits::INFO)?;
    talk.goodbye().or_else(quiet)?;
    drop(talk);
    if bench.base().is_err() {
        return Ok(());
    }
    with_project(bench)?;
    broken(bench)
}

fn with_project(bench: &Bench<'_>) -> Checked {
    let project = bench.sample("standard")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let detect = |id| HostFrame::Detect {
        id,
        project: project.clone(),
        deadline_ms: None,
    };
    talk.ask(detect, limits::DETECT)?;
    let check = |id| HostFrame::Check {
        id,
        project: project.clone(),
        deadline_ms: None,
    };
    talk.ask(check, limits::CHECK)?;
    let validate = |id| HostFrame::Validate {
        id,
        project: project.clone(),
        deadline_ms: None,
    };
    talk.ask(validate, limits::VALIDATE)?;
    bench.build(&mut talk, &project)?;
    let clean = |id| HostFrame::Clean {
        id,
        project: project.clone(),
        dry_run: true,
        deadline_ms: None,
    };
    talk.ask(clean, limits::CLEAN)?;
    talk.goodbye().or_else(quiet)
}

/// Builds with an entry that is rubbish, with one that is not there, and in a
/// folder without anything.
fn broken(bench: &Bench<'_>) -> Checked {
    let project = bench.sample("broken")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let manifest = &bench.contact()?.manifest;
    let entry = manifest
        .entry
        .iter()
        .find(|entry| project.join(entry).is_file());
    let limit = bench.options.build_limit;
    if let Some(entry) = entry {
        let path = project.join(entry);
        let _ = std::fs::write(
            &path,
            "\u{1}\u{2} ) ] } \" ' this is not what it should be\n",
        );
        validate_and_build(bench, &mut talk, BuildRequest::new(&project, "app", ""))?;
        let _ = std::fs::remove_file(&path);
    }
    let mut gone = BuildRequest::new(&project, "app", bench.fresh("stage")?);
    gone.entry = Some("not/there.x".to_owned());
    talk.ask(|id| build_of(gone, id, limit), limit)?;
    let empty = bench.fresh("empty")?;
    validate_and_build(bench, &mut talk, BuildRequest::new(empty, "app", ""))?;
    talk.goodbye().or_else(quiet)
}

fn validate_and_build(
    bench: &Bench<'_>,
    talk: &mut super::talk::Talk,
    mut request: BuildRequest,
) -> Checked {
    let project = request.project.clone();
    let validate = |id| HostFrame::Validate {
        id,
        project,
        deadline_ms: None,
    };
    talk.ask(validate, limits::VALIDATE)?;
    request.stage = bench.fresh("stage")?;
    let limit = bench.options.build_limit;
    talk.ask(|id| build_of(request, id, limit), limit)
        .map(|_| ())
}
