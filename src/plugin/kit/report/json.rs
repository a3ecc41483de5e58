use serde_json::{Value, json};

use crate::plugin::kit::{Must, Outcome, Report, Verdict};

/// One JSON document, described in `docs/plugin-kit.md`.
#[must_use]
pub fn json(report: &Report) -> Value {
    let (passed, failed, skipped) = report.counts();
    let plugin = report
        .plugin
        .as_ref()
        .map(|(name, version, level)| json!({"name": name, "version": version, "level": level}));
    json!({
        "schema": 1,
        "exe": report.exe.to_string_lossy(),
        "plugin": plugin,
        "seed": report.seed,
        "passed": passed,
        "failed": failed,
        "skipped": skipped,
        "checks": report.outcomes.iter().map(one).collect::<Vec<_>>(),
    })
}

fn one(outcome: &Outcome) -> Value {
    let check = outcome.check;
    let mut value = json!({
        "name": check.name,
        "family": check.family.name(),
        "says": check.says,
        "rules": check.musts().collect::<Vec<_>>(),
        "ms": u64::try_from(outcome.time.as_millis()).unwrap_or(u64::MAX),
    });
    match &outcome.verdict {
        Verdict::Passed => value["result"] = json!("passed"),
        Verdict::Skipped(why) => {
            value["result"] = json!("skipped");
            value["why"] = json!(why);
        }
        Verdict::Failed(finding) => {
            value["result"] = json!("failed");
            value["rule"] = json!(finding.must);
            value["document"] = json!(Must::of(finding.must).map(Must::document));
            value["expected"] = json!(finding.expected);
            value["came"] = json!(finding.came);
            value["frames"] = json!(finding.frames);
            value["fix"] = json!(finding.fix);
        }
    }
    value
}
