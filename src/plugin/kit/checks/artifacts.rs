//! What a build says that it made.

use std::collections::BTreeMap;

use plugin_protocol::Artifact;
use plugin_protocol::limits;

use crate::plugin::artifact;
use crate::plugin::kit::bench::Bench;
use crate::plugin::kit::converse::build_frame;
use crate::plugin::kit::record::From;
use crate::plugin::kit::verdict::{Checked, Finding};
use crate::plugin::kit::{Check, Family};

const fn check(name: &'static str, says: &'static str, run: fn(&Bench<'_>) -> Checked) -> Check {
    Check::new(name, Family::Build, says, run)
}

pub(super) const CHECKS: [Check; 3] = [
    check(
        "true-artifacts",
        "tells of artifacts that are there as it says",
        true_artifacts,
    ),
    check(
        "artifacts-stay",
        "changes no artifact that it told of",
        artifacts_stay,
    ),
    check("no-content", "sends the content of no file", no_content),
];

fn true_artifacts(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("artifacts")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let (stage, limit) = (bench.fresh("stage")?, bench.options.build_limit);
    let answer = talk.ask(build_frame(&project, &stage, limit), limit)?;
    let mut seen = Vec::new();
    for made in &answer.artifacts {
        let wrong = match artifact::seal(made, &stage) {
            _ if seen.contains(&&made.path) => "is told of twice".to_owned(),
            Ok(_) => {
                seen.push(&made.path);
                continue;
            }
            Err(wrong) => wrong,
        };
        let place = ["inside the stage", "symbolic", "not there", "regular"];
        let must = if place.iter().any(|word| wrong.contains(word)) {
            "P-ART-2"
        } else {
            "P-ART-1"
        };
        let expected = format!("the artifact `{}` is in the stage as told", made.path);
        let fix = "tell of a file when it is finished: `path` relative to `stage` with `/`, `size` \
                   in bytes as it is then, `kind` wasm only for a module";
        return Err(Finding::new(must, expected, format!("it {wrong}"), fix)
            .after(&talk)
            .into());
    }
    Ok(())
}

fn artifacts_stay(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    let project = bench.sample("artifacts")?;
    let mut talk = bench.greeted(&bench.launch(&project))?;
    let stage = bench.fresh("stage")?;
    let id = talk.fresh_id();
    talk.say_frame(&build_frame(&project, &stage, bench.options.build_limit)(
        id,
    ));
    let until = std::time::Instant::now() + bench.options.build_limit;
    let mut told: BTreeMap<String, Option<String>> = BTreeMap::new();
    let sum = |path: &str| {
        let file = artifact::locate(&stage, path).ok()?;
        artifact::digest_of_file(&file).ok()
    };
    loop {
        use crate::plugin::kit::talk::Heard;
        use plugin_protocol::PluginFrame;
        match talk.hear(until) {
            Heard::Frame(frame) => match *frame {
                PluginFrame::Artifact {
                    artifact: Artifact { path, .. },
                    ..
                } => {
                    let sum = sum(&path);
                    told.insert(path, sum);
                }
                PluginFrame::Result(_) => break,
                _ => {}
            },
            Heard::Other => {}
            Heard::End | Heard::Exited | Heard::Nothing => break,
        }
    }
    // What still writes gets the time to do so.
    let pause = std::time::Instant::now() + limits::EOF_GRACE / 4;
    while talk.hear(pause) != crate::plugin::kit::talk::Heard::Nothing {}
    talk.goodbye().or_else(crate::plugin::kit::bench::quiet)?;
    for (path, before) in told {
        if sum(&path) != before {
            let expected = format!("`{path}` stays as it was when the plugin told of it");
            let fix = "tell of an artifact behind the last step that touches it (optimising, \
                       stripping, signing)";
            let finding = Finding::new("P-ART-3", expected, "it has changed since", fix);
            return Err(finding.after(&talk).into());
        }
    }
    Ok(())
}

fn no_content(bench: &Bench<'_>) -> Checked {
    bench.base()?;
    bench.standard()?;
    // A module's first bytes in the usual clothes.
    const CLOTHES: [&str; 3] = ["AGFzbQEAAAA", "0061736d01000000", "[0,97,115,109"];
    for record in bench.shelf.borrow().iter() {
        for said in record.frames(From::Plugin) {
            let holds = CLOTHES.iter().any(|content| said.text.contains(content));
            if holds || (said.kind() == "artifact" && said.text.len() > 8 * 1024) {
                let expected = "frames that say where files are, and not what is in them";
                let fix = "write the file to the stage and send its path";
                let finding = Finding::new("P-ART-5", expected, "a module in a frame", fix);
                return Err(finding.at(record, said).into());
            }
        }
    }
    Ok(())
}
