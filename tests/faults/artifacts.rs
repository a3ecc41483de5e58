//! Artifacts that are not what the plugin says.

use std::time::Duration;

use libtest_mimic::Trial;
use wasmrun::error::Code;
use wasmrun::plugin::artifact;

use super::artifacts;
use super::kit::World;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![artifacts:
        what_is_told_has_to_be_true,
        what_is_changed_after_the_report_is_seen,
        a_list_of_inputs_has_to_be_one,
    ]
}

pub(crate) fn what_is_told_has_to_be_true() {
    for (fault, why) in [
        ("no-artifact", "made no WebAssembly module"),
        ("only-js", "made no WebAssembly module"),
        ("missing-artifact", "is not there"),
        ("outside", "is not a path inside the stage"),
        ("absolute", "is not a path inside the stage"),
        ("symlink", "is a symbolic link"),
        ("symlink-folder", "is a symbolic link"),
        ("folder", "is not a regular file"),
        ("not-wasm", "is not WebAssembly"),
        ("wrong-size", "has 8 bytes, and not 9"),
        ("wrong-hash", "has another SHA-256"),
        ("changed-before-result", "has 17 bytes, and not 8"),
        ("told-twice", "is told of twice"),
    ] {
        let error = World::new(fault).fault(Code::BadArtifact);
        assert!(error.message().contains(why), "{fault}: {error}");
    }
}

pub(crate) fn what_is_changed_after_the_report_is_seen() {
    let mut world = World::new("changed-after-result");
    let mut session = world.start().unwrap();
    // The plugin may be quicker than the host: then the host sees it here, as
    // the plugin told no hash, as another file of the same size. So the report
    // is taken from a build without the fault.
    world.set_fault("");
    let mut honest = world.start().unwrap();
    let report = world.ask(&mut honest).unwrap();
    world.end(honest).unwrap();
    let stage = world.stage();
    assert!(artifact::read(&report.artifacts[0], &stage).is_ok());
    let _ = world.ask(&mut session);
    let done = world.project().join("changed");
    while !done.exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let error = artifact::read(&report.artifacts[0], &stage).unwrap_err();
    assert_eq!(error, "has another SHA-256 than the builder said");
    world.end(session).unwrap();
    world.assert_clean();
}

pub(crate) fn a_list_of_inputs_has_to_be_one() {
    for fault in ["inputs-outside", "inputs-rubbish"] {
        let error = World::new(fault).fault(Code::BadArtifact);
        assert!(
            error.message().contains("the list of inputs"),
            "{fault}: {error}"
        );
    }
}
