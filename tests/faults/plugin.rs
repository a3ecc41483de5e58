//! The plugin. It speaks the protocol by hand, because a library would not let
//! it do what it has to do here.

use std::io::{Write, stderr, stdin, stdout};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, exit};
use std::time::Duration;

use serde_json::{Value, json};

/// The smallest module.
pub(crate) const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// A session as the plugin sees it.
struct Talk {
    fault: String,
    key: String,
    line_end: &'static str,
    start: &'static str,
    slow: bool,
}

pub(crate) fn main() {
    let fault = std::fs::read_to_string("fault").unwrap_or_default();
    let mut talk = Talk {
        fault: fault.trim().to_owned(),
        key: String::new(),
        line_end: "\n",
        start: "",
        slow: false,
    };
    talk.before_hello();
    // Not under one lock: a build may read on.
    for line in std::iter::from_fn(next_line) {
        let Ok(frame) = serde_json::from_str::<Value>(&line) else {
            exit(9);
        };
        match frame["type"].as_str().unwrap_or_default() {
            "hello" => talk.hello(&frame),
            "ping" if talk.fault == "silent-but-pongs" => {
                talk.say(json!({"type": "pong", "id": frame["id"]}));
            }
            "cancel" if talk.fault == "polite" => {
                talk.say(json!({"type": "result", "id": frame["target"], "status": "cancelled"}));
            }
            "cancel" | "ping" => {}
            "shutdown" => talk.shutdown(),
            "build" => talk.build(&frame),
            kind => talk.other(kind, &frame),
        }
    }
}

fn next_line() -> Option<String> {
    let mut line = String::new();
    let read = stdin().read_line(&mut line).ok()?;
    (read > 0).then_some(line)
}

fn sleep(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}

fn raw(bytes: impl AsRef<[u8]>) {
    let mut out = stdout().lock();
    out.write_all(bytes.as_ref())
        .and_then(|()| out.flush())
        .unwrap_or_else(|_| exit(8));
}

/// Becomes a shell that runs a script.
fn become_shell(script: &str, argument: &str) -> ! {
    let error = Command::new("sh")
        .args(["-c", script, "sh", argument])
        .exec();
    let _ = writeln!(stderr(), "{error}");
    exit(7)
}

/// Runs a script and does not wait for what it leaves in the background.
fn shell(script: &str) {
    let _ = Command::new("sh").args(["-c", script]).status();
}

impl Talk {
    fn line(&self, mut frame: Value) -> String {
        frame["s"] = Value::from(self.key.as_str());
        format!("{}{frame}{}", self.start, self.line_end)
    }

    fn say(&self, frame: Value) {
        let line = self.line(frame);
        if self.slow {
            for byte in line.as_bytes() {
                raw([*byte]);
            }
        } else {
            raw(line);
        }
    }

    fn before_hello(&mut self) {
        match self.fault.as_str() {
            "no-hello" => loop {
                sleep(1000);
            },
            "ends-before-hello" => {
                let _ = writeln!(stderr(), "usage: not-a-plugin FILE");
                exit(2);
            }
            "slow-hello" => sleep(400),
            "noise-before-hello" => raw("Loading...\n{\"type\":\"hello\",\"v\":1}\n\n"),
            "byte-by-byte" => self.slow = true,
            "crlf" => self.line_end = "\r\n",
            "blank-lines" => self.line_end = "\n\n  \n",
            "bom" => self.start = "\u{feff}",
            _ => {}
        }
    }

    fn hello(&mut self, frame: &Value) {
        self.key = frame["s"].as_str().unwrap_or_default().to_owned();
        let features: &[&str] = match self.fault.as_str() {
            "polite" | "hang-though-polite" | "long-frame" | "bad-frame" | "silent"
            | "talks-on-stderr" => &["cancel", "ping"],
            "silent-but-pongs" => &["ping"],
            _ => &[],
        };
        let version = match self.fault.as_str() {
            "newer-version" => 99,
            "older-version" => 0,
            _ => 1,
        };
        match self.fault.as_str() {
            "hello-cut" => {
                raw(self.line(json!({"type": "hello", "v": 1})).trim_end());
                exit(0);
            }
            "hello-wrong" => self.say(json!({"type": "hello", "v": "one"})),
            "hello-from-another" => {
                self.key = "0123456789abcdef".to_owned();
            }
            _ => {}
        }
        self.say(json!({
            "type": "hello", "v": version, "name": "faulty", "version": "1",
            "features": features, "mood": {"later": "field"},
        }));
    }

    fn shutdown(&self) {
        match self.fault.as_str() {
            "stays-after-shutdown" => loop {
                sleep(1000);
            },
            _ => exit(0),
        }
    }

    fn other(&self, kind: &str, frame: &Value) {
        let mut result = json!({"type": "result", "id": frame["id"], "status": "ok"});
        match (kind, self.fault.as_str()) {
            ("detect", "slow-detect") => return,
            ("detect", "detect-without-match") => {}
            ("detect", _) => result["match"] = json!({"score": 70, "why": "asked"}),
            ("check", _) => {
                result["missing"] = json!([{"name": "x", "kind": "tool", "blocking": false}]);
            }
            ("validate", "validate-unknown") => result["status"] = json!("unsupported"),
            ("info", _) => {
                result["info"] =
                    json!({"schema": 1, "name": "faulty", "version": "1", "protocol": [1]});
            }
            ("clean", _) => result["removed"] = json!(["target"]),
            _ => {}
        }
        self.say(result);
    }

    fn build(&self, frame: &Value) {
        let stage = Path::new(frame["stage"].as_str().unwrap_or_default());
        let id = frame["id"].clone();
        let result = json!({"type": "result", "id": id, "status": "ok"});
        if self.fault == "tells-itself" {
            let options = &frame["options"];
            let file = frame["options_file"].as_str();
            let text = file.map(|file| std::fs::read_to_string(file).unwrap());
            let length = text.map_or_else(|| options.to_string().len(), |text| text.len());
            let told = format!("options {length} changed {}", frame["changed"]);
            self.say(json!({"type": "log", "id": id, "level": "note", "message": told}));
        }
        let log =
            |message: &str| json!({"type": "log", "id": id, "level": "note", "message": message});
        self.wrong_words(&id, &result, &log);
        self.wrong_silence(&result);
        self.wrong_company();
        let artifact = self.make(stage, &id);
        if let Some(artifact) = artifact {
            self.say(artifact);
        }
        self.before_result(stage, &id);
        let mut result = result;
        self.shape(&mut result, stage);
        match self.fault.as_str() {
            "unterminated" => {
                raw(self.line(result).trim_end());
                exit(0);
            }
            "unterminated-crash" => {
                raw(self.line(result).trim_end());
                std::process::abort();
            }
            "grandchild-holds-the-pipe" => {
                shell("sleep 60 &");
                self.say(result);
            }
            "closed-stdin" => become_shell(
                "exec 0<&-; printf '%s' \"$1\"; sleep 0.3",
                &self.line(result),
            ),
            "two-results" => {
                self.say(result.clone());
                self.say(result);
            }
            "events-after-result" => {
                self.say(result);
                self.say(log("late"));
                self.say(json!({"type": "artifact", "id": id, "kind": "wasm", "path": "late.wasm", "size": 1}));
                self.say(
                    json!({"type": "diagnostic", "id": id, "severity": "error", "message": "late"}),
                );
            }
            "changed-after-result" => {
                self.say(result);
                let _ = std::fs::write(stage.join("app.wasm"), b"\0asm\x01\0\0\x01");
                let _ = std::fs::write("changed", "");
            }
            _ => self.say(result),
        }
    }

    /// Faults in what is said.
    fn wrong_words(&self, id: &Value, result: &Value, log: &dyn Fn(&str) -> Value) {
        match self.fault.as_str() {
            "noise-between" => {
                raw("compiling 17 files\n\0\u{1b}[2J\n[1,2]\n{\"type\":\"result\",\"id\":0}\n");
            }
            "noise-not-utf8" => raw(b"\xff\xfe\n"),
            "noise-inside" => {
                let line = self.line(result.clone());
                let (start, rest) = line.split_at(line.len() / 2);
                raw(format!("{start}warning: something\n{rest}"));
                sleep(60_000);
            }
            "bad-frame" => raw(self.line(json!({"type": "log", "id": id}))),
            "key-elsewhere" => raw(format!(
                "{{\"type\":\"log\",\"t\":\"{}\",\"id\":{id}}}\n",
                self.key
            )),
            "key-not-utf8" => raw([self.key.as_bytes(), b"\xff\n"].concat()),
            "deep-frame" => raw(format!(
                "{{\"s\":\"{}\",\"id\":{id},\"type\":{}\n",
                self.key,
                "[".repeat(100_000)
            )),
            "long-frame" => self.say(log(&"x".repeat(2 << 20))),
            "long-noise" => raw(format!("{}\n", "x".repeat(2 << 20))),
            "unknown-frames" => self.say(json!({"type": "smell", "id": id, "of": "burning"})),
            "many-frames" => {
                for _ in 0..20_000 {
                    self.say(log(&"x".repeat(1000)));
                }
            }
            "much-noise" => {
                for _ in 0..20 {
                    raw("noise 0123456789 0123456789 0123456\n".repeat(27_000));
                }
            }
            "much-stderr" => {
                let block = "warning: 0123456789 0123456789 012345678\n".repeat(25_000);
                for _ in 0..100 {
                    stderr().write_all(block.as_bytes()).unwrap();
                }
            }
            "one-line-of-stderr" => {
                let block = vec![b'x'; 1 << 20];
                for _ in 0..100 {
                    stderr().write_all(&block).unwrap();
                }
            }
            "both-at-once" => {
                let other = std::thread::spawn(|| {
                    for _ in 0..10 {
                        stderr().write_all(&vec![b'e'; 1 << 20]).unwrap();
                    }
                });
                for _ in 0..10 {
                    raw("o".repeat((1 << 20) - 1) + "\n");
                }
                other.join().unwrap();
            }
            "another-id" => {
                self.say(json!({"type": "result", "id": 77, "status": "ok"}));
                sleep(60_000);
            }
            _ => {}
        }
    }

    /// Faults in saying nothing.
    fn wrong_silence(&self, result: &Value) {
        match self.fault.as_str() {
            "no-result" | "hang-though-polite" => loop {
                sleep(1000);
            },
            "silent" => sleep(60_000),
            "polite" | "silent-but-pongs" => {
                // The loop goes on reading, and there is never a result.
                let talk = Talk {
                    fault: self.fault.clone(),
                    key: self.key.clone(),
                    ..Talk::plain()
                };
                talk.listen();
            }
            "talks-on-stderr" => {
                for _ in 0..8 {
                    let _ = writeln!(stderr(), "still here");
                    sleep(100);
                }
            }
            "talks-for-ever" => loop {
                self.say(
                    json!({"type": "log", "id": result["id"], "level": "note", "message": "m"}),
                );
                sleep(20);
            },
            "crash" => std::process::abort(),
            "exit-in-build" => {
                let _ = writeln!(stderr(), "last words");
                exit(0);
            }
            "hang-ignores-term" => {
                become_shell("trap '' TERM; while :; do sleep 0.1; done", "");
            }
            "stopped" => shell(&format!("kill -STOP {}", std::process::id())),
            "closed-stdout" => become_shell("exec 1>&-; sleep 60", ""),
            _ => {}
        }
    }

    /// Faults in what is started. All of it ends by itself after a minute, so
    /// that a host that fails does no harm.
    fn wrong_company(&self) {
        match self.fault.as_str() {
            "survivor" => {
                shell("setsid sh -c 'trap \"\" TERM; sleep 60; sleep 60' &");
                become_shell("trap '' TERM; while :; do sleep 0.1; done", "");
            }
            "child-in-a-hang" => {
                shell("sleep 60 & setsid sleep 60 &");
                sleep(60_000);
            }
            "leaves-a-child" => shell("sleep 60 >/dev/null 2>&1 </dev/null &"),
            "child-ends-soon" => shell("sleep 0.02 >/dev/null 2>&1 </dev/null &"),
            "leaves-the-group" => shell("setsid sleep 60 >/dev/null 2>&1 </dev/null &"),
            "leaves-without-a-trace" => {
                shell("env -i setsid sleep 60 >/dev/null 2>&1 </dev/null &");
            }
            "ends-while-held" => {
                shell("setsid sleep 60 & sleep 60 &");
                exit(0);
            }
            "fork-storm" => {
                // Five times five times five, some out of the group, and each
                // deaf to TERM.
                let storm = "trap '' TERM; n=$1; [ $n -gt 0 ] || exec sleep 60; n=$((n-1)); \
                             for i in 1 2 3 4; do sh -c \"$0\" \"$0\" $n & done; \
                             setsid sh -c \"$0\" \"$0\" $n & sleep 60";
                let _ = Command::new("sh").args(["-c", storm, storm, "3"]).spawn();
                sleep(60_000);
            }
            _ => {}
        }
    }

    /// Writes the artifact and says what is told of it.
    fn make(&self, stage: &Path, id: &Value) -> Option<Value> {
        let write = |name: &str, bytes: &[u8]| std::fs::write(stage.join(name), bytes).unwrap();
        let mut told =
            json!({"type": "artifact", "id": id, "kind": "wasm", "path": "app.wasm", "size": 8});
        let link = std::os::unix::fs::symlink::<&Path, &Path>;
        match self.fault.as_str() {
            "no-artifact" => return None,
            "missing-artifact" => return Some(told),
            "outside" => {
                std::fs::write(stage.join("../app.wasm"), MODULE).unwrap();
                told["path"] = json!("../app.wasm");
                return Some(told);
            }
            "absolute" => told["path"] = json!(stage.join("app.wasm").to_str().unwrap()),
            "symlink" => {
                write("real.wasm", MODULE);
                link(Path::new("real.wasm"), &stage.join("app.wasm")).unwrap();
                return Some(told);
            }
            "symlink-folder" => {
                std::fs::write("app.wasm", MODULE).unwrap();
                link(&std::env::current_dir().unwrap(), &stage.join("sub")).unwrap();
                told["path"] = json!("sub/app.wasm");
                return Some(told);
            }
            "folder" => {
                std::fs::create_dir(stage.join("app.wasm")).unwrap();
                return Some(told);
            }
            "not-wasm" => {
                write("app.wasm", b"#!/bin/s");
                return Some(told);
            }
            "wrong-size" => told["size"] = json!(9),
            "wrong-hash" => told["sha256"] = json!("0".repeat(64)),
            "only-js" => told["kind"] = json!("js"),
            _ => {}
        }
        write("app.wasm", MODULE);
        Some(told)
    }

    fn before_result(&self, stage: &Path, id: &Value) {
        match self.fault.as_str() {
            "changed-before-result" => {
                std::fs::write(stage.join("app.wasm"), b"\0asm\x01\0\0\0 and more").unwrap();
            }
            "told-twice" => {
                self.say(json!({"type": "artifact", "id": id, "kind": "wasm", "path": "app.wasm", "size": 8}));
            }
            "writes-elsewhere" => {
                let folder = std::fs::read_to_string("elsewhere").unwrap();
                let wrote = std::fs::write(Path::new(folder.trim()).join("escaped"), "");
                let message = format!("elsewhere: {}", wrote.is_ok());
                self.say(json!({"type": "log", "id": id, "level": "note", "message": message}));
                std::fs::write("in-project", "").unwrap();
                let scratch = std::env::temp_dir().join(format!("faulty-{}", std::process::id()));
                std::fs::write(&scratch, "").unwrap();
                std::fs::rename(&scratch, "moved-here").unwrap();
            }
            "tells-environment" => {
                for (name, value) in std::env::vars() {
                    let message = format!("{name}={value}");
                    self.say(json!({"type": "log", "id": id, "level": "note", "message": message}));
                }
            }
            "tells-itself" => {
                let message = format!("pid {}", std::process::id());
                self.say(json!({"type": "log", "id": id, "level": "note", "message": message}));
            }
            "tells-a-secret-and-dies" => {
                let secret = std::env::var("MY_TOKEN").unwrap();
                self.say(json!({"type": "log", "id": id, "level": "note", "message": secret}));
                let _ = writeln!(stderr(), "the token is {secret}");
                exit(3);
            }
            _ => {}
        }
    }

    fn shape(&self, result: &mut Value, stage: &Path) {
        match self.fault.as_str() {
            "inputs" => {
                std::fs::write(stage.join("in.json"), r#"{"files":["fault"]}"#).unwrap();
                result["inputs_file"] = json!("in.json");
            }
            "inputs-outside" => result["inputs_file"] = json!("../../etc/passwd"),
            "inputs-rubbish" => {
                std::fs::write(stage.join("in.json"), r#"{"files":["../../x"]}"#).unwrap();
                result["inputs_file"] = json!("in.json");
            }
            "is-denied" => {
                let _ = writeln!(stderr(), "cannot write /etc/x: Permission denied");
                result["status"] = json!("failed");
            }
            "fails-silently" => {
                let _ = writeln!(stderr(), "main.x:3: it is wrong");
                result["status"] = json!("failed");
            }
            "lacks-a-tool" => {
                result["status"] = json!("error");
                result["error"] = json!({
                    "code": "dependency_missing", "blame": "environment",
                    "message": "xcc is not there", "fix": ["apt", "install", "xcc"],
                });
            }
            "cancels-by-itself" => result["status"] = json!("cancelled"),
            "unknown-status" => result["status"] = json!("splendid"),
            _ => {}
        }
    }

    fn plain() -> Self {
        Self {
            fault: String::new(),
            key: String::new(),
            line_end: "\n",
            start: "",
            slow: false,
        }
    }

    /// Reads on while the build goes on, until it is cancelled.
    fn listen(&self) {
        for line in std::iter::from_fn(next_line) {
            let frame: Value = serde_json::from_str(&line).unwrap();
            match frame["type"].as_str() {
                Some("ping") => self.say(json!({"type": "pong", "id": frame["id"]})),
                Some("cancel") => {
                    self.say(
                        json!({"type": "result", "id": frame["target"], "status": "cancelled"}),
                    );
                    return;
                }
                Some("shutdown") => exit(0),
                _ => {}
            }
        }
        exit(0);
    }
}
