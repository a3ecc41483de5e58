//! What the host writes, seen by a plugin that writes it down.

use libtest_mimic::Trial;
use plugin_protocol::{BuildRequest, limits};
use serde_json::Value;
use wasmrun::plugin::bridge::{Launch, Session};
use wasmrun::process::Cancel;

use super::host;
use super::world::World;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![host: what_the_host_writes, who_does_not_hear_is_not_told]
}

/// A plugin that waits before its hello, and notes what has come until then and
/// what comes later. `$1` is its flag.
const LISTENER: &str = r#"#!/bin/sh
echo "flag $1" >>"$NOTES"; pwd >>"$NOTES"
exec 3>&1 1>&2
"#;

fn listen(world: &World, hello: &str, then: &str) -> Launch {
    let notes = world.path().join("notes");
    let script = LISTENER.to_owned()
        + &format!(
            "tee -a \"$NOTES.in\" | {{ IFS= read -r line; sleep 0.3; cp \"$NOTES.in\" \"$NOTES.first\"\n\
             s=${{line#*'\"s\":\"'}}; s=${{s%%'\"'*}}\n\
             printf '{{\"type\":\"hello\",\"s\":\"%s\",\"v\":1,\"name\":\"x\",\"version\":\"1\"{hello}}}\\n' \"$s\" >&3\n\
             while IFS= read -r line; do id=${{line#*'\"id\":'}}; id=${{id%%[!0-9]*}}\n{then}\ndone; }}\n"
        );
    let mut launch = Launch::new("x", world.executable("listener", &script), world.project());
    launch.env = vec![
        ("PATH".into(), std::env::var_os("PATH").unwrap()),
        ("NOTES".into(), notes.into()),
    ];
    launch
}

pub(crate) fn what_the_host_writes() {
    let world = World::new(0);
    let answer = "printf '{\"type\":\"result\",\"s\":\"%s\",\"id\":%s,\"status\":\"ok\",\"match\":null}\\n' \"$s\" \"$id\" >&3";
    let launch = listen(&world, "", answer);
    let (quiet, cancel) = (&mut |_| (), Cancel::new());
    let mut session = Session::start(launch, quiet, &cancel).unwrap();
    let project = world.project();
    session.detect(&project, quiet, &cancel).unwrap();
    session.validate(&project, quiet, &cancel).unwrap();
    session.clean(&project, true, quiet, &cancel).unwrap();
    let mut request = BuildRequest::new(&project, "app", world.path());
    request.options.insert("a".into(), "b \" c".into());
    // It says ok without an artifact, which is another test's.
    assert!(session.build(&request, quiet, &cancel).is_err());
    let _ = session.end(quiet);
    let read = |name: &str| std::fs::read_to_string(world.path().join(name)).unwrap();
    let start = format!(
        "flag --wasmrun-plugin\n{}\n",
        project.canonicalize().unwrap().display()
    );
    assert_eq!(read("notes"), start);
    let (first, all) = (read("notes.first"), read("notes.in"));
    assert_eq!(first.lines().count(), 1, "{first}");
    assert!(first.starts_with("{\"type\":\"hello\",\"s\":\""));
    let mut ids = Vec::new();
    for line in all.lines() {
        let frame: Value = serde_json::from_str(line).unwrap();
        let kind = frame["type"].as_str().unwrap();
        assert!(line.len() < limits::HOST_FRAME);
        let id = frame["id"].as_u64();
        let second = id.map_or(String::new(), |id| format!(",\"id\":{id}"));
        assert!(
            line.starts_with(&format!("{{\"type\":\"{kind}\"{second}")),
            "{line}"
        );
        assert!(!line.contains("\": ") && !line.contains(", \""), "{line}");
        // Each waits for the result of the one before: never two at a time.
        ids.extend(id);
        if kind == "build" {
            let (_, behind) = line.split_once("\"options\":").unwrap();
            for text in ["project", "name", "profile", "stage", "entry"] {
                assert!(!behind.contains(&format!("\"{text}\":")), "{line}");
            }
        }
    }
    assert!(ids.len() >= 5, "{all}");
    let mut unique = ids.clone();
    unique.dedup();
    assert_eq!(ids, unique);
}

/// Neither `cancel` nor `ping` goes to a plugin that does not list them.
pub(crate) fn who_does_not_hear_is_not_told() {
    let world = World::new(0);
    let mut launch = listen(&world, "", "sleep 60");
    launch.limits.build = std::time::Duration::from_millis(400);
    launch.limits.term_grace = std::time::Duration::from_millis(300);
    let quiet = &mut |_| ();
    let mut session = Session::start(launch, quiet, &Cancel::new()).unwrap();
    let request = BuildRequest::new(world.project(), "app", world.path());
    assert!(session.build(&request, quiet, &Cancel::new()).is_err());
    drop(session);
    let all = std::fs::read_to_string(world.path().join("notes.in")).unwrap();
    let kinds: Vec<String> = all
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(kinds, ["hello", "build"]);
}
