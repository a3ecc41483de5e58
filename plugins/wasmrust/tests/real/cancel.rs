//! Ending a build in the middle.

#![cfg(unix)]

use std::fs;
use std::time::{Duration, Instant};

use plugin_protocol::{CancelReason, HostFrame, Profile, Status};
use rustix::process::{Pid, test_kill_process};
use serde_json::json;

use crate::driver::build_frame;
use crate::world::{World, compiler};

/// The build script writes its process's number and then takes its time, as do
/// cargo above it and a child below it.
const SLOW: &str = "use std::{fs, process};\nfn main() {\n    \
    let child = process::Command::new(\"sleep\").arg(\"300\").spawn().unwrap();\n    \
    fs::write(\"pids.new\", format!(\"{} {}\", process::id(), child.id())).unwrap();\n    \
    fs::rename(\"pids.new\", \"pids\").unwrap();\n    \
    std::thread::sleep(std::time::Duration::from_secs(300));\n}\n";

#[test]
fn nothing_is_left_of_a_cancelled_build() {
    if compiler().is_none() {
        return;
    }
    let manifest = "[package]\nname = \"slow\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let files = [
        ("Cargo.toml", manifest),
        ("build.rs", SLOW),
        ("src/main.rs", "fn main() {}"),
    ];
    let world = World::new("slow", &files);
    let mut plugin = world.plugin();
    let id = plugin.number();
    plugin.say(&build_frame(id, &world.request(Profile::Debug, json!({}))));
    let pids = world.project().join("pids");
    let start = Instant::now();
    while !pids.exists() {
        assert!(
            start.elapsed() < Duration::from_secs(300),
            "it never started"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    plugin.say(&HostFrame::Cancel {
        target: id,
        reason: CancelReason::User,
    });
    assert_eq!(plugin.answer(id).result.status, Status::Cancelled);
    for pid in fs::read_to_string(&pids).unwrap().split(' ') {
        let pid = Pid::from_raw(pid.parse().unwrap()).unwrap();
        assert!(test_kill_process(pid).is_err(), "{pid:?} still runs");
    }
    // The next one works.
    world.write("build.rs", "fn main() {}");
    let request = world.request(Profile::Debug, json!({}));
    plugin.build(&request).good();
}
