//! Projects in odd places.

use std::fs;
use std::path::{Path, PathBuf};

use plugin_protocol::Status;

use crate::plugin::bridge::Confinement;
use crate::plugin::kit::bench::{Bench, quiet};
use crate::plugin::kit::converse::{build_frame, status};
use crate::plugin::kit::project::{difference, state};
use crate::plugin::kit::verdict::{Checked, Finding, Stop};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Projects, says, run)
}

pub(super) const CHECKS: [Check; 3] = [
    check(
        "read-only-project",
        "answers and ends well in a project that cannot be written to",
        read_only,
    ),
    check(
        "odd-path",
        "builds in a path with spaces, quotes and letters of all planes",
        odd_path,
    ),
    check(
        "other-folder",
        "builds a project that is not its working directory",
        other_folder,
    ),
];

/// A folder without the right to write, as long as this lives.
pub(super) struct ReadOnly(PathBuf);

impl ReadOnly {
    pub(super) fn make(folder: &Path) -> Self {
        set(folder, true);
        Self(folder.to_owned())
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        set(&self.0, false);
    }
}

fn set(folder: &Path, readonly: bool) {
    let change = |path: &Path| {
        let Ok(meta) = path.symlink_metadata() else {
            return;
        };
        if meta.is_symlink() {
            return;
        }
        let mut rights = meta.permissions();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = rights.mode();
            rights.set_mode(if readonly {
                mode & !0o222
            } else {
                mode | 0o200
            });
        }
        #[cfg(not(unix))]
        rights.set_readonly(readonly);
        let _ = fs::set_permissions(path, rights);
    };
    // On the way back a folder has to be writable before what is in it.
    change(folder);
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => set(&path, readonly),
            _ => change(&path),
        }
    }
}

fn read_only(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("read-only")?;
    let before = state(&project)?;
    let kept = ReadOnly::make(&project);
    let stage = bench.fresh("stage")?;
    let mut launch = bench.launch(&project);
    // The rights of files do not bind a super-user; the kernel's confinement
    // does, where there is one.
    launch.confinement = Confinement::to(vec![stage.clone()]);
    let mut talk = bench.greeted(&launch)?;
    let info = talk.info()?;
    let limit = bench.options.build_limit;
    let ended = match info.result.info {
        None => Err("no `info`".to_owned()),
        Some(_) => match talk.ask(build_frame(&project, &stage, limit), limit) {
            Ok(answer) if answer.result.status == Status::Unsupported => {
                Err(status(Status::Unsupported))
            }
            Ok(_) => Ok(()),
            Err(Stop::Fail(finding)) => Err(finding.came),
            Err(stop) => return Err(stop),
        },
    };
    talk.goodbye().or_else(quiet)?;
    drop(kept);
    let ended = ended.and_then(|()| match state(&project) {
        Ok(after) => difference(&before, &after)
            .first()
            .map_or(Ok(()), |(how, path)| Err(format!("{how} {path}"))),
        Err(_) => Ok(()),
    });
    let Err(came) = ended else { return Ok(()) };
    let expected = "`info`, and one result of `build`, ok or an error, in a read-only project";
    let fix = "catch the refusal and answer with an error of `io`, or write to the stage instead";
    Err(Finding::new("P-START-3", expected, came, fix)
        .after(&talk)
        .into())
}

fn odd_path(bench: &Bench<'_>) -> Checked {
    let base = bench.base()?.clone();
    // No backslash and no double quote: Windows has neither in names.
    let name = "odd 'name' $HOME `x` \u{e9}\u{f1} \u{65e5}\u{672c} \u{1f980} %20";
    let project = bench.sample(name)?;
    let stage = bench.fresh(&format!("{name}; stage"))?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let limit = bench.options.build_limit;
    let came = match talk.ask(build_frame(&project, &stage, limit), limit) {
        Ok(answer) if answer.result.status == Status::Ok => {
            let built = bench.built(&stage, answer);
            match built.sums.len() == base.sums.len() {
                true => return Ok(()),
                false => "artifacts that are not in the stage".to_owned(),
            }
        }
        Ok(answer) => status(answer.result.status),
        Err(Stop::Fail(finding)) => finding.came,
        Err(stop) => return Err(stop),
    };
    let expected = format!("the same build in a folder called `{name}`");
    let fix = "quote paths (\"$project\" in shell), hand them to tools as one argument and not \
               through a shell, read JSON's escapes, and work in UTF-8";
    Err(Finding::new("P-REQ-9", expected, came, fix)
        .after(&talk)
        .into())
}

fn other_folder(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("elsewhere")?;
    let mut talk = bench.greeted(&bench.launch(&bench.fresh("empty")?))?;
    let built = match bench.build(&mut talk, &project) {
        Ok(built) if built.result.status == Status::Ok => return Ok(()),
        Ok(built) => status(built.result.status),
        Err(Stop::Fail(finding)) => finding.came,
        Err(stop) => return Err(stop),
    };
    let expected = "a build of the folder under `project`, wherever the plugin was started";
    let fix = "make each path from `project`; do not rely on the working directory";
    Err(Finding::new("P-REQ-9", expected, built, fix)
        .after(&talk)
        .into())
}
