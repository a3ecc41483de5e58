//! The least of a host: asks a plugin one thing, and returns all that it said.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What a plugin said to one request.
pub(crate) struct Answer {
    pub(crate) events: Vec<Value>,
    pub(crate) result: Value,
    /// What the build wrote; empty for other requests.
    pub(crate) stage: TempDir,
}

/// A plugin, and the environment that it gets.
pub(crate) struct Host {
    exe: PathBuf,
    pub(crate) env: Vec<(String, Option<String>)>,
}

impl Host {
    pub(crate) fn new(exe: &str) -> Self {
        Self {
            exe: exe.into(),
            env: Vec::new(),
        }
    }

    /// Asks for a build, with more or other fields than the usual ones.
    pub(crate) fn build(&self, project: &Path, fields: Value) -> Answer {
        let stage = tempfile::tempdir().unwrap();
        let mut request = json!({"type": "build", "project": project, "name": "app",
            "profile": "release", "stage": stage.path(), "options": {}});
        for (name, value) in fields.as_object().unwrap() {
            request[name] = value.clone();
        }
        self.ask(project, request, stage)
    }

    /// Asks for something else about a project.
    pub(crate) fn about(&self, project: &Path, operation: &str) -> Answer {
        let request = json!({"type": operation, "project": project});
        self.ask(project, request, tempfile::tempdir().unwrap())
    }

    /// Starts the plugin and sends a request, without waiting for its answer. The
    /// request ends when the second value is dropped.
    pub(crate) fn begin(&self, project: &Path, request: Value) -> (Child, ChildStdin) {
        let mut command = Command::new(&self.exe);
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command
            .arg("--wasmrun-plugin")
            .current_dir(project)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        writeln!(input, "{}", json!({"type":"hello","s":"0123abcd","v":[1]})).unwrap();
        writeln!(input, "{request}").unwrap();
        (child, input)
    }

    fn ask(&self, project: &Path, mut request: Value, stage: TempDir) -> Answer {
        request["id"] = 1.into();
        let (mut child, input) = self.begin(project, request);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next =
            || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
        assert_eq!(next()["type"], "hello");
        let mut events = Vec::new();
        let result = loop {
            let frame = next();
            assert_eq!(frame["id"], 1, "{frame}");
            if frame["type"] == "result" {
                break frame;
            }
            events.push(frame);
        };
        drop(input);
        assert!(child.wait().unwrap().success());
        Answer {
            events,
            result,
            stage,
        }
    }
}

impl Answer {
    /// Fails unless it went well.
    pub(crate) fn ok(self) -> Self {
        assert_eq!(
            self.result["status"], "ok",
            "{:#?}\n{:#}",
            self.events, self.result
        );
        self
    }

    /// All diagnostics, as `severity file:line:column message`.
    pub(crate) fn diagnostics(&self) -> Vec<String> {
        let told = self.events.iter().filter(|it| it["type"] == "diagnostic");
        told.map(|it| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let start = &it["span"]["start"];
            format!(
                "{} {}:{}:{} {}",
                text(&it["severity"]),
                text(&it["file"]),
                start[0],
                start[1],
                text(&it["message"])
            )
        })
        .collect()
    }

    /// The names of what was made.
    pub(crate) fn artifacts(&self) -> Vec<String> {
        let told = self.events.iter().filter(|it| it["type"] == "artifact");
        told.map(|it| it["path"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The list of inputs: files, then patterns.
    pub(crate) fn inputs(&self) -> (Vec<String>, Vec<String>) {
        let name = self.result["inputs_file"].as_str().unwrap();
        let text = std::fs::read(self.stage.path().join(name)).unwrap();
        let all: Value = serde_json::from_slice(&text).unwrap();
        let list = |name: &str| serde_json::from_value(all[name].clone()).unwrap();
        (list("files"), list("globs"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.stage.path().join(name)
    }
}

/// A folder with these files, whose own name has spaces and more.
pub(crate) fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("a projéct ✓ ")
        .tempdir()
        .unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Runs a script with node, and returns what it prints. The file is its first
/// argument.
pub(crate) fn node(script: &str, file: &Path, args: &[&str], folder: &Path) -> String {
    let output = Command::new("node")
        .args(["--no-warnings", "--input-type=module", "-e", script, "--"])
        .arg(file)
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}\n{errors}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// Finds a program where `scripts/setup` puts those from PyPI, or on the path.
/// Without it the test is to be skipped, and where `CI` is set it fails.
pub(crate) fn tool(program: &str, group: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = root.join("target/tools/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(own).chain(std::env::split_paths(&path));
    let mut files = folders.map(|folder| folder.join(program));
    let found = files.find(|file| file.is_file());
    if found.is_none() {
        let why = format!("no {program}; `scripts/setup {group}` installs it");
        assert!(std::env::var_os("CI").is_none(), "{why}");
        #[allow(clippy::print_stdout, reason = "a skipped test says so")]
        {
            println!("skipped: {why}");
        }
    }
    found
}
