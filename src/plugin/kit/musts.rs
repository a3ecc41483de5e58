/// A rule of `docs/plugin-protocol.md`, and who sees to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Must {
    /// Its id there.
    pub id: &'static str,
    /// The anchor of the section that it stands in.
    pub section: &'static str,
    /// The checks of the kit, by name, when it binds the plugin.
    pub checks: &'static [&'static str],
    /// The tests of the host as `file::function`, when it binds the host.
    pub host: &'static [&'static str],
}

impl Must {
    /// The rule with this id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        MUSTS.iter().find(|must| must.id == id)
    }

    /// Where it can be read.
    #[must_use]
    pub fn document(&self) -> String {
        format!("docs/plugin-protocol.md#{}", self.section)
    }
}

macro_rules! musts {
    ($($section:literal { $($id:literal: [$($check:literal),*] $(host [$($test:literal),*])?;)* })*) => {
        &[$($(Must {
            id: $id,
            section: $section,
            checks: &[$($check),*],
            host: &[$($($test),*)?],
        }),*),*]
    };
}

/// All rules, in the order of the document.
pub static MUSTS: &[Must] = musts! {
    "start" {
        "P-START-1": [] host ["tests/kit/host.rs::what_the_host_writes"];
        "P-START-2": ["explains-itself"];
        "P-START-3": ["starts-anywhere", "read-only-project"];
    }
    "frames" {
        "P-FRAME-1": ["whole-frames", "byte-by-byte", "crlf"];
        "P-FRAME-2": [] host ["tests/faults/frames.rs::frames_in_any_dress"];
        "P-FRAME-3": ["frame-of-48-kib"]
            host ["plugin-protocol/tests/protocol/framing.rs::a_host_frame_over_its_limit_is_not_written",
                  "src/plugin/bridge/build.rs::what_is_too_long_for_a_frame_goes_through_a_file"];
        "P-FRAME-4": ["frames-fit"]
            host ["plugin-protocol/tests/protocol/framing.rs::the_longest_frame_fits_and_a_byte_more_does_not"];
        "P-FRAME-5": [] host ["tests/faults/frames.rs::a_line_of_two_megabytes_fails_its_request_alone"];
        "P-FRAME-6": [] host ["tests/faults/frames.rs::the_last_line_has_no_end"];
        "P-FRAME-7": [] host ["tests/kit/host.rs::what_the_host_writes"];
        "P-FRAME-8": ["standard-error"]
            host ["tests/faults/frames.rs::both_outputs_at_once",
                  "tests/faults/frames.rs::much_of_everything_in_little_memory"];
        "P-FRAME-9": ["unknown-fields", "unknown-reason", "options-file"]
            host ["tests/faults/frames.rs::unknown_frames"];
    }
    "the-session-key" {
        "P-KEY-1": ["any-key", "nothing-but-frames"];
        "P-KEY-2": [] host ["tests/faults/frames.rs::noise_before_and_between_frames"];
        "P-KEY-3": [] host ["tests/faults/frames.rs::lines_that_are_no_frames"];
    }
    "hello" {
        "P-HELLO-1": [] host ["tests/kit/host.rs::what_the_host_writes"];
        "P-HELLO-2": ["says-hello", "chooses-version"];
        "P-HELLO-3": ["other-version"] host ["tests/faults/conversation.rs::another_version"];
        "P-HELLO-4": ["waits-for-hello"]
            host ["tests/faults/conversation.rs::a_hello_that_takes_too_long"];
        "P-HELLO-5": ["hello-fields"]
            host ["plugin-protocol/tests/protocol/schema.rs::the_schema_in_the_repository_is_that_of_the_types"];
    }
    "requests-and-results" {
        "P-REQ-1": [] host ["tests/kit/host.rs::what_the_host_writes"];
        "P-REQ-2": ["one-result", "unreadable-request"];
        "P-REQ-3": ["events-first"] host ["tests/faults/conversation.rs::events_after_the_result"];
        "P-REQ-4": ["status-words"] host ["tests/faults/conversation.rs::the_plugins_own_words"];
        "P-REQ-5": ["failed-says-why"];
        "P-REQ-6": ["errors"];
        "P-REQ-7": ["unknown-operation", "unknown-frames"];
        "P-REQ-8": ["as-many-as-it-says"] host ["tests/kit/host.rs::what_the_host_writes"];
        "P-REQ-9": ["paths", "odd-path", "other-folder"];
    }
    "operations" {
        "P-INFO-1": ["says-hello"];
        "P-DETECT-1": ["detects", "detects-nothing"];
        "P-DETECT-2": ["looks-and-leaves"];
        "P-DETECT-3": [] host ["tests/faults/builder.rs::detection_starts_nothing"];
        "P-CHECK-1": ["tells-what-is-missing", "words"];
        "P-CHECK-2": ["looks-and-leaves"];
        "P-VALIDATE-1": ["validate-agrees"];
        "P-BUILD-1": ["builds", "module-or-not-ok"]
            host ["tests/faults/artifacts.rs::what_is_told_has_to_be_true"];
        "P-BUILD-2": ["writes-into-the-stage"];
        "P-BUILD-3": ["locked"];
        "P-BUILD-4": ["inputs-file", "key-follows-inputs", "all-inputs"]
            host ["tests/faults/artifacts.rs::a_list_of_inputs_has_to_be_one"];
        "P-BUILD-5": ["tools", "all-variables"];
        "P-BUILD-6": ["uncacheable"];
        "P-BUILD-7": ["without-changed"];
        "P-CLEAN-1": ["clean", "dry-clean"];
    }
    "events" {
        "P-DIAG-1": ["diagnostics"];
        "P-DIAG-2": ["positions"];
        "P-DIAG-3": ["paths"];
        "P-ART-1": ["true-artifacts", "words"];
        "P-ART-2": ["true-artifacts", "paths"]
            host ["tests/faults/artifacts.rs::what_is_told_has_to_be_true"];
        "P-ART-3": ["artifacts-stay"];
        "P-ART-4": [] host ["tests/faults/artifacts.rs::what_is_told_has_to_be_true",
                            "tests/faults/artifacts.rs::what_is_changed_after_the_report_is_seen"];
        "P-ART-5": ["no-content"];
    }
    "control" {
        "P-CANCEL-1": ["cancel", "deadline"];
        "P-CANCEL-2": ["cancel-of-nothing"];
        "P-CANCEL-3": ["cancel-ends-tools"];
        "P-PING-1": ["ping", "ping-in-a-build"];
        "P-END-1": ["shutdown"] host ["tests/faults/conversation.rs::a_plugin_without_fault_builds"];
        "P-END-2": ["eof-in-a-build", "terminated"];
        "P-END-3": ["eof"];
        "P-END-4": ["leaves-no-process"] host ["tests/faults/processes.rs::a_process_that_is_left"];
    }
    "levels" {
        "P-LEVEL-1": ["level"] host ["tests/kit/host.rs::who_does_not_hear_is_not_told"];
        "P-LEVEL-2": ["many-builds"];
    }
    "errors" {
        "P-ERR-1": ["errors"];
        "P-ERR-2": ["errors"];
        "P-ERR-3": ["errors"];
    }
    "time" {
        "P-TIME-1": [] host ["tests/faults/time.rs::talking_does_not_extend_the_deadline"];
        "P-TIME-2": [] host ["tests/faults/time.rs::a_cancelled_build_that_does_not_answer",
                             "tests/faults/time.rs::a_hang_that_ignores_term"];
        "P-TIME-3": [] host ["tests/faults/processes.rs::a_fork_storm",
                             "tests/faults/processes.rs::a_session_that_is_dropped"];
    }
    "environment" {
        "P-ENV-1": [] host ["tests/faults/surroundings.rs::the_environment_is_what_was_given"];
        "P-ENV-2": [] host ["tests/faults/surroundings.rs::the_environment_is_what_was_given"];
        "P-ENV-3": ["path-alone"];
        "P-ENV-4": ["refused-file"] host ["tests/faults/surroundings.rs::writes_stay_where_builds_belong"];
    }
    "the-manifest" {
        "P-MANIFEST-1": ["manifest"];
        "P-MANIFEST-2": ["names-itself"];
        "P-MANIFEST-3": ["manifest"];
        "P-MANIFEST-4": ["manifest"];
    }
};
