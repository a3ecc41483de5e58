//! Projects, tools, and running what was built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use plugin_protocol::{BuildRequest, Inputs, Profile};
use serde_json::Value;
use tempfile::TempDir;

use crate::driver::{Answer, Session};

/// A folder with a project, a stage and perhaps tools.
pub(crate) struct World {
    folder: TempDir,
    /// Variables for the plugin.
    env: Vec<(String, String)>,
    path: Option<String>,
}

/// The compiler for wasm, for all tests: the installed one if it can, else the
/// one that `scripts/setup rust-wasm` unpacks. Without any, CI fails and names
/// it, and elsewhere the test says that it is skipped.
pub(crate) fn compiler() -> Option<&'static Path> {
    static COMPILER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let compiler = COMPILER.get_or_init(|| {
        let unpacked = target().join("tools/rust-wasm/bin/rustc");
        [PathBuf::from("rustc"), unpacked]
            .into_iter()
            .find(|it| builds(it))
    });
    if compiler.is_none() {
        skip("a Rust compiler for wasm32-wasip1 (scripts/setup rust-wasm)");
    }
    compiler.as_deref()
}

fn builds(rustc: &Path) -> bool {
    let args = ["--print=target-libdir", "--target=wasm32-wasip1"];
    let Ok(output) = Command::new(rustc).args(args).output() else {
        return false;
    };
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success() && Path::new(&folder).read_dir().is_ok_and(|it| it.count() > 0)
}

/// The folder that this workspace is built in. The test lies in
/// TARGET/PROFILE/deps.
fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_owned()
}

/// Says that a tool is missing, which CI does not forgive.
pub(crate) fn skip(tool: &str) {
    assert!(std::env::var_os("CI").is_none(), "{tool} is not installed");
    #[allow(clippy::print_stderr, reason = "says why a test did nothing")]
    {
        eprintln!("skipped: {tool} is not installed");
    }
}

impl World {
    /// An empty project in a folder of this name.
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self {
            folder,
            env: vec![("PROJECT_NAME".into(), name.into())],
            path: None,
        };
        for (path, text) in files {
            world.write(path, text);
        }
        world
    }

    /// The same as an example of this repository.
    pub(crate) fn example(name: &str, example: &str) -> Self {
        let world = Self::new(name, &[]);
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .unwrap();
        copy(&root.join("examples").join(example), &world.project());
        world
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.folder
            .path()
            .canonicalize()
            .unwrap()
            .join(&self.env[0].1)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.project().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Sets a variable for the plugin.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// A folder before all others in `PATH` that holds a stand-in for a tool:
    /// a script for the shell.
    #[cfg(unix)]
    pub(crate) fn stand_in(&mut self, tool: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let folder = self.folder.path().join("stand-ins");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(tool);
        fs::write(
            &file,
            format!("#!/bin/sh\n# a stand-in for {tool}\n{script}"),
        )
        .unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        let others = std::env::var("PATH").unwrap();
        self.path = Some(format!("{}:{others}", folder.display()));
    }

    /// The plugin, started in the project.
    pub(crate) fn plugin(&self) -> Session {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wasmrust"));
        command.current_dir(self.project());
        // What cargo sets for a test is not what a user has.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let of_cargo = text.starts_with("CARGO") && text != "CARGO_HOME";
            if of_cargo || text.starts_with("RUSTC") || text == "RUSTFLAGS" {
                command.env_remove(&name);
            }
        }
        if let Some(Some(compiler)) = Some(compiler()) {
            command.env("RUSTC", compiler);
        }
        command.env("NO_COLOR", "1");
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        command.envs(self.env.iter().skip(1).map(|(name, value)| (name, value)));
        Session::start(command)
    }

    /// A request for a build into an empty stage.
    pub(crate) fn request(&self, profile: Profile, options: Value) -> BuildRequest {
        let stage = self.folder.path().canonicalize().unwrap().join("stage");
        let _ = fs::remove_dir_all(&stage);
        fs::create_dir(&stage).unwrap();
        let mut request = BuildRequest::new(self.project(), "out", stage);
        request.profile = profile;
        request.options = serde_json::from_value(options).unwrap();
        request
    }

    /// Builds with a process of its own.
    pub(crate) fn build(&self, profile: Profile, options: Value) -> Answer {
        let request = self.request(profile, options);
        self.plugin().build(&request)
    }

    pub(crate) fn stage(&self, path: &str) -> PathBuf {
        self.folder.path().join("stage").join(path)
    }

    /// The inputs that a build told.
    pub(crate) fn inputs(&self, answer: &Answer) -> Inputs {
        let file = answer.result.inputs_file.as_ref().unwrap();
        serde_json::from_slice(&fs::read(self.stage(file)).unwrap()).unwrap()
    }

    /// Runs the module that was built, as a WASI program, and returns what it
    /// prints. Nothing when there is no node.
    pub(crate) fn run(&self, args: &[&str]) -> Option<String> {
        let script = "const {WASI} = require('node:wasi'); const fs = require('node:fs');\
            const [file, ...args] = process.argv.slice(1);\
            const wasi = new WASI({version: 'preview1', args: ['app', ...args], env: {}});\
            const module = new WebAssembly.Module(fs.readFileSync(file));\
            wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));";
        self.node(script, args)
    }

    /// Calls an exported function of the module with numbers.
    pub(crate) fn call(&self, name: &str, args: &[&str]) -> Option<String> {
        let script = "const fs = require('node:fs'); const [file, name, ...args] = \
            process.argv.slice(1); const module = new WebAssembly.Module(fs.readFileSync(file));\
            const {exports} = new WebAssembly.Instance(module, {});\
            console.log(exports[name](...args.map(Number)));";
        self.node(script, &[&[name], args].concat())
    }

    fn node(&self, script: &str, args: &[&str]) -> Option<String> {
        let mut command = Command::new("node");
        command.args(["--no-warnings", "-e", script, "--"]);
        let output = command.arg(self.stage("out.wasm")).args(args).output();
        let Ok(output) = output else {
            skip("node");
            return None;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Some(text)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true if entry.file_name() == "target" => {}
            true => copy(&entry.path(), &target),
            false => {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}
