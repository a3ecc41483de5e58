//! Hello, and what comes when it should not.

use std::time::Duration;

use libtest_mimic::Trial;
use wasmrun::error::{Code, Exit};
use wasmrun::plugin::Failure;

use super::conversation;
use super::kit::World;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![conversation:
        a_plugin_without_fault_builds,
        no_hello,
        a_hello_that_takes_its_time,
        a_hello_that_takes_too_long,
        another_version,
        something_that_is_no_plugin,
        nothing_at_all,
        a_hello_that_is_cut_or_wrong,
        a_hello_with_another_key,
        two_results,
        events_after_the_result,
        a_result_for_another_request,
        no_result,
        each_operation,
        results_without_what_was_asked,
        the_plugins_own_words,
    ]
}

pub(crate) fn a_plugin_without_fault_builds() {
    let mut world = World::new("");
    let report = world.works();
    assert_eq!(report.artifacts[0].sha256.as_ref().unwrap().len(), 64);
    assert!(report.inputs.is_none());
    assert!(world.events.is_empty() && world.faults().is_empty());
    world.set_fault("inputs");
    let inputs = world.works().inputs.unwrap();
    assert_eq!(inputs.files, ["fault"]);
}

pub(crate) fn no_hello() {
    let mut world = World::new("no-hello");
    world.launch.limits.hello = Duration::from_millis(200);
    let Err(Failure::Fault(error)) = world.build() else {
        panic!("no fault")
    };
    assert_eq!(
        (error.code(), error.exit()),
        (Code::HelloTimeout, Exit::Timeout)
    );
    assert_eq!(
        error.message(),
        "the plugin `faulty` did not say hello within 200 ms"
    );
    world.assert_clean();
}

pub(crate) fn a_hello_that_takes_its_time() {
    World::new("slow-hello").works();
}

pub(crate) fn a_hello_that_takes_too_long() {
    let mut world = World::new("slow-hello");
    world.launch.limits.hello = Duration::from_millis(50);
    assert!(
        matches!(world.build(), Err(Failure::Fault(error)) if error.code() == Code::HelloTimeout)
    );
    world.assert_clean();
}

pub(crate) fn another_version() {
    let error = World::new("newer-version").fault(Code::VersionMismatch);
    assert!(error.message().contains("speaks version 99"), "{error}");
    assert!(
        error.help_text().unwrap().starts_with("update wasmrun"),
        "{error}"
    );
    let error = World::new("older-version").fault(Code::VersionMismatch);
    assert!(
        error
            .help_text()
            .unwrap()
            .contains("wasmrun plugin update faulty"),
        "{error}"
    );
}

pub(crate) fn something_that_is_no_plugin() {
    let error = World::new("ends-before-hello").fault(Code::Crashed);
    assert!(
        error
            .message()
            .contains("ended with exit code 2 before its hello"),
        "{error}"
    );
    assert!(
        error.to_string().contains("usage: not-a-plugin FILE"),
        "{error}"
    );
}

pub(crate) fn nothing_at_all() {
    let mut world = World::new("");
    let good = world.launch.exe.clone();
    world.launch.exe = "/no/such/plugin".into();
    let Err(Failure::Fault(error)) = world.build() else {
        panic!("no fault")
    };
    assert_eq!(error.code(), Code::SpawnFailed);
    assert!(error.causes()[0].contains("/no/such/plugin"), "{error}");
    world.launch.exe = good;
    world.works();
}

pub(crate) fn a_hello_that_is_cut_or_wrong() {
    World::new("hello-cut").fault(Code::TruncatedFrame);
    World::new("hello-wrong").fault(Code::BadFrame);
}

pub(crate) fn a_hello_with_another_key() {
    let mut world = World::new("hello-from-another");
    world.launch.limits.hello = Duration::from_millis(500);
    assert!(
        matches!(world.build(), Err(Failure::Fault(error)) if error.code() == Code::HelloTimeout)
    );
    world.assert_clean();
}

pub(crate) fn two_results() {
    let mut world = World::new("two-results");
    let mut session = world.start().unwrap();
    for _ in 0..3 {
        assert_eq!(world.ask(&mut session).unwrap().artifacts.len(), 1);
    }
    world.end(session).unwrap();
    world.assert_clean();
}

pub(crate) fn events_after_the_result() {
    let mut world = World::new("events-after-result");
    let mut session = world.start().unwrap();
    for _ in 0..3 {
        assert_eq!(world.ask(&mut session).unwrap().artifacts.len(), 1);
    }
    world.end(session).unwrap();
    assert!(world.events.is_empty(), "{:?}", world.events);
    world.assert_clean();
}

pub(crate) fn a_result_for_another_request() {
    let mut world = World::new("another-id");
    world.launch.limits.build = Duration::from_millis(500);
    world.fault(Code::Deadline);
}

pub(crate) fn no_result() {
    let mut world = World::new("no-result");
    world.launch.limits.build = Duration::from_millis(500);
    let error = world.fault(Code::Deadline);
    assert_eq!(error.exit(), Exit::Timeout);
    assert!(
        error
            .message()
            .contains("took longer than 500 ms to `build`"),
        "{error}"
    );
}

pub(crate) fn each_operation() {
    let mut world = World::new("");
    let mut session = world.start().unwrap();
    let (project, cancel) = (world.project(), world.cancel.clone());
    let mut quiet = |_| ();
    assert_eq!(session.info(&mut quiet, &cancel).unwrap().name, "faulty");
    let found = session.detect(&project, &mut quiet, &cancel).unwrap();
    assert_eq!(found.unwrap().score, 70);
    assert_eq!(
        session.check(&project, &mut quiet, &cancel).unwrap()[0].name,
        "x"
    );
    session.validate(&project, &mut quiet, &cancel).unwrap();
    assert_eq!(
        session.clean(&project, true, &mut quiet, &cancel).unwrap(),
        ["target"]
    );
    world.ask(&mut session).unwrap();
    world.end(session).unwrap();
    world.assert_clean();
}

pub(crate) fn results_without_what_was_asked() {
    let mut world = World::new("detect-without-match");
    let mut session = world.start().unwrap();
    let found = session.detect(&world.project(), &mut |_| (), &world.cancel);
    assert!(matches!(found, Err(Failure::Fault(error)) if error.code() == Code::BadFrame));
    world.set_fault("validate-unknown");
    let mut session = world.start().unwrap();
    session
        .validate(&world.project(), &mut |_| (), &world.cancel)
        .unwrap();
}

pub(crate) fn the_plugins_own_words() {
    let mut world = World::new("fails-silently");
    assert_eq!(world.build().unwrap_err(), Failure::Failed);
    let diagnostic = world.diagnostics()[0];
    assert!(diagnostic.message.contains("did not say why"));
    assert_eq!(diagnostic.notes, ["main.x:3: it is wrong"]);
    world.set_fault("lacks-a-tool");
    let Err(Failure::Error(error)) = world.build() else {
        panic!("no error")
    };
    assert_eq!(wasmrun::error::Error::from(error).exit(), Exit::Missing);
    for fault in ["cancels-by-itself", "unknown-status"] {
        world.set_fault(fault);
        assert!(matches!(world.build(), Err(Failure::Error(_))), "{fault}");
    }
    world.assert_clean();
}
