//! A whole conversation with each example plugin: every operation, an unknown
//! one, a fault in the project, and the end.

use std::fs;
use std::path::Path;
use std::process::Command;

use plugin_protocol::framing::Incoming;
use plugin_protocol::{
    ArtifactKind, BuildRequest, HostFrame, Inputs, PluginFrame, ResultFrame, Severity, Status,
};

use super::driver::{Session, example, script};

const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// One plugin, and a project for it.
struct Case {
    command: fn() -> Option<Command>,
    name: &'static str,
    level: u8,
    entry: &'static str,
    good: &'static [u8],
    bad: Option<(&'static [u8], [u32; 2])>,
}

/// Spaces, quotes, a backslash, an emoji: a project's folder may have them all.
fn folder(name: &str) -> String {
    if cfg!(windows) {
        format!("{name} 'é \u{1F980}")
    } else {
        format!("{name} \"é\\n \u{1F980}\\")
    }
}

fn converse(case: &Case) {
    let Some(command) = (case.command)() else {
        return;
    };
    let world = tempfile::tempdir().unwrap();
    let project = world.path().join(folder("project"));
    let stage = world.path().join(folder("stage"));
    fs::create_dir(&project).unwrap();
    fs::create_dir(&stage).unwrap();

    let (mut session, hello) = Session::greet(command);
    assert_eq!((hello.v, hello.name.as_str()), (1, case.name));
    let info = session.ok(&HostFrame::Info { id: 1 }).1.info.unwrap();
    assert_eq!((info.name.as_str(), info.level), (case.name, case.level));
    assert_eq!(info.version, hello.version);
    assert_eq!(info.problems(), Vec::<String>::new());

    let detect = |id| HostFrame::Detect {
        id,
        project: project.clone(),
        deadline_ms: Some(60_000),
    };
    let found = session.ok(&detect(2)).1.found;
    assert_eq!(found, Some(None), "an empty folder is nobody's project");
    fs::write(project.join(case.entry), case.good).unwrap();
    let found = session.ok(&detect(3)).1.found.flatten().unwrap();
    assert!((1..=100).contains(&found.score));

    let check = HostFrame::Check {
        id: 4,
        project: project.clone(),
        deadline_ms: None,
    };
    assert_eq!(session.ok(&check).1.missing.unwrap(), vec![]);
    let validate = |id| HostFrame::Validate {
        id,
        project: project.clone(),
        deadline_ms: None,
    };
    session.ok(&validate(5));

    let build = |id| {
        let mut request = BuildRequest::new(&project, "näme \"1\"", &stage);
        let options = [("entry".into(), "x".into()), ("n".into(), 1.into())];
        request.options = options.into();
        HostFrame::Build {
            id,
            request,
            options_file: None,
            deadline_ms: None,
        }
    };
    let (events, result) = session.ok(&build(6));
    built(&stage, &events, &result, case.entry);

    let unknown = br#"{"type":"teleport","id":7,"project":"/","new":[{"deep":{}}]}"#;
    session.say_bytes(&[unknown, &b"\n"[..]].concat());
    assert_eq!(session.result_of(7).1.status, Status::Unsupported);
    session.say_bytes(b"{\"type\":\"news\",\"of\":\"a later version\"}\n");

    if let Some((source, place)) = case.bad {
        fs::write(project.join(case.entry), source).unwrap();
        for (id, frame) in [(8, validate(8)), (9, build(9))] {
            let (events, result) = session.ask(&frame);
            assert_eq!((result.id, result.status), (id, Status::Failed));
            refused(&events, case.entry, place);
        }
    }
    let clean = HostFrame::Clean {
        id: 10,
        project,
        dry_run: false,
        deadline_ms: None,
    };
    assert_eq!(session.ok(&clean).1.removed.unwrap(), Vec::<String>::new());
    session.ok(&HostFrame::Shutdown { id: 11 });
    let (status, rest, errors) = session.end();
    assert!(status.success(), "{status}: {errors}");
    assert_eq!(rest, Vec::<Incoming>::new());
}

/// The artifact is what the plugin said, and the inputs are listed.
fn built(stage: &Path, events: &[PluginFrame], result: &ResultFrame, entry: &str) {
    let [PluginFrame::Artifact { artifact, .. }] = events else {
        panic!("not one artifact: {events:?}");
    };
    assert_eq!((artifact.kind, artifact.size), (ArtifactKind::Wasm, 8));
    assert_eq!(artifact.path, "näme \"1\".wasm");
    assert_eq!(fs::read(stage.join(&artifact.path)).unwrap(), MODULE);
    let inputs = fs::read(stage.join(result.inputs_file.as_ref().unwrap())).unwrap();
    let inputs: Inputs = serde_json::from_slice(&inputs).unwrap();
    assert_eq!(inputs.files, [entry]);
}

/// There is an error in the entry, at a place if the plugin knows places.
fn refused(events: &[PluginFrame], entry: &str, place: [u32; 2]) {
    let [PluginFrame::Diagnostic { diagnostic, .. }] = events else {
        panic!("not one diagnostic: {events:?}");
    };
    assert_eq!(diagnostic.severity, Severity::Error);
    assert_eq!(diagnostic.file.as_deref(), Some(entry));
    let start = diagnostic.span.map_or([0, 0], |span| span.start);
    assert_eq!(start, place);
}

#[cfg(unix)]
#[test]
fn the_shell_plugin_keeps_the_protocol() {
    converse(&Case {
        command: || script("sh", "sh/wasmrun-plugin-copy"),
        name: "copy",
        level: 0,
        entry: "module.wasm",
        good: MODULE,
        bad: None,
    });
}

#[test]
fn the_python_plugin_keeps_the_protocol() {
    converse(&Case {
        command: || script("python3", "python/wasmrun-plugin-hex"),
        name: "hex",
        level: 1,
        entry: "main.hex",
        good: b"00 61736D ; \xc3\xa9 magic, then version 1\r\n\n01000000",
        bad: Some(("00 é\u{1F980} 61\n".as_bytes(), [1, 4])),
    });
}

#[test]
fn the_smallest_rust_plugin_keeps_the_protocol() {
    converse(&Case {
        command: || Some(example("copy")),
        name: "wasmcopy",
        level: 1,
        entry: "module.wasm",
        good: MODULE,
        bad: None,
    });
}

/// A file that is not a module does not pass the shell plugin's `validate`, and a
/// missing one is the project's fault.
#[cfg(unix)]
#[test]
fn the_shell_plugin_refuses_what_it_cannot_build() {
    let project = tempfile::tempdir().unwrap();
    let Some(command) = script("sh", "sh/wasmrun-plugin-copy") else {
        return;
    };
    let (mut session, _) = Session::greet(command);
    let request = BuildRequest::new(project.path(), "x", project.path());
    let build = HostFrame::Build {
        id: 1,
        request,
        options_file: None,
        deadline_ms: None,
    };
    let (events, result) = session.ask(&build);
    assert_eq!(result.status, Status::Failed);
    refused(&events, "module.wasm", [0, 0]);
    fs::write(project.path().join("module.wasm"), "\0wasm").unwrap();
    let project = project.path().to_path_buf();
    let (_, result) = session.ask(&HostFrame::Validate {
        id: 2,
        project,
        deadline_ms: None,
    });
    assert_eq!(result.status, Status::Failed);
}

#[test]
fn started_by_hand_a_plugin_says_what_it_is() {
    let mut commands = vec![example("copy"), example("tool")];
    commands.extend(script("python3", "python/wasmrun-plugin-hex"));
    #[cfg(unix)]
    commands.extend(script("sh", "sh/wasmrun-plugin-copy"));
    for mut command in commands {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert_eq!(output.stdout, b"", "{command:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.contains("wasmrun plugin install"),
            "{command:?}: {said}"
        );
    }
}
