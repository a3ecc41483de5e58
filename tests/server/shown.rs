use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::json;

use super::client::{HELLO, project, wasmrun};

/// The lines of one of a server's streams, as they come.
struct Lines {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    err: BufReader<std::process::ChildStderr>,
}

impl Lines {
    fn out(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    fn err(&mut self) -> String {
        let mut line = String::new();
        self.err.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn plain_lines_tell_what_happens() {
    let folder = project();
    let home = tempfile::tempdir().unwrap();
    let mut command = wasmrun(home.path());
    command.arg("run").arg(folder.path()).args(["--port", "0"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let mut lines = Lines {
        child,
        out: BufReader::new(out),
        err: BufReader::new(err),
    };
    let serving = lines.out();
    assert!(
        serving.starts_with("serving at http://127.0.0.1:"),
        "{serving}"
    );
    let result = lines.out();
    assert!(
        result.contains(".wasm:") && result.contains("first build"),
        "{result}"
    );
    assert_eq!(lines.err(), "detected: WAT (main.wat), built by wat\n");
    fs::write(folder.path().join("main.wat"), "(module").unwrap();
    assert_eq!(lines.err(), "main.wat changed\n");
    let error = lines.err();
    assert!(error.starts_with("error: "), "{error}");
    assert!(
        !error.contains('\u{1b}'),
        "no colour off a terminal: {error:?}"
    );
    let mut line = String::new();
    while !line.contains("is still the last good build") {
        line = lines.err();
        assert_ne!(line, "", "it has ended");
    }
    fs::write(folder.path().join("main.wat"), HELLO).unwrap();
    assert_eq!(lines.err(), "main.wat changed\n");
    let again = lines.out();
    assert!(again.contains("unchanged"), "{again}");
}

/// On a terminal: `script` gives it one.
#[cfg(target_os = "linux")]
#[test]
fn keys_build_and_quit() {
    use std::io::{Read, Write};
    let folder = project();
    let home = tempfile::tempdir().unwrap();
    let line = format!(
        "stty -a; '{}' run '{}' --port 0; echo ended with $?; stty -a",
        env!("CARGO_BIN_EXE_wasmrun"),
        folder.path().display()
    );
    let mut script = std::process::Command::new("script");
    script.args(["-qefc", &line, "/dev/null"]);
    script
        .env("WASMRUN_HOME", home.path())
        .env("TERM", "xterm")
        .env_remove("CI");
    let mut child = script
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut keys, mut out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = String::new();
    let mut until = |what: &str, times: usize| {
        while shown.matches(what).count() < times {
            let mut chunk = [0; 4096];
            let count = out.read(&mut chunk).unwrap_or(0);
            assert_ne!(count, 0, "no {what}: {shown}");
            shown += &String::from_utf8_lossy(&chunk[..count]);
        }
    };
    until("r rebuild, o open, q quit", 1);
    until("first build", 1);
    keys.write_all(b"r").unwrap();
    until("unchanged", 1);
    keys.write_all(b"xr").unwrap();
    until("unchanged", 2);
    keys.write_all(b"q").unwrap();
    until("ended with 0", 1);
    // The terminal is as it was.
    until(" echo ", 2);
    drop(keys);
    child.wait().unwrap();
}

#[test]
fn every_event_has_a_type() {
    let folder = project();
    let mut server = super::client::Server::start(folder.path(), &[]);
    fs::write(
        folder.path().join("main.wat"),
        HELLO.replace("hello", "other"),
    )
    .unwrap();
    server.built();
    let types: Vec<_> = server
        .seen
        .iter()
        .map(|event| event["type"].clone())
        .collect();
    for expected in ["server", "detect", "task", "artifact", "result", "change"] {
        assert!(types.contains(&json!(expected)), "{types:?}");
    }
}
