//! Hanging, being silent, and being cancelled.

use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wasmrun::error::{Code, Exit};
use wasmrun::plugin::Failure;

use super::kit::World;
use super::time;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![time:
        a_hang,
        a_hang_that_ignores_cancel,
        a_hang_that_ignores_term,
        a_stopped_process,
        silence,
        a_pong_and_standard_error_are_signs_of_life,
        talking_does_not_extend_the_deadline,
        a_slow_detect,
        a_cancelled_build_that_answers,
        a_cancelled_build_that_does_not_answer,
        a_cancelled_hello,
        a_plugin_that_stays_after_shutdown,
    ]
}

const SHORT: Duration = Duration::from_millis(300);

pub(crate) fn a_hang() {
    let mut world = World::new("child-in-a-hang");
    world.launch.limits.build = SHORT;
    world.fault(Code::Deadline);
}

pub(crate) fn a_hang_that_ignores_cancel() {
    let mut world = World::new("hang-though-polite");
    world.launch.limits.build = SHORT;
    world.fault(Code::Deadline);
}

pub(crate) fn a_hang_that_ignores_term() {
    let mut world = World::new("hang-ignores-term");
    world.launch.limits.build = SHORT;
    world.fault(Code::Deadline);
}

pub(crate) fn a_stopped_process() {
    let mut world = World::new("stopped");
    world.launch.limits.build = SHORT;
    world.fault(Code::Deadline);
}

pub(crate) fn silence() {
    let mut world = World::new("silent");
    world.launch.limits.idle = SHORT;
    let error = world.fault(Code::IdleTimeout);
    assert_eq!(error.exit(), Exit::Timeout);
    assert!(error.message().contains("was silent for 300 ms"), "{error}");
}

pub(crate) fn a_pong_and_standard_error_are_signs_of_life() {
    // Eight lines, a tenth of a second apart.
    let mut world = World::new("talks-on-stderr");
    world.launch.limits.idle = Duration::from_millis(600);
    world.works();
    // It answers pings, so that the end comes from the other limit.
    let mut world = World::new("silent-but-pongs");
    world.launch.limits.idle = SHORT;
    world.launch.limits.build = SHORT * 5;
    world.fault(Code::Deadline);
}

pub(crate) fn talking_does_not_extend_the_deadline() {
    let mut world = World::new("talks-for-ever");
    world.launch.limits.build = SHORT;
    world.fault(Code::Deadline);
    assert!(!world.logs().is_empty());
}

pub(crate) fn a_slow_detect() {
    let mut world = World::new("slow-detect");
    world.launch.limits.detect = SHORT;
    let mut session = world.start().unwrap();
    let found = session.detect(&world.project(), &mut |_| (), &world.cancel);
    assert!(matches!(found, Err(Failure::Fault(error)) if error.code() == Code::Deadline));
    assert!(!session.is_alive());
    world.assert_clean();
}

fn cancelled_soon(world: &mut World) {
    world.cancel = world.cancel.clone().with_limit(Some(SHORT));
}

pub(crate) fn a_cancelled_build_that_answers() {
    let mut world = World::new("polite");
    world.launch.limits.cancel_grace = Duration::from_secs(60);
    let mut session = world.start().unwrap();
    cancelled_soon(&mut world);
    assert_eq!(world.ask(&mut session).unwrap_err(), Failure::Cancelled);
    // It can be asked again.
    assert!(session.is_alive());
    let found = session.detect(
        &world.project(),
        &mut |_| (),
        &wasmrun::process::Cancel::new(),
    );
    assert!(found.unwrap().is_some());
    world.end(session).unwrap();
    world.assert_clean();
    assert!(world.faults().is_empty(), "to be cancelled is no fault");
}

pub(crate) fn a_cancelled_build_that_does_not_answer() {
    for fault in [
        "no-result",
        "hang-though-polite",
        "hang-ignores-term",
        "child-in-a-hang",
    ] {
        let mut world = World::new(fault);
        let mut session = world.start().unwrap();
        cancelled_soon(&mut world);
        assert_eq!(
            world.ask(&mut session).unwrap_err(),
            Failure::Cancelled,
            "{fault}"
        );
        assert!(!session.is_alive());
        world.assert_clean();
    }
}

pub(crate) fn a_cancelled_hello() {
    let mut world = World::new("no-hello");
    cancelled_soon(&mut world);
    assert!(matches!(world.start(), Err(Failure::Cancelled)));
    world.assert_clean();
}

pub(crate) fn a_plugin_that_stays_after_shutdown() {
    let mut world = World::new("stays-after-shutdown");
    let started = Instant::now();
    world.works();
    assert!(started.elapsed() < Duration::from_secs(50));
    assert!(world.logs()[0].contains("did not end when it was told to"));
}
