//! Ending a build in the middle.

#![cfg(unix)]

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use plugin_protocol::{CancelReason, HostFrame, Profile, Status};
use serde_json::json;

use crate::driver::build_frame;
use crate::world::World;

/// Writes its process's number and that of a child, and then takes its time.
const SLOW: &str = "import { spawn } from 'node:child_process'; import fs from 'node:fs';\
    export default class { async afterParse() {\
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300000)'], {detached: true});\
    fs.writeFileSync('pids.new', `${process.pid} ${child.pid}`); fs.renameSync('pids.new', 'pids');\
    await new Promise(done => setTimeout(done, 300000)); } }\n";

#[test]
fn nothing_is_left_of_a_cancelled_build() {
    let files = [
        ("index.ts", "export const A: i32 = 1;\n"),
        ("slow.mjs", SLOW),
    ];
    let Some(world) = World::new("slow", &files) else {
        return;
    };
    let mut plugin = world.plugin();
    let id = plugin.number();
    let options = json!({"flags": "--transform ./slow.mjs"});
    plugin.say(&build_frame(id, &world.request(Profile::Release, options)));
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
    let pids = fs::read_to_string(&pids).unwrap();
    for pid in pids.split(' ') {
        let there = Command::new("kill").args(["-0", pid]).output().unwrap();
        assert!(!there.status.success(), "{pid} still runs");
    }
    // The next one works.
    plugin
        .build(&world.request(Profile::Release, json!({})))
        .good();
}
