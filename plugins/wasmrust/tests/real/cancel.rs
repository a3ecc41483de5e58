//! Ending a build in the middle.

#![cfg(unix)]

use std::fs;
use std::time::{Duration, Instant};

use plugin_protocol::{CancelReason, HostFrame, Profile, Status};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::json;

use crate::driver::{Session, build_frame};
use crate::world::{World, compiler};

/// The build script writes its process's number and then takes its time, as do
/// cargo above it and a child below it.
const SLOW: &str = "use std::{fs, process};\nfn main() {\n    \
    let child = process::Command::new(\"sleep\").arg(\"300\").spawn().unwrap();\n    \
    fs::write(\"pids.new\", format!(\"{} {}\", process::id(), child.id())).unwrap();\n    \
    fs::rename(\"pids.new\", \"pids\").unwrap();\n    \
    std::thread::sleep(std::time::Duration::from_secs(300));\n}\n";

/// A build in whose middle all run.
fn slow() -> Option<(World, Session, u64)> {
    compiler()?;
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
    let start = Instant::now();
    while !world.project().join("pids").exists() {
        assert!(
            start.elapsed() < Duration::from_secs(300),
            "it never started"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Some((world, plugin, id))
}

fn running(world: &World) -> Vec<Pid> {
    let pids = fs::read_to_string(world.project().join("pids")).unwrap();
    let pids = pids.split(' ').map(|pid| pid.parse().unwrap());
    let pids = pids.map(|pid| Pid::from_raw(pid).unwrap());
    pids.filter(|pid| test_kill_process(*pid).is_ok()).collect()
}

#[test]
fn nothing_is_left_of_a_cancelled_build() {
    let Some((world, mut plugin, id)) = slow() else {
        return;
    };
    assert_eq!(running(&world).len(), 2);
    plugin.say(&HostFrame::Cancel {
        target: id,
        reason: CancelReason::User,
    });
    assert_eq!(plugin.answer(id).result.status, Status::Cancelled);
    assert_eq!(running(&world), []);
    // The next one works.
    world.write("build.rs", "fn main() {}");
    let request = world.request(Profile::Debug, json!({}));
    plugin.build(&request).good();
}

#[test]
fn nothing_is_left_when_the_plugin_is_told_to_end() {
    let Some((world, plugin, _)) = slow() else {
        return;
    };
    // SIGTERM to the plugin alone.
    let id = Pid::from_raw(plugin.child.id() as i32).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    drop(plugin);
    assert_eq!(running(&world), []);
}
