//! Projects, their packages, and running what was built.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use plugin_protocol::{BuildRequest, Inputs, Profile};
use serde_json::Value;
use tempfile::TempDir;

use crate::driver::{Answer, Session};

/// A folder with a project, a stage, and all of `PATH`.
pub(crate) struct World {
    folder: TempDir,
    project: PathBuf,
    tools: PathBuf,
}

/// The packages that `scripts/setup asc` installs. Without them or without node,
/// CI fails and names them, and elsewhere the test says that it is skipped.
pub(crate) fn packages() -> Option<PathBuf> {
    // The test lies in TARGET/PROFILE/deps.
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap();
    let packages = target.join("test-asc/node_modules");
    let there = packages.join("assemblyscript/package.json").is_file() && node().is_some();
    if !there {
        let what = "node or the package assemblyscript (scripts/setup asc)";
        assert!(std::env::var_os("CI").is_none(), "{what} is not installed");
        #[allow(clippy::print_stderr, reason = "says why a test did nothing")]
        {
            eprintln!("skipped: {what} is not installed");
        }
        return None;
    }
    Some(packages)
}

fn node() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut files = std::env::split_paths(&path).map(|folder| folder.join("node"));
    files.find(|file| file.is_file())
}

impl World {
    /// A project in a folder of this name, in which nothing is installed. Of all
    /// programs, only node can be found.
    pub(crate) fn bare(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let (project, tools) = (root.join(name), root.join("tools"));
        fs::create_dir_all(&project).unwrap();
        fs::create_dir(&tools).unwrap();
        // Lock files above the checkout are not the project's.
        fs::create_dir(root.join(".git")).unwrap();
        if let Some(node) = node() {
            link(&node, &tools.join("node"));
        }
        let world = Self {
            folder,
            project,
            tools,
        };
        for (path, text) in files {
            world.write(path, text);
        }
        world
    }

    /// A project with all packages; nothing when there are none to be had.
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Option<Self> {
        let packages = packages()?;
        let world = Self::bare(name, files);
        link(&packages, &world.project.join("node_modules"));
        Some(world)
    }

    /// The example of this repository in a folder of this name.
    pub(crate) fn example(name: &str) -> Option<Self> {
        let world = Self::new(name, &[])?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let example = root
            .ancestors()
            .nth(2)
            .unwrap()
            .join("examples/assemblyscript");
        for file in [
            "package.json",
            "package-lock.json",
            "asconfig.json",
            "assembly/index.ts",
            "assembly/sieve.ts",
        ] {
            world.write(file, &fs::read_to_string(example.join(file)).unwrap());
        }
        Some(world)
    }

    pub(crate) fn project(&self) -> &Path {
        &self.project
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn delete(&self, path: &str) {
        fs::remove_file(self.project.join(path)).unwrap();
    }

    /// Takes node away.
    pub(crate) fn without_node(self) -> Self {
        fs::remove_file(self.tools.join("node")).unwrap();
        self
    }

    /// The plugin, started in the project.
    pub(crate) fn plugin(&self) -> Session {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wasmasc"));
        command.current_dir(&self.project).env("PATH", &self.tools);
        command.env_remove("NODE_OPTIONS").env_remove("NODE_PATH");
        Session::start(command)
    }

    /// A request for a build into an empty stage.
    pub(crate) fn request(&self, profile: Profile, options: Value) -> BuildRequest {
        let stage = self.stage("");
        let _ = fs::remove_dir_all(&stage);
        fs::create_dir(&stage).unwrap();
        let mut request = BuildRequest::new(&self.project, "out", stage);
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
        self.folder
            .path()
            .canonicalize()
            .unwrap()
            .join("stage")
            .join(path)
    }

    /// The inputs that a build told.
    pub(crate) fn inputs(&self, answer: &Answer) -> Inputs {
        let file = answer.result.inputs_file.as_ref().unwrap();
        serde_json::from_slice(&fs::read(self.stage(file)).unwrap()).unwrap()
    }

    /// All files in the project but those of packages, with their contents.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.project.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                match entry.file_type().unwrap() {
                    kind if kind.is_dir() => folders.push(entry.path()),
                    kind if kind.is_file() => {
                        files.insert(entry.path(), fs::read(entry.path()).unwrap());
                    }
                    _ => {}
                }
            }
        }
        files
    }

    /// Runs the module that was built, as a WASI program, and returns what it
    /// prints.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        let script = "const {WASI} = require('node:wasi'); const fs = require('node:fs');\
            const [file, ...args] = process.argv.slice(1);\
            const wasi = new WASI({version: 'preview1', args: ['app', ...args], env: {}});\
            const module = new WebAssembly.Module(fs.readFileSync(file));\
            process.exitCode = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));";
        self.node(
            &["-e", script, "--", self.stage("out.wasm").to_str().unwrap()],
            args,
        )
    }

    /// Calls an exported function of the module with numbers.
    pub(crate) fn call(&self, name: &str, args: &[&str]) -> String {
        let script = "const fs = require('node:fs'); const [file, name, ...args] = \
            process.argv.slice(1); const module = new WebAssembly.Module(fs.readFileSync(file));\
            const env = {abort() { throw new Error('abort'); }};\
            const {exports} = new WebAssembly.Instance(module, {env});\
            console.log(exports[name](...args.map(Number)));";
        self.node(
            &[
                "-e",
                script,
                "--",
                self.stage("out.wasm").to_str().unwrap(),
                name,
            ],
            args,
        )
    }

    /// Runs a script beside the loader that was built.
    pub(crate) fn load(&self, script: &str) -> String {
        fs::write(self.stage("main.mjs"), script).unwrap();
        self.node(&[self.stage("main.mjs").to_str().unwrap()], &[])
    }

    fn node(&self, first: &[&str], args: &[&str]) -> String {
        let mut command = Command::new(self.tools.join("node"));
        let output = command
            .arg("--no-warnings")
            .args(first)
            .args(args)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }
}

#[cfg(unix)]
pub(crate) fn link(to: &Path, from: &Path) {
    std::os::unix::fs::symlink(to, from).unwrap();
}

#[cfg(windows)]
pub(crate) fn link(to: &Path, from: &Path) {
    let made = match to.is_dir() {
        true => std::os::windows::fs::symlink_dir(to, from),
        false => std::os::windows::fs::symlink_file(to, from),
    };
    made.unwrap();
}
