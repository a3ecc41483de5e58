//! Conversations with a plugin in this process, over pipes.

use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Write};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Context, Plugin, serve::serve};
use crate::{
    Artifact, ArtifactKind, BuildReport, BuildRequest, Diagnostic, Failure, Inputs, Manifest,
    Severity, Tool,
};

type Build = fn(&BuildRequest, &Context<'_>) -> Result<BuildReport, Failure>;

struct Subject(Build);

impl Plugin for Subject {
    fn info(&self) -> Manifest {
        Manifest::new("subject", "1.2.3")
    }

    fn build(&self, request: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
        (self.0)(request, context)
    }
}

/// A host's end of a conversation.
struct Host {
    to: Option<PipeWriter>,
    from: BufReader<PipeReader>,
    plugin: JoinHandle<Result<(), String>>,
}

impl Host {
    fn start(build: Build) -> Self {
        let (input, to) = io::pipe().unwrap();
        let (from, output) = io::pipe().unwrap();
        let run = move || serve(&Subject(build), Box::new(input), Box::new(output), || {});
        Self {
            to: Some(to),
            from: BufReader::new(from),
            plugin: thread::spawn(run),
        }
    }

    /// Past the hello, with a limit for the plugin's frames.
    fn greeted(build: Build, max_frame: usize) -> Self {
        let mut host = Self::start(build);
        host.say(&json!({"type":"hello","s":"5e55","v":[1],"max_frame":max_frame}));
        assert_eq!(host.hear()["type"], "hello");
        host
    }

    fn say(&mut self, frame: &Value) {
        writeln!(self.to.as_ref().unwrap(), "{frame}").unwrap();
    }

    fn build(&mut self, id: u64) {
        self.say(&json!({"type":"build","id":id,"project":"/p","name":"n","stage":"/s"}));
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Closes the plugin's input and returns what it still said and how it ended.
    fn end(mut self) -> (Vec<Value>, Result<(), String>) {
        self.to = None;
        let rest = self
            .from
            .lines()
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        (rest, self.plugin.join().unwrap())
    }
}

fn wait_for_cancel(_: &BuildRequest, context: &Context<'_>) -> Result<BuildReport, Failure> {
    context.progress("wait", 0, 1, "cancels");
    while context.cancel().reason().is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    Err(Failure::Cancelled)
}

#[test]
fn a_panic_is_an_internal_error_and_the_plugin_goes_on() {
    let mut host = Host::greeted(|_, _| panic!("no {}", "luck"), 1 << 20);
    for id in 1..3 {
        host.build(id);
        let result = host.hear();
        assert_eq!(result["id"], id);
        assert_eq!(result["error"]["code"], "internal");
        assert_eq!(result["error"]["cause"], json!(["no luck"]));
    }
    assert_eq!(host.end(), (vec![], Ok(())));
}

#[test]
fn a_build_hears_cancel_and_the_host_hears_pong_meanwhile() {
    let mut host = Host::greeted(wait_for_cancel, 1 << 20);
    host.build(1);
    assert_eq!(host.hear()["type"], "task");
    host.say(&json!({"type":"ping","id":2}));
    let pong = host.hear();
    assert_eq!((&pong["type"], &pong["id"]), (&json!("pong"), &json!(2)));
    host.say(&json!({"type":"cancel","target":77}));
    host.say(&json!({"type":"cancel","target":1,"reason":"user"}));
    assert_eq!(host.hear()["status"], "cancelled");
    host.say(&json!({"type":"cancel","target":1}));
    assert_eq!(host.end(), (vec![], Ok(())));
}

#[test]
fn a_request_that_waits_can_be_cancelled_too() {
    let mut host = Host::greeted(wait_for_cancel, 1 << 20);
    host.build(1);
    host.build(2);
    assert_eq!(host.hear()["type"], "task");
    host.say(&json!({"type":"cancel","target":2}));
    host.say(&json!({"type":"cancel","target":1}));
    assert_eq!(host.hear()["id"], 1);
    let result = host.hear();
    assert_eq!(
        (&result["id"], &result["status"]),
        (&json!(2), &json!("cancelled"))
    );
    host.end().1.unwrap();
}

#[test]
fn the_deadline_and_the_end_of_input_cancel() {
    let mut host = Host::greeted(wait_for_cancel, 1 << 20);
    host.say(&json!({"type":"build","id":1,"project":"/p","stage":"/s","deadline_ms":1}));
    host.hear();
    assert_eq!(host.hear()["status"], "cancelled");
    host.build(2);
    host.hear();
    let (rest, end) = host.end();
    assert_eq!(rest[0]["status"], "cancelled");
    assert_eq!((rest.len(), end), (1, Ok(())));
}

#[test]
fn shutdown_comes_after_what_was_asked_before() {
    let mut host = Host::greeted(|_, _| Err(Failure::Cancelled), 1 << 20);
    host.build(1);
    host.say(&json!({"type":"shutdown","id":2}));
    assert_eq!(host.hear()["id"], 1);
    let result = host.hear();
    assert_eq!(
        (&result["id"], &result["status"]),
        (&json!(2), &json!("ok"))
    );
    assert_eq!(host.end(), (vec![], Ok(())));
}

#[test]
fn a_refusal_says_why_even_if_the_plugin_does_not() {
    let mut host = Host::greeted(|_, _| Err(Failure::Failed), 1 << 20);
    host.build(1);
    assert_eq!(host.hear()["severity"], "error");
    assert_eq!(host.hear()["status"], "failed");
    host.end().1.unwrap();
    let told = |_: &BuildRequest, context: &Context<'_>| {
        context.diagnostic(Diagnostic::new(Severity::Error, "mine"));
        Err(Failure::Failed)
    };
    let mut host = Host::greeted(told, 1 << 20);
    host.build(1);
    assert_eq!(host.hear()["message"], "mine");
    assert_eq!(host.hear()["status"], "failed");
    host.end().1.unwrap();
}

#[test]
fn success_without_a_module_is_an_error() {
    let mut host = Host::greeted(|_, _| Ok(BuildReport::default()), 1 << 20);
    host.build(1);
    assert_eq!(host.hear()["error"]["blame"], "plugin");
    host.end().1.unwrap();
}

#[test]
fn options_come_from_a_file_and_inputs_go_to_one() {
    let stage = tempfile::tempdir().unwrap();
    let build = |request: &BuildRequest, context: &Context<'_>| {
        assert_eq!(request.options["long"], "yes");
        std::fs::write(request.stage.join("inputs.json"), "an artifact")?;
        std::fs::write(request.stage.join("n.wasm"), "12345")?;
        let made = context.made(&request.stage, ArtifactKind::Wasm, "n.wasm")?;
        context.artifact(made.clone());
        Ok(BuildReport {
            artifacts: vec![made, Artifact::new(ArtifactKind::Asset, "inputs.json", 11)],
            inputs: Some(Inputs {
                files: vec!["é".into()],
                ..Inputs::default()
            }),
            ..BuildReport::default()
        })
    };
    let mut host = Host::greeted(build, 1 << 20);
    let options = stage.path().join("o");
    std::fs::write(&options, r#"{"long":"yes"}"#).unwrap();
    host.say(&json!({"type":"build","id":1,"project":"/p","name":"n","stage":stage.path(),"options_file":options}));
    let module = host.hear();
    assert_eq!(
        (&module["path"], &module["size"]),
        (&json!("n.wasm"), &json!(5))
    );
    assert_eq!(host.hear()["path"], "inputs.json");
    let result = host.hear();
    assert_eq!(result["inputs_file"], "inputs-1.json");
    let inputs = std::fs::read_to_string(stage.path().join("inputs-1.json")).unwrap();
    assert_eq!(
        serde_json::from_str::<Inputs>(&inputs).unwrap().files,
        ["é"]
    );
    host.say(&json!({"type":"build","id":2,"project":"/p","stage":"/s","options_file":"/no/such"}));
    assert_eq!(host.hear()["error"]["blame"], "host");
    host.end().1.unwrap();
}

#[test]
fn what_is_too_long_for_the_host_is_shortened() {
    let build = |_: &BuildRequest, context: &Context<'_>| {
        let mut diagnostic = Diagnostic::new(Severity::Note, "é".repeat(20_000));
        diagnostic.notes = vec!["n".repeat(70_000)];
        context.diagnostic(diagnostic);
        context.log(Severity::Note, "x".repeat(100_000));
        context.artifact(Artifact::new(ArtifactKind::Wasm, "w", 1));
        let tool = Tool {
            name: "t".repeat(70_000),
            version: None,
            path: None,
            parts: vec![],
        };
        Ok(BuildReport {
            tools: vec![tool],
            ..BuildReport::default()
        })
    };
    let mut host = Host::greeted(build, 40_000);
    host.build(1);
    let diagnostic = host.hear();
    assert!(diagnostic["message"].as_str().unwrap().ends_with("é..."));
    assert_eq!(diagnostic.get("notes"), None);
    assert_eq!(host.hear()["type"], "log");
    assert_eq!(host.hear()["type"], "artifact");
    assert_eq!(host.hear()["error"]["code"], "internal");
    assert_eq!(host.end(), (vec![], Ok(())));
}

#[test]
fn lines_that_are_not_frames_get_a_result_where_there_is_a_number() {
    let mut host = Host::greeted(wait_for_cancel, 1 << 20);
    for line in ["nonsense", "[]", "", "{}", r#"{"type":"later"}"#] {
        writeln!(host.to.as_ref().unwrap(), "{line}").unwrap();
    }
    host.say(&json!({"type":"check","id":5}));
    let result = host.hear();
    assert_eq!(
        (&result["id"], &result["error"]["blame"]),
        (&json!(5), &json!("host"))
    );
    host.say(&json!({"type":"later","id":6}));
    assert_eq!(host.hear()["status"], "unsupported");
    assert_eq!(host.end(), (vec![], Ok(())));
}

#[test]
fn without_a_common_version_the_plugin_says_its_own_and_ends() {
    let mut host = Host::start(wait_for_cancel);
    host.say(&json!({"type":"hello","s":"5e55","v":[2,3],"new":{"x":1}}));
    let hello = host.hear();
    assert_eq!((&hello["v"], &hello["s"]), (&json!(1), &json!("5e55")));
    assert!(host.end().1.unwrap_err().contains("version 1"));
}

#[test]
fn the_first_line_is_a_hello_or_nothing() {
    let host = Host::start(wait_for_cancel);
    assert_eq!(host.end(), (vec![], Ok(())));
    let mut host = Host::start(wait_for_cancel);
    host.say(&json!({"type":"info","id":1}));
    let (said, end) = host.end();
    assert_eq!(said, Vec::<Value>::new());
    assert!(end.unwrap_err().contains("hello"));
}
