//! Faults in what is said: the plugin without a fault runs behind this, which
//! distorts the lines.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write, stdin, stdout};
use std::process::{Command, ExitCode, Stdio, exit};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// Those that are done here.
pub(crate) const FAULTS: &[&str] = &[
    "no-hello",
    "banner",
    "any-version",
    "stays-after-version",
    "other-name",
    "no-features",
    "reads-once",
    "hates-cr",
    "short-buffer",
    "short-key",
    "strict-fields",
    "answers-news",
    "does-everything",
    "hates-whims",
    "drops-unreadable",
    "no-info",
    "no-missing",
    "says-two-takes-one",
    "no-artifact",
    "wrong-size",
    "missing-artifact",
    "outside",
    "content",
    "calls-it-failed",
    "no-pong",
    "deaf-in-builds",
    "drops-cancelled",
    "cancelled-fails",
    "answers-cancel",
    "no-shutdown-result",
    "ends-with-3",
    "ignores-eof",
    "ignores-term",
    "no-inputs-file",
    "split-frame",
    "long-frame",
    "prints",
    "forgets-key",
    "odd-hello",
    "two-results",
    "other-id",
    "late-log",
    "odd-status",
    "silent-failure",
    "no-error",
    "odd-code",
    "host-code",
    "odd-blame",
    "shouts",
    "validate-says-ok",
    "ok-without-module",
    "absolute-file",
    "entry-outside",
    "many-lines",
    "severity-in-message",
    "zero-column",
    "odd-kind",
    "odd-missing",
    "wrong-score",
    "no-name-missing",
];

/// What both directions know.
struct State {
    fault: String,
    key: String,
    offered: Vec<u64>,
    /// What was asked, by its number.
    asked: HashMap<u64, String>,
    /// Which of it has its result.
    done: HashSet<u64>,
}

impl State {
    fn is(&self, id: u64, kind: &str) -> bool {
        self.asked.get(&id).is_some_and(|asked| asked == kind)
    }

    fn builds(&self) -> bool {
        let mut open = self.asked.iter().filter(|(id, _)| !self.done.contains(id));
        open.any(|(_, kind)| kind == "build")
    }
}

type Shared = Arc<Mutex<State>>;

pub(crate) fn main(fault: &str) -> ExitCode {
    if fault == "banner" {
        say("texts 1.2.3, ready\n");
    }
    let own = std::env::current_exe().unwrap();
    let mut inner = Command::new(own)
        .args(["--fault", "", "--wasmrun-plugin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let state = Arc::new(Mutex::new(State {
        fault: fault.to_owned(),
        key: String::new(),
        offered: vec![],
        asked: HashMap::new(),
        done: HashSet::new(),
    }));
    let (input, its) = (inner.stdin.take().unwrap(), Arc::clone(&state));
    std::thread::spawn(move || from_host(input, &its));
    for line in BufReader::new(inner.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        for line in from_plugin(&mut state.lock().unwrap(), &line) {
            say(&line);
        }
    }
    let code = inner.wait().unwrap().code().unwrap_or(1);
    match fault {
        "stays-after-version" | "ignores-eof" | "ignores-term" if code != 9 => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        "ends-with-3" => ExitCode::from(3),
        _ => ExitCode::from(code as u8),
    }
}

fn say(line: &str) {
    let mut out = stdout().lock();
    // The kit may have gone.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

fn from_host(mut inner: impl Write, state: &Shared) {
    let fault = state.lock().unwrap().fault.clone();
    let mut input = BufReader::new(stdin());
    loop {
        let mut line = Vec::new();
        if fault == "reads-once" {
            line = vec![0; 64 * 1024];
            let read = input.get_mut().read(&mut line).unwrap_or(0);
            line.truncate(read);
        } else {
            let _ = input.read_until(b'\n', &mut line);
        }
        if line.is_empty() {
            return;
        }
        let text = String::from_utf8_lossy(&line);
        let dies = match fault.as_str() {
            "reads-once" => !line.ends_with(b"\n"),
            "hates-cr" => text.contains('\r'),
            "short-buffer" => line.len() > 16 * 1024,
            "strict-fields" => text.contains("\"mood\""),
            "hates-whims" => text.contains("\"whim\""),
            _ => false,
        };
        if dies {
            exit(9);
        }
        let frame: Value = serde_json::from_str(&text).unwrap_or_default();
        while fault == "deaf-in-builds" && state.lock().unwrap().builds() {
            std::thread::sleep(Duration::from_millis(5));
        }
        hear(&mut state.lock().unwrap(), &frame);
        let _ = inner.write_all(&line).and_then(|()| inner.flush());
    }
}

/// Notes what was asked.
fn hear(state: &mut State, frame: &Value) {
    let kind = frame["type"].as_str().unwrap_or_default();
    if let Some(id) = frame["id"].as_u64() {
        state.asked.insert(id, kind.to_owned());
    }
    match kind {
        "hello" => {
            state.key = frame["s"].as_str().unwrap_or_default().to_owned();
            let offered = frame["v"].as_array().cloned().unwrap_or_default();
            state.offered = offered.iter().filter_map(Value::as_u64).collect();
        }
        "news" if state.fault == "answers-news" => {
            say(&line(
                state,
                json!({"type": "log", "id": 1, "level": "note", "message": "what?"}),
            ));
        }
        "cancel" if state.fault == "answers-cancel" => {
            let target = &frame["target"];
            say(&line(
                state,
                json!({"type": "result", "id": target, "status": "cancelled"}),
            ));
        }
        _ => {}
    }
}

/// A frame as a line.
fn line(state: &State, mut frame: Value) -> String {
    let key = match state.fault.as_str() {
        "short-key" => state.key.chars().take(16).collect(),
        "forgets-key" if frame["type"] == "artifact" => String::new(),
        _ => state.key.clone(),
    };
    frame["s"] = Value::from(key);
    format!("{frame}\n")
}

/// What is said in the place of a line.
fn from_plugin(state: &mut State, text: &str) -> Vec<String> {
    let mut frame: Value = serde_json::from_str(text).unwrap();
    let id = frame["id"].as_u64().unwrap_or_default();
    let mut said = match frame["type"].as_str().unwrap_or_default() {
        "hello" => hello(state, &mut frame),
        "artifact" => artifact(state, &mut frame),
        "diagnostic" => diagnostic(state, &mut frame),
        "result" => result(state, &mut frame),
        "pong" if state.fault == "no-pong" => return vec![],
        "log" if state.fault == "late-log" => return vec![],
        _ => vec![frame.clone()],
    };
    if frame["type"] == "result" {
        state.done.insert(id);
    }
    let note =
        |message: &str| json!({"type": "log", "id": id, "level": "note", "message": message});
    if frame["type"] == "artifact" {
        match state.fault.as_str() {
            "long-frame" => said.push(note(&"x".repeat(2 << 20))),
            "prints" => return [vec!["done!\n".to_owned()], lines(state, said)].concat(),
            "split-frame" => return vec![line(state, note("well")).replace("well", "we\nll")],
            _ => {}
        }
    }
    if frame["type"] == "result" && state.fault == "late-log" {
        said.push(note("and another thing"));
    }
    lines(state, said)
}

fn lines(state: &State, frames: Vec<Value>) -> Vec<String> {
    frames.into_iter().map(|frame| line(state, frame)).collect()
}

fn hello(state: &State, frame: &mut Value) -> Vec<Value> {
    match state.fault.as_str() {
        "no-hello" => return vec![],
        "any-version" => frame["v"] = json!(state.offered.iter().max()),
        "other-name" => frame["name"] = json!("words"),
        "no-features" => frame["features"] = json!([]),
        "says-two-takes-one" => frame["max_concurrent"] = json!(2),
        "odd-hello" => frame["column_unit"] = json!("inch"),
        _ => {}
    }
    vec![frame.clone()]
}

fn artifact(state: &State, frame: &mut Value) -> Vec<Value> {
    match state.fault.as_str() {
        "no-artifact" => return vec![],
        "wrong-size" => frame["size"] = json!(7),
        "missing-artifact" => frame["path"] = json!("other.wasm"),
        "outside" => frame["path"] = json!("../app.wasm"),
        "content" => frame["data"] = json!("AGFzbQEAAAA="),
        "odd-kind" => {
            let mut map = frame.clone();
            map["kind"] = json!("picture");
            return vec![frame.clone(), map];
        }
        _ => {}
    }
    vec![frame.clone()]
}

fn diagnostic(state: &State, frame: &mut Value) -> Vec<Value> {
    match state.fault.as_str() {
        "silent-failure" => return vec![],
        "absolute-file" => frame["file"] = json!("./main.txt"),
        "many-lines" => frame["message"] = json!("wrong\nvery wrong"),
        "severity-in-message" => frame["message"] = json!("error: wrong"),
        "zero-column" => frame["span"] = json!({"start": [1, 0], "end": [1, 2]}),
        _ => {}
    }
    vec![frame.clone()]
}

fn result(state: &State, frame: &mut Value) -> Vec<Value> {
    let id = frame["id"].as_u64().unwrap_or_default();
    let status = frame["status"].as_str().unwrap_or_default().to_owned();
    let is_error = frame["error"].is_object();
    match (state.fault.as_str(), status.as_str()) {
        ("does-everything", "unsupported") => frame["status"] = json!("ok"),
        ("odd-status", "unsupported") => frame["status"] = json!("what"),
        ("drops-unreadable", "error") if frame["error"]["blame"] == "host" => return vec![],
        ("drops-cancelled", "cancelled") => return vec![],
        ("cancelled-fails", "cancelled") => frame["status"] = json!("failed"),
        ("no-info", _) if frame["info"].is_object() => frame["info"] = Value::Null,
        ("no-missing", _) => frame["missing"] = Value::Null,
        ("no-name-missing", _) if frame["missing"].is_array() => {
            frame["missing"] = json!([{"name": "", "kind": "tool", "blocking": false}]);
        }
        ("odd-missing", _) if frame["missing"].is_array() => {
            frame["missing"] = json!([{"name": "x", "kind": "thing", "blocking": false}]);
        }
        ("wrong-score", _) if frame["match"].is_object() => frame["match"]["why"] = json!(""),
        ("entry-outside", _) if frame["match"].is_object() => {
            frame["match"]["entry"] = json!("/main.txt");
        }
        ("says-two-takes-one", _) if id == 2 && state.is(2, "info") => return vec![],
        ("calls-it-failed", "error") if frame["error"]["code"] == "io" => {
            frame["status"] = json!("failed");
        }
        ("no-shutdown-result", _) if state.is(id, "shutdown") => return vec![],
        ("no-inputs-file", _) if frame["inputs_file"].is_string() => {
            frame["inputs_file"] = json!("none.json");
        }
        ("two-results", _) => return vec![frame.clone(), frame.clone()],
        ("other-id", _) if state.is(id, "build") => {
            let mut other = frame.clone();
            other["id"] = json!(777);
            return vec![other, frame.clone()];
        }
        ("no-error", "error") => frame["error"] = Value::Null,
        ("odd-code", "error") if is_error => frame["error"]["code"] = json!("oops"),
        ("host-code", "error") if is_error => frame["error"]["code"] = json!("crashed"),
        ("odd-blame", "error") if is_error => frame["error"]["blame"] = json!("weather"),
        ("shouts", "error") if is_error => frame["error"]["message"] = json!("Cannot.\nEver."),
        ("validate-says-ok", "failed") if state.is(id, "validate") => {
            frame["status"] = json!("ok");
        }
        ("ok-without-module", "failed") if state.is(id, "build") => {
            frame["status"] = json!("ok");
        }
        _ => {}
    }
    vec![frame.clone()]
}
