//! How plugins end: when asked, when the host goes away, and when their own code
//! does not listen. With pipes that block, so that nothing depends on time.
#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

use plugin_protocol::framing::Incoming;
use plugin_protocol::{BuildRequest, CancelReason, HostFrame, PluginFrame, Status};
use tempfile::TempDir;

use super::driver::{Session, example, script};

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn build(id: u64, project: &Path) -> HostFrame {
    let request = BuildRequest::new(project, "x", project);
    HostFrame::Build {
        id,
        request,
        options_file: None,
        deadline_ms: None,
    }
}

/// A project whose `wat2wasm` writes a line to standard output and its id into
/// `pid`, and then never ends.
fn endless_tool() -> (TempDir, Command) {
    let project = tempfile::tempdir().unwrap();
    let tool = project.path().join("wat2wasm");
    let text = "#!/bin/sh\ntrap '' TERM\necho '{\"type\":\"result\",\"id\":1,\"status\":\"ok\"}'\n\
                echo $$ >pid\nexec sleep 1000\n";
    fs::write(&tool, text).unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    pipe(&project.path().join("pid"));
    let mut command = example("tool");
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", project.path().display()));
    (project, command)
}

/// Waits until the tool runs, and returns its process id.
fn tool_id(project: &Path) -> u32 {
    let id = fs::read_to_string(project.join("pid")).unwrap();
    id.trim().parse().unwrap()
}

fn is_running(id: u32) -> bool {
    let script = format!("kill -0 {id} 2>/dev/null");
    Command::new("sh")
        .arg("-c")
        .arg(script)
        .status()
        .unwrap()
        .success()
}

#[test]
fn a_cancelled_build_ends_its_tool_and_the_plugin_goes_on() {
    let (project, command) = endless_tool();
    let (mut session, hello) = Session::greet(command);
    assert!(hello.features.contains(&"cancel".into()));
    session.say(&build(1, project.path()));
    let tool = tool_id(project.path());
    session.say(&HostFrame::Ping { id: 2 });
    assert_eq!(session.hear(), PluginFrame::Pong { id: 2 });
    session.say(&HostFrame::Cancel {
        target: 1,
        reason: CancelReason::User,
    });
    assert_eq!(session.result_of(1).1.status, Status::Cancelled);
    assert!(!is_running(tool));
    session.ok(&HostFrame::Info { id: 3 });
    let (status, rest, errors) = session.end();
    assert!(status.success());
    assert_eq!(rest, Vec::<Incoming>::new());
    // What the tool printed never came near the host.
    assert_eq!(errors, "{\"type\":\"result\",\"id\":1,\"status\":\"ok\"}\n");
}

#[test]
fn the_end_of_input_ends_the_build_and_its_tool() {
    let (project, command) = endless_tool();
    let (mut session, _) = Session::greet(command);
    session.say(&build(1, project.path()));
    let tool = tool_id(project.path());
    let (_, rest, _) = session.end();
    assert!(!is_running(tool));
    assert!(
        matches!(&*rest, [Incoming::Frame(PluginFrame::Result(result))]
            if result.status == Status::Cancelled),
        "{rest:?}"
    );
}

#[test]
fn a_plugin_that_does_not_listen_is_ended_with_its_group() {
    let project = tempfile::tempdir().unwrap();
    fs::write(project.path().join("module.wasm"), vec![0; 1 << 20]).unwrap();
    pipe(&project.path().join("x.wasm"));
    let (mut session, _) = Session::greet(example("copy"));
    session.say(&build(1, project.path()));
    // The copy has begun when this returns. More than a pipe holds, it then waits
    // for a reader that does not read, and cannot be told to stop.
    let output = fs::File::open(project.path().join("x.wasm")).unwrap();
    let (status, rest, _) = session.end();
    assert_eq!(status.signal(), Some(9), "{status}");
    assert_eq!(rest, Vec::<Incoming>::new());
    drop(output);
}

/// A Python build that is in the middle of its source.
fn python_build() -> Option<(TempDir, Session, fs::File)> {
    let project = tempfile::tempdir().unwrap();
    let source = project.path().join("main.hex");
    pipe(&source);
    let (mut session, _) = Session::greet(script("python3", "python/wasmrun-plugin-hex")?);
    session.say(&build(1, project.path()));
    let mut source = OpenOptions::new().write(true).open(source).unwrap();
    source.write_all(b"wrong\n").unwrap();
    assert!(matches!(
        session.hear(),
        PluginFrame::Diagnostic { id: 1, .. }
    ));
    Some((project, session, source))
}

#[test]
fn the_python_plugin_hears_cancel_and_ping_during_a_build() {
    let Some((_project, mut session, mut source)) = python_build() else {
        return;
    };
    session.say(&HostFrame::Cancel {
        target: 1,
        reason: CancelReason::Deadline,
    });
    session.say(&HostFrame::Ping { id: 2 });
    assert_eq!(session.hear(), PluginFrame::Pong { id: 2 });
    source.write_all(b"00\n").unwrap();
    assert_eq!(session.result_of(1).1.status, Status::Cancelled);
    session.ok(&HostFrame::Info { id: 3 });
    assert!(session.end().0.success());
}

#[test]
fn the_python_plugin_ends_with_its_input() {
    let Some((_project, session, source)) = python_build() else {
        return;
    };
    // The source stays open: the build waits for more of it for ever.
    let (status, rest, _) = session.end();
    assert_eq!(status.code(), Some(1), "{status}");
    assert_eq!(rest, Vec::<Incoming>::new());
    drop(source);
}
