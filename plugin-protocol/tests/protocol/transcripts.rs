//! The transcripts, replayed against the example plugins. A line that begins
//! with `>` is sent, one with `<` must come back, `!` is sent though it is no
//! frame of version 1, and `#` sets the scene:
//!
//! - `# example NAME`: which example answers.
//! - `# file PATH TEXT`: a file of the project. TEXT is a JSON string.
//! - `# tool NAME TEXT`: an executable in the plugin's `PATH`, which has nothing
//!   else. Such a transcript is for Unix.
//! - `# end N`: when its input ends, the plugin ends with this exit code.

use std::fs;
use std::path::Path;

use plugin_protocol::framing::Incoming;
use serde_json::Value;

use super::documents::{Side, assert_sample};
use super::driver::{Session, example, root};

/// The session key in the files, and the one that is really used.
const WRITTEN: &str = "9f2c41d0";
const USED: &str = "0badcafe5eed";

fn transcripts() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = fs::read_dir(root().join("plugin-protocol/transcripts"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

/// The folders that a transcript plays in.
struct Scene {
    world: tempfile::TempDir,
    example: String,
}

impl Scene {
    fn set(text: &str) -> Self {
        let scene = Self {
            world: tempfile::tempdir().unwrap(),
            example: directive(text, "example").next().unwrap().into(),
        };
        for folder in ["project", "stage", "tools"] {
            fs::create_dir(scene.world.path().join(folder)).unwrap();
        }
        for (kind, folder) in [("file", "project"), ("tool", "tools")] {
            for rest in directive(text, kind) {
                let (name, content) = rest.split_once(' ').unwrap();
                let path = scene.world.path().join(folder).join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, serde_json::from_str::<String>(content).unwrap()).unwrap();
                executable(&path);
            }
        }
        scene
    }

    fn start(&self) -> Session {
        let mut command = example(&self.example);
        command.env("PATH", self.world.path().join("tools"));
        Session::start(command, USED)
    }

    /// A line with the real folders and key in it.
    fn real(&self, line: &str) -> String {
        let folder = |name| {
            let path = self.world.path().join(name).display().to_string();
            serde_json::to_string(&path)
                .unwrap()
                .trim_matches('"')
                .to_owned()
        };
        line.replace(WRITTEN, USED)
            .replace("$PROJECT", &folder("project"))
            .replace("$STAGE", &folder("stage"))
            .replace("$TOOLS", &folder("tools"))
    }
}

fn directive<'a>(text: &'a str, kind: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| {
        line.strip_prefix("# ")?
            .strip_prefix(kind)?
            .strip_prefix(' ')
    })
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn executable(_: &Path) {}

#[test]
fn transcripts_replay() {
    for (name, text) in transcripts() {
        if cfg!(not(unix)) && directive(&text, "tool").next().is_some() {
            continue;
        }
        let scene = Scene::set(&text);
        let mut session = scene.start();
        for line in text.lines() {
            let (mark, rest) = line.split_at(1);
            let rest = scene.real(rest.trim_start());
            match mark {
                ">" | "!" => session.say_bytes(format!("{rest}\n").as_bytes()),
                "<" => {
                    let expected: Value = serde_json::from_str(&rest).unwrap();
                    assert_eq!(session.hear_value(), expected, "{name}");
                }
                _ => assert_eq!(mark, "#", "{name}: {line}"),
            }
        }
        let (status, rest, errors) = session.end();
        let expected = directive(&text, "end").next().unwrap().parse().unwrap();
        assert_eq!(status.code(), Some(expected), "{name}: {errors}");
        assert_eq!(rest, Vec::<Incoming>::new(), "{name}");
    }
}

#[test]
fn transcripts_fit_the_types_and_the_schema() {
    for (name, text) in transcripts() {
        for line in text.lines() {
            let side = match line.as_bytes() {
                [b'>', ..] => Side::Host,
                [b'<', ..] => Side::Plugin,
                _ => continue,
            };
            assert_sample(side, &line[2..], &name);
        }
    }
}

/// Every operation, event and status of version 1 is played somewhere.
#[test]
fn the_transcripts_leave_nothing_out() {
    let all: String = transcripts().into_iter().map(|(_, text)| text).collect();
    for word in [
        "hello",
        "info",
        "detect",
        "check",
        "validate",
        "build",
        "clean",
        "cancel",
        "ping",
        "shutdown",
        "result",
        "diagnostic",
        "artifact",
        "pong",
    ] {
        assert!(all.contains(&format!("\"type\":\"{word}\"")), "{word}");
    }
    for word in ["ok", "failed", "cancelled", "unsupported", "error"] {
        assert!(all.contains(&format!("\"status\":\"{word}\"")), "{word}");
    }
}
