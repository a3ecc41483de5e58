//! How long one build through a plugin takes, from its start to its end: the
//! time of the host, the protocol and a process. `cargo bench --bench plugin --
//! EXE [ROUNDS]`; the plugin and the project are those of
//! `plugin-protocol/examples/copy.rs`. Prints JSON, times in milliseconds.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use plugin_protocol::BuildRequest;
use wasmrun::plugin::bridge::{Confinement, Launch, Session, writable};
use wasmrun::process::Cancel;

const MODULE: &[u8] = b"\0asm\x01\0\0\0";

fn main() {
    let mut args = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"));
    let Some(exe) = args.next() else {
        return;
    };
    let exe = std::path::absolute(exe).unwrap();
    let rounds: usize = args.next().map_or(200, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let [project, stage] = ["p", "s"].map(|name| folder.path().join(name));
    for folder in [&project, &stage] {
        std::fs::create_dir(folder).unwrap();
    }
    std::fs::write(project.join("module.wasm"), MODULE).unwrap();
    let mut launch = Launch::new("copy", exe.clone(), &project);
    let request = BuildRequest::new(&project, "app", &stage);
    let mut results = Vec::new();
    for confined in [false, true] {
        if confined {
            launch.confinement = Confinement::to(writable(&project, &[], &[]));
        }
        let mut phases: [Vec<Duration>; 4] = Default::default();
        for _ in 0..rounds {
            let [start, cancel] = [Cancel::new(), Cancel::new()];
            let begin = Instant::now();
            let mut session = Session::start(launch.clone(), &mut |_| (), &start).unwrap();
            let hello = begin.elapsed();
            session.build(&request, &mut |_| (), &cancel).unwrap();
            let result = begin.elapsed();
            session.end(&mut |_| ()).unwrap();
            for (phase, time) in phases.iter_mut().zip([hello, result, begin.elapsed()]) {
                phase.push(time);
            }
            // The least that there is: the same process, without a word.
            let begin = Instant::now();
            Command::new(&exe).stderr(Stdio::null()).status().unwrap();
            phases[3].push(begin.elapsed());
        }
        let [hello, result, end, bare] = phases.map(median);
        results.push(serde_json::json!({
            "confined": launch.confinement.is_effective(),
            "hello": hello, "result": result, "end": end, "bare_process": bare,
        }));
    }
    let _ = writeln!(std::io::stdout(), "{}", serde_json::Value::from(results));
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
