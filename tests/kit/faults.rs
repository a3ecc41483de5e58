//! Each check fails for a plugin that does the one thing wrong, and passes for
//! one that does not.

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};
use wasmrun::plugin::kit::CHECKS;

use super::world::{World, checks};

/// The fault, the check that finds it, the rule that it breaks, and how many
/// milliseconds a build takes.
const FAULTS: &[(&str, &str, &str, u32)] = &[
    ("no-hello", "says-hello", "P-HELLO-2", 0),
    ("no-info", "says-hello", "P-INFO-1", 0),
    ("banner", "waits-for-hello", "P-HELLO-4", 0),
    ("any-version", "chooses-version", "P-HELLO-2", 0),
    ("any-version", "other-version", "P-HELLO-3", 0),
    ("stays-after-version", "other-version", "P-HELLO-3", 0),
    ("silent-by-hand", "explains-itself", "P-START-2", 0),
    ("wants-home", "starts-anywhere", "P-START-3", 0),
    ("other-name", "names-itself", "P-MANIFEST-2", 0),
    ("bad-name", "manifest", "P-MANIFEST-1", 0),
    ("bad-mark", "manifest", "P-MANIFEST-3", 0),
    ("bad-score", "manifest", "P-MANIFEST-4", 0),
    ("no-features", "level", "P-LEVEL-1", 0),
    ("reads-once", "byte-by-byte", "P-FRAME-1", 0),
    ("hates-cr", "crlf", "P-FRAME-1", 0),
    ("short-buffer", "frame-of-48-kib", "P-FRAME-3", 0),
    ("short-key", "any-key", "P-KEY-1", 0),
    ("strict-fields", "unknown-fields", "P-FRAME-9", 0),
    ("answers-news", "unknown-frames", "P-REQ-7", 0),
    ("does-everything", "unknown-operation", "P-REQ-7", 0),
    ("hates-whims", "unknown-reason", "P-FRAME-9", 0),
    ("drops-unreadable", "unreadable-request", "P-REQ-2", 0),
    ("detects-all", "detects-nothing", "P-DETECT-1", 0),
    ("detects-none", "detects", "P-DETECT-1", 0),
    ("wrong-score", "detects", "P-DETECT-1", 0),
    ("no-missing", "tells-what-is-missing", "P-CHECK-1", 0),
    ("no-name-missing", "tells-what-is-missing", "P-CHECK-1", 0),
    ("writes-in-detect", "looks-and-leaves", "P-DETECT-2", 0),
    ("writes-in-check", "looks-and-leaves", "P-CHECK-2", 0),
    ("writes-in-validate", "looks-and-leaves", "P-CHECK-2", 0),
    ("wet-dry-clean", "dry-clean", "P-CLEAN-1", 0),
    ("false-clean", "clean", "P-CLEAN-1", 0),
    ("cleans-sources", "clean", "P-CLEAN-1", 0),
    ("says-two-takes-one", "as-many-as-it-says", "P-REQ-8", 0),
    ("never-builds", "builds", "P-BUILD-1", 0),
    ("no-artifact", "builds", "P-BUILD-1", 0),
    ("writes-beside", "writes-into-the-stage", "P-BUILD-2", 0),
    (
        "writes-into-project",
        "writes-into-the-stage",
        "P-BUILD-2",
        0,
    ),
    ("changes-source", "writes-into-the-stage", "P-BUILD-2", 0),
    ("writes-lock", "locked", "P-BUILD-3", 0),
    ("wants-changed", "without-changed", "P-BUILD-7", 0),
    ("hates-options", "options-file", "P-FRAME-9", 0),
    ("counts-builds", "many-builds", "P-LEVEL-2", 0),
    ("wrong-size", "true-artifacts", "P-ART-1", 0),
    ("missing-artifact", "true-artifacts", "P-ART-2", 0),
    ("outside", "true-artifacts", "P-ART-2", 0),
    ("symlink", "true-artifacts", "P-ART-2", 0),
    ("late-strip", "artifacts-stay", "P-ART-3", 0),
    ("content", "no-content", "P-ART-5", 0),
    ("wants-home-to-build", "path-alone", "P-ENV-3", 0),
    ("calls-it-failed", "refused-file", "P-ENV-4", 0),
    ("dies-when-refused", "read-only-project", "P-START-3", 0),
    ("hates-spaces", "odd-path", "P-REQ-9", 0),
    ("uses-cwd", "other-folder", "P-REQ-9", 0),
    ("no-pong", "ping", "P-PING-1", 0),
    ("deaf-in-builds", "ping-in-a-build", "P-PING-1", 2500),
    ("drops-cancelled", "cancel", "P-CANCEL-1", 400),
    ("cancelled-fails", "cancel", "P-CANCEL-1", 400),
    ("leaves-tools", "cancel-ends-tools", "P-CANCEL-3", 400),
    ("answers-cancel", "cancel-of-nothing", "P-CANCEL-2", 0),
    ("drops-cancelled", "deadline", "P-CANCEL-1", 400),
    ("no-shutdown-result", "shutdown", "P-END-1", 0),
    ("ends-with-3", "shutdown", "P-END-1", 0),
    ("ends-with-3", "eof", "P-END-3", 0),
    ("ignores-eof", "eof", "P-END-3", 0),
    ("ignores-eof", "eof-in-a-build", "P-END-2", 400),
    ("ignores-term", "terminated", "P-END-2", 400),
    ("leaves-a-child", "leaves-no-process", "P-END-4", 0),
    ("no-inputs-file", "inputs-file", "P-BUILD-4", 0),
    ("inputs-up", "inputs-file", "P-BUILD-4", 0),
    ("inputs-elsewhere", "key-follows-inputs", "P-BUILD-4", 0),
    ("relative-tool", "tools", "P-BUILD-5", 0),
    ("variable-with-value", "tools", "P-BUILD-5", 0),
    ("embeds-time", "uncacheable", "P-BUILD-6", 0),
    ("empty-reason", "uncacheable", "P-BUILD-6", 0),
    ("hides-a-file", "all-inputs", "P-BUILD-4", 0),
    ("hides-new-files", "all-inputs", "P-BUILD-4", 0),
    ("hides-a-variable", "all-variables", "P-BUILD-5", 0),
    ("split-frame", "whole-frames", "P-FRAME-1", 0),
    ("long-frame", "frames-fit", "P-FRAME-4", 0),
    ("prints", "nothing-but-frames", "P-KEY-1", 0),
    ("forgets-key", "nothing-but-frames", "P-KEY-1", 0),
    ("odd-hello", "hello-fields", "P-HELLO-5", 0),
    ("much-stderr", "standard-error", "P-FRAME-8", 0),
    ("two-results", "one-result", "P-REQ-2", 0),
    ("other-id", "one-result", "P-REQ-2", 0),
    ("late-log", "events-first", "P-REQ-3", 0),
    ("odd-status", "status-words", "P-REQ-4", 0),
    ("silent-failure", "failed-says-why", "P-REQ-5", 0),
    ("no-error", "errors", "P-REQ-6", 0),
    ("odd-code", "errors", "P-ERR-1", 0),
    ("shouts", "errors", "P-ERR-1", 0),
    ("odd-blame", "errors", "P-ERR-2", 0),
    ("host-code", "errors", "P-ERR-3", 0),
    ("validate-says-ok", "validate-agrees", "P-VALIDATE-1", 0),
    ("ok-without-module", "module-or-not-ok", "P-BUILD-1", 0),
    ("entry-outside", "paths", "P-REQ-9", 0),
    ("outside", "paths", "P-ART-2", 0),
    ("absolute-file", "paths", "P-DIAG-3", 0),
    ("many-lines", "diagnostics", "P-DIAG-1", 0),
    ("severity-in-message", "diagnostics", "P-DIAG-1", 0),
    ("zero-column", "positions", "P-DIAG-2", 0),
    ("odd-kind", "words", "P-ART-1", 0),
    ("odd-missing", "words", "P-CHECK-1", 0),
];

pub(crate) fn tests() -> Vec<Trial> {
    let mut all: Vec<Trial> = FAULTS
        .iter()
        .map(|(fault, check, must, slow)| {
            let test = || found(fault, check, must, *slow).map_err(Failed::from);
            Trial::test(format!("faults::{check}::{fault}"), test)
        })
        .collect();
    let whole = || {
        a_plugin_without_fault_passes_all();
        Ok(())
    };
    all.push(Trial::test(
        "faults::a_plugin_without_fault_passes_all",
        whole,
    ));
    let each = || {
        each_check_can_fail();
        Ok(())
    };
    all.push(Trial::test("faults::each_check_can_fail", each));
    all
}

fn found(fault: &str, check: &str, must: &str, slow: u32) -> Result<(), String> {
    let world = World::new(slow);
    let exe = world.plugin(fault);
    let (code, report) = world.test(&exe, &["--project", "project", "--only", check]);
    let one = &report["checks"][0];
    let shown = format!("{report:#}");
    let want = |good: bool, what: &str| match good {
        true => Ok(()),
        false => Err(format!("{what}\n{shown}")),
    };
    want(
        one["name"] == check && one["result"] == "failed",
        "it is not found",
    )?;
    want(code == 1 && report["failed"] == 1, "the exit code")?;
    want(one["rule"] == must, "another rule")?;
    let rules = one["rules"].as_array().unwrap();
    want(
        rules.contains(&one["rule"]),
        "a rule that the table does not name",
    )?;
    let text = |field: &str| one[field].as_str().is_some_and(|text| text.len() > 2);
    let document = one["document"].as_str().unwrap_or_default();
    want(
        document.starts_with("docs/plugin-protocol.md#"),
        "no document",
    )?;
    want(
        text("expected") && one["came"].is_string() && text("fix"),
        "no advice",
    )?;
    let left = std::fs::read_dir(world.path()).unwrap().count();
    // The project, the plugin, and what `writes-beside` writes.
    want(left <= 3, "files are left")
}

fn a_plugin_without_fault_passes_all() {
    let world = World::new(300);
    let exe = world.plugin("");
    let (code, report) = world.test(&exe, &["--project", "project", "--level", "2"]);
    assert_eq!(checks(&report, "failed"), Vec::<&serde_json::Value>::new());
    assert_eq!(checks(&report, "skipped"), Vec::<&serde_json::Value>::new());
    assert_eq!(code, 0);
    assert_eq!(report["plugin"]["name"], "texts");
}

fn each_check_can_fail() {
    let found: BTreeSet<&str> = FAULTS.iter().map(|(_, check, ..)| *check).collect();
    let all: BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
    assert_eq!(found, all);
}
