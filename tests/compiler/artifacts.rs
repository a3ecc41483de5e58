//! What a builder hands over is checked before anybody sees it.

use std::fs;
use std::path::Path;

use plugin_protocol::{Artifact, ArtifactKind, BuildReport};
use wasmrun::error::Code;

use crate::double::Telling;
use crate::room::Room;

type Spoil = fn(&Path, &mut BuildReport);

fn artifact(kind: ArtifactKind, path: &str, size: usize) -> Artifact {
    Artifact::new(kind, path, size as u64)
}

/// Writes another module than the builder's, and says so.
fn replace(stage: &Path, report: &mut BuildReport, bytes: &[u8]) {
    fs::write(stage.join("app.wasm"), bytes).unwrap();
    report.artifacts[0].size = bytes.len() as u64;
}

#[test]
fn a_bad_artifact_is_refused_and_the_last_good_one_stays() {
    let faults: &[(&str, Spoil)] = &[
        ("no WebAssembly module", |_, report| {
            report.artifacts.clear();
        }),
        ("is not there", |stage, _| {
            fs::remove_file(stage.join("app.wasm")).unwrap();
        }),
        ("is not valid WebAssembly", |stage, report| {
            replace(stage, report, b"\0asm\x01\0\0\0\xff");
        }),
        ("is not valid WebAssembly", |stage, report| {
            replace(stage, report, b"");
        }),
        ("is not a path inside the stage", |_, report| {
            report
                .artifacts
                .push(artifact(ArtifactKind::Js, "../lock", 0));
        }),
        ("is not a path inside the stage", |_, report| {
            report
                .artifacts
                .push(artifact(ArtifactKind::Js, "/etc/hostname", 0));
        }),
        ("is named twice", |_, report| {
            report
                .artifacts
                .push(artifact(ArtifactKind::Wasm, "app.wasm", 0));
        }),
        ("is not a regular file", |stage, report| {
            fs::create_dir(stage.join("app.js")).unwrap();
            report
                .artifacts
                .push(artifact(ArtifactKind::Js, "app.js", 0));
        }),
        #[cfg(unix)]
        ("is a symbolic link", |stage, report| {
            std::os::unix::fs::symlink("/etc/hostname", stage.join("app.js")).unwrap();
            report
                .artifacts
                .push(artifact(ArtifactKind::Js, "app.js", 0));
        }),
    ];
    let room = Room::new(Telling::Files);
    room.write("main.txt", "good");
    room.compile().unwrap();
    let good = fs::read(room.output()).unwrap();
    for (index, (what, spoil)) in faults.iter().enumerate() {
        room.write("main.txt", &format!("bad {index}"));
        *room.script.spoil.lock().unwrap() = Some(Box::new(spoil));
        let error = room.compile().unwrap_err();
        assert_eq!(error.code(), Code::BadArtifact, "{error}");
        assert!(error.message().contains(what), "{what}: {error}");
        assert_eq!(fs::read(room.output()).unwrap(), good);
        // Nor does the cache serve it later.
        *room.script.spoil.lock().unwrap() = None;
        assert!(!room.compile().unwrap().cached);
        room.write("main.txt", "good");
        room.compile().unwrap();
    }
}

#[test]
fn companions_are_published_and_cached_with_the_module() {
    let room = Room::new(Telling::Files);
    room.write("main.txt", "page");
    *room.script.spoil.lock().unwrap() = Some(Box::new(|stage, report| {
        fs::create_dir(stage.join("assets")).unwrap();
        for name in ["app.js", "assets/style.css"] {
            fs::write(stage.join(name), name).unwrap();
            report
                .artifacts
                .push(artifact(ArtifactKind::Asset, name, name.len()));
        }
    }));
    let check = |cached: bool| {
        let outcome = room.compile().unwrap();
        assert_eq!((outcome.cached, outcome.outputs.len()), (cached, 3));
        for name in ["app.js", "assets/style.css"] {
            let content = fs::read_to_string(room.path("project/dist").join(name)).unwrap();
            assert_eq!(content, name);
        }
    };
    check(false);
    fs::remove_dir_all(room.path("project/dist")).unwrap();
    check(true);
}

#[test]
fn an_output_with_the_same_content_is_not_written_again() {
    let room = Room::new(Telling::Files);
    room.write("main.txt", "hello");
    room.compile().unwrap();
    let before = fs::metadata(room.output()).unwrap().modified().unwrap();
    let outcome = room.compile().unwrap();
    assert!(outcome.cached && !outcome.outputs[0].written);
    assert_eq!(
        fs::metadata(room.output()).unwrap().modified().unwrap(),
        before
    );
    fs::remove_file(room.output()).unwrap();
    assert!(room.compile().unwrap().outputs[0].written);
}

#[test]
fn a_home_that_cannot_be_used_costs_one_warning() {
    let room = Room::new(Telling::Files);
    room.write("main.txt", "hello");
    fs::remove_dir_all(room.path("home")).unwrap();
    fs::write(room.path("home"), "a file").unwrap();
    for _ in 0..2 {
        assert!(!room.compile().unwrap().cached);
        let said = room.said.lock().unwrap().clone();
        let warnings = said
            .iter()
            .filter(|text| text.contains("without the build cache"));
        assert_eq!(warnings.count(), 1, "{said:?}");
        assert!(room.output().exists());
    }
}
