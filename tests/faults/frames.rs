//! What is on standard output, and how much of it.

use libtest_mimic::Trial;
use wasmrun::error::Code;
use wasmrun::plugin::Failure;

use super::frames;
use super::kit::World;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![frames:
        frames_in_any_dress,
        noise_before_and_between_frames,
        noise_inside_a_frame,
        lines_that_are_no_frames,
        a_line_of_two_megabytes_fails_its_request_alone,
        a_line_of_noise_of_two_megabytes,
        unknown_frames,
        the_last_line_has_no_end,
        much_of_everything_in_little_memory,
        both_outputs_at_once,
    ]
}

pub(crate) fn frames_in_any_dress() {
    for fault in ["byte-by-byte", "crlf", "bom", "blank-lines"] {
        let mut world = World::new(fault);
        world.works();
        assert!(world.events.is_empty(), "{fault}: {:?}", world.events);
    }
}

pub(crate) fn noise_before_and_between_frames() {
    for (fault, line) in [
        ("noise-before-hello", "Loading..."),
        ("noise-between", "compiling 17 files"),
        ("noise-not-utf8", "\u{fffd}\u{fffd}"),
    ] {
        let mut world = World::new(fault);
        world.works();
        let logs = world.logs();
        assert!(
            logs[0].contains("prints to standard output"),
            "{fault}: {logs:?}"
        );
        assert!(
            logs.iter().any(|log| log.contains(line)),
            "{fault}: {logs:?}"
        );
        assert!(!logs.iter().any(|log| log.contains('\u{1b}')), "{logs:?}");
    }
}

pub(crate) fn noise_inside_a_frame() {
    let error = World::new("noise-inside").fault(Code::BadFrame);
    assert!(error.to_string().contains("warning: something"), "{error}");
}

pub(crate) fn lines_that_are_no_frames() {
    for fault in ["bad-frame", "key-elsewhere", "key-not-utf8", "deep-frame"] {
        World::new(fault).fault(Code::BadFrame);
    }
}

pub(crate) fn a_line_of_two_megabytes_fails_its_request_alone() {
    let mut world = World::new("long-frame");
    let mut session = world.start().unwrap();
    for _ in 0..2 {
        let Err(Failure::Fault(error)) = world.ask(&mut session) else {
            panic!("no fault")
        };
        assert_eq!(error.code(), Code::FrameTooLong);
        assert!(session.is_alive());
    }
    let found = session.detect(&world.project(), &mut |_| (), &world.cancel);
    assert_eq!(found.unwrap().unwrap().score, 70);
    world.end(session).unwrap();
    world.fault(Code::FrameTooLong);
}

pub(crate) fn a_line_of_noise_of_two_megabytes() {
    World::new("long-noise").works();
}

pub(crate) fn unknown_frames() {
    let mut world = World::new("unknown-frames");
    world.works();
    assert!(world.events.is_empty());
}

pub(crate) fn the_last_line_has_no_end() {
    let error = World::new("unterminated").fault(Code::TruncatedFrame);
    assert!(
        error.to_string().contains("ended with exit code 0"),
        "{error}"
    );
    let error = World::new("unterminated-crash").fault(Code::Crashed);
    assert!(error.message().contains("SIGABRT"), "{error}");
}

/// A hundred megabytes of standard error, twenty of the rest. The peak is that of the whole test program.
pub(crate) fn much_of_everything_in_little_memory() {
    for fault in [
        "much-stderr",
        "one-line-of-stderr",
        "many-frames",
        "much-noise",
    ] {
        let mut world = World::alone(fault);
        let before = peak();
        let mut session = world.start().unwrap();
        let (request, mut events) = (world.request(), 0_u64);
        session
            .build(&request, &mut |_| events += 1, &world.cancel)
            .unwrap();
        world.end(session).unwrap();
        world.assert_clean();
        // The kernel counts roughly: its peak may seem to fall a little.
        let more = peak().saturating_sub(before);
        assert!(more < 40_000, "{fault}: {more} KiB for {events} events");
    }
}

pub(crate) fn both_outputs_at_once() {
    World::new("both-at-once").works();
}

/// The most memory that this program has had, in KiB; 0 where nobody tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_ascii_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
