//! Start and greeting.

use std::time::{Duration, Instant};

use plugin_protocol::limits;

use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::converse::{ending, must_be_ok};
use crate::plugin::kit::talk::Heard;
use crate::plugin::kit::verdict::{Checked, Finding};
use crate::plugin::kit::{Check, Family};
use crate::process::Ending;

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Hello, says, run)
}

pub(super) const CHECKS: [Check; 9] = [
    check(
        "says-hello",
        "answers `hello` within 5 s, and `info`",
        says_hello,
    ),
    check(
        "waits-for-hello",
        "says nothing before the host's `hello`",
        waits_for_hello,
    ),
    check(
        "chooses-version",
        "chooses the highest version that both speak",
        chooses_version,
    ),
    check(
        "other-version",
        "says its version and ends when there is none in common",
        other_version,
    ),
    check(
        "explains-itself",
        "without --wasmrun-plugin says on standard error what it is",
        explains,
    ),
    check(
        "starts-anywhere",
        "answers in a read-only folder with PATH alone",
        starts_anywhere,
    ),
    check(
        "names-itself",
        "has the same name and version in `hello` and the manifest",
        names_itself,
    ),
    check("manifest", "has a manifest without mistakes", manifest),
    check(
        "level",
        "lists `cancel` and `ping` if its level is 1 or more",
        level,
    ),
];

/// Long enough for a plugin that talks first to be heard.
const FIRST: Duration = Duration::from_millis(300);

fn says_hello(bench: &Bench<'_>) -> Checked {
    bench.meet().map(|_| ())
}

fn waits_for_hello(bench: &Bench<'_>) -> Checked {
    let mut talk = bench.start(&bench.launch(&bench.fresh("first")?))?;
    let heard = talk.hear(Instant::now() + FIRST);
    let came = match heard {
        Heard::Nothing => return Ok(()),
        Heard::End | Heard::Exited => "it ended",
        Heard::Frame(_) | Heard::Other => "a line on standard output",
    };
    let fix = "write nothing to standard output before you have read the host's `hello`; banners \
               and warnings go to standard error";
    let expected = "it waits for the host's `hello` in silence";
    Err(Finding::new("P-HELLO-4", expected, came, fix)
        .after(&talk)
        .into())
}

fn chooses_version(bench: &Bench<'_>) -> Checked {
    let contact = bench.contact()?;
    let spoken = &contact.manifest.protocol;
    for offered in [&[1, 900][..], &[900, 1, 0]] {
        let mut talk = bench.start(&bench.launch(&bench.fresh("first")?))?;
        let hello = talk.greet_with(offered)?;
        let best = offered.iter().filter(|v| spoken.contains(v)).max();
        if best != Some(&hello.v) {
            let expected = format!(
                "`v` of {}: the highest of {offered:?} that it speaks",
                best.unwrap_or(&1)
            );
            let fix =
                "`v` in the host's hello is a list: choose from it, whatever its order and length";
            let came = format!("{}", hello.v);
            return Err(Finding::new("P-HELLO-2", expected, came, fix)
                .after(&talk)
                .into());
        }
        let answer = talk.info()?;
        must_be_ok(
            &talk,
            &answer,
            "P-HELLO-2",
            "the session goes on in that version",
        )?;
    }
    Ok(())
}

fn other_version(bench: &Bench<'_>) -> Checked {
    let spoken = bench.contact()?.manifest.protocol.iter().max();
    let mut talk = bench.start(&bench.launch(&bench.fresh("first")?))?;
    talk.record.odd = true;
    let hello = talk.greet_with(&[900])?;
    talk.record.odd = true;
    let must = "P-HELLO-3";
    if spoken != Some(&hello.v) {
        let expected = format!(
            "`v` of {:?}, the highest that it speaks",
            spoken.unwrap_or(&1)
        );
        let came = hello.v.to_string();
        let fix = "when the host offers no version that you speak, say your highest all the same";
        return Err(Finding::new(must, expected, came, fix).after(&talk).into());
    }
    if !talk.await_exit(Instant::now() + limits::TERM_GRACE) {
        let fix = "behind that `hello`, exit: the host cannot go on";
        let finding = Finding::new(must, "it ends after its `hello`", "it runs on", fix);
        return Err(finding.after(&talk).into());
    }
    Ok(())
}

fn explains(bench: &Bench<'_>) -> Checked {
    let mut launch = bench.launch(&bench.fresh("first")?);
    launch.args.clear();
    let mut talk = bench.start(&launch)?;
    talk.record.odd = true;
    talk.hang_up();
    let gone = talk.await_exit(Instant::now() + limits::HELLO);
    let code = talk.end().map(|ended| ended.ending);
    let fix = "look for `--wasmrun-plugin` among the arguments; without it, write a line to \
               standard error and exit with code 2";
    let came = if !gone {
        "it runs on".to_owned()
    } else if talk
        .record
        .said
        .iter()
        .any(|said| said.from == super::From::Plugin)
    {
        "it writes to standard output".to_owned()
    } else if code != Some(Ending::Exit(2)) {
        code.map_or("it ended".to_owned(), |code| {
            format!("it ended with {}", ending(code))
        })
    } else if talk.last_words().is_empty() {
        "it says nothing on standard error".to_owned()
    } else {
        return Ok(());
    };
    let expected = "without `--wasmrun-plugin`: what it is on standard error, nothing on standard \
                    output, exit code 2";
    Err(Finding::new("P-START-2", expected, came, fix)
        .after(&talk)
        .into())
}

fn starts_anywhere(bench: &Bench<'_>) -> Checked {
    bench.contact()?;
    let folder = bench.fresh("bare")?;
    let _kept = super::projects::ReadOnly::make(&folder);
    let mut launch = bench.bare(&folder);
    launch.confinement = crate::plugin::bridge::Confinement::to(Vec::new());
    let mut talk = bench.start(&launch)?;
    let finding = |talk: &super::Talk, came: &str| {
        let expected =
            "`hello` and `info` without a terminal, HOME, or anything that can be written";
        let fix = "open caches, logs and configuration only when a build needs them, and go on \
                   when they cannot be opened";
        Finding::new("P-START-3", expected, came, fix).after(talk)
    };
    if talk.greet().is_err() {
        return Err(finding(&talk, "no `hello`").into());
    }
    match talk.info() {
        Ok(answer) if answer.result.info.is_some() => Ok(()),
        Ok(_) => Err(finding(&talk, "no `info`").into()),
        Err(_) => Err(finding(&talk, "no result of `info`").into()),
    }
}

fn names_itself(bench: &Bench<'_>) -> Checked {
    let contact = bench.contact()?;
    let (hello, manifest) = (&contact.hello, &contact.manifest);
    if (&hello.name, &hello.version) == (&manifest.name, &manifest.version) {
        return Ok(());
    }
    let expected = format!(
        "name `{}` and version `{}` as in `hello`",
        hello.name, hello.version
    );
    let came = format!("`{}` and `{}` in `info`", manifest.name, manifest.version);
    let fix = "write both in one place, and use them for `hello` and for `info`";
    Err(Finding::new("P-MANIFEST-2", expected, came, fix).into())
}

fn manifest(bench: &Bench<'_>) -> Checked {
    let manifest = &bench.contact()?.manifest;
    let Some(problem) = manifest.problems().into_iter().next() else {
        return Ok(());
    };
    let must = match problem.as_str() {
        text if text.contains("score") => "P-MANIFEST-4",
        text if text.contains("path") => "P-MANIFEST-3",
        _ => "P-MANIFEST-1",
    };
    let shown = serde_json::to_string(manifest).unwrap_or_default();
    let fix = "mend that field, in `info` and in wasmrun.toml";
    let finding = Finding::new(must, "a manifest that can be used", problem, fix);
    Err(finding.lines([super::short(&shown)]).into())
}

fn level(bench: &Bench<'_>) -> Checked {
    let contact = bench.contact()?;
    let (claimed, wanted) = (contact.manifest.level, bench.options.level.unwrap_or(0));
    let features = &contact.hello.features;
    let lists = |name: &str| features.iter().any(|feature| feature == name);
    let must = "P-LEVEL-1";
    if claimed < wanted {
        let expected = format!("level {wanted}, as `--level` wants");
        let fix = "say `\"level\"` in the manifest when the plugin is of that level";
        return Err(Finding::new(must, expected, format!("level {claimed}"), fix).into());
    }
    if claimed >= 1 && !(lists("cancel") && lists("ping")) {
        let expected =
            format!("`cancel` and `ping` among `features`: its manifest says level {claimed}");
        let came = format!("{features:?}");
        let fix = "add \"features\":[\"cancel\",\"ping\"] to `hello`, or say level 0";
        return Err(Finding::new(must, expected, came, fix).into());
    }
    Ok(())
}
