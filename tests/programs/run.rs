//! One run of a program: under `wasmrun exec`, and the same under wasmtime.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::build::{keep, run};
use crate::tools::find;

/// How wasmtime and `exec` end when the program traps.
const TRAPPED: i32 = 134;

/// A program, and all that it may see.
pub(crate) struct Run<'a> {
    module: &'a Path,
    args: Vec<OsString>,
    env: Vec<String>,
    stdin: Vec<u8>,
    files: BTreeMap<String, Vec<u8>>,
    mounts: Vec<(PathBuf, &'a str)>,
    /// What the program calls the working folder.
    here: &'a str,
    /// What wasmtime has to be told so that it runs the program.
    proposals: &'a str,
    /// Whether functions that nothing gives are there until they are called.
    unknown_imports_trap: bool,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
    /// The files in the working folder afterwards.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Ran {
    pub(crate) fn trapped(&self) -> bool {
        self.code == TRAPPED
    }
}

impl<'a> Run<'a> {
    pub(crate) fn new(module: &'a Path) -> Self {
        Self {
            module,
            args: vec![],
            env: vec![],
            stdin: vec![],
            files: BTreeMap::new(),
            mounts: vec![],
            here: ".",
            proposals: "",
            unknown_imports_trap: false,
        }
    }

    pub(crate) fn args<S: Into<OsString>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push(format!("{name}={value}"));
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// A file in the working folder, which the program sees as `.`.
    pub(crate) fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(name.to_owned(), bytes.into());
        self
    }

    /// The files of a folder, copied into the working folder.
    pub(crate) fn folder(mut self, from: &Path, into: &str) -> Self {
        for (name, bytes) in tree(from) {
            self.files.insert(format!("{into}{name}"), bytes);
        }
        self
    }

    /// What the program calls the working folder, if not `.`.
    pub(crate) fn here(mut self, name: &'a str) -> Self {
        self.here = name;
        self
    }

    /// Proposals that wasmtime does not run unless it is told to, as `-W` takes
    /// them.
    pub(crate) fn proposals(mut self, list: &'a str) -> Self {
        self.proposals = list;
        self
    }

    /// Runs it although it imports functions that nothing gives.
    pub(crate) fn unknown_imports_trap(mut self) -> Self {
        self.unknown_imports_trap = true;
        self
    }

    /// A folder that the program sees under this name, and only reads.
    pub(crate) fn mount(mut self, host: &Path, guest: &'a str) -> Self {
        self.mounts.push((host.to_owned(), guest));
        self
    }

    /// Runs it under both; they must agree. A trap's message is each runtime's own.
    pub(crate) fn same(&self) -> Ran {
        let ours = self.exec();
        if let Some(mut theirs) = self.wasmtime() {
            if ours.trapped() && theirs.trapped() {
                theirs.err.clone_from(&ours.err);
            }
            assert_eq!(
                (ours.code, text(&ours.out), &ours.err),
                (theirs.code, text(&theirs.out), &theirs.err),
                "{}: exec, then wasmtime",
                self.module.display()
            );
            // A great difference in bytes says nothing when printed.
            let names = |ran: &Ran| ran.files.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&ours), names(&theirs));
            for (name, bytes) in &ours.files {
                assert!(bytes == &theirs.files[name], "{name} differs");
            }
        }
        ours
    }

    /// Runs it under both and takes what it printed; it must end well.
    pub(crate) fn printed(&self) -> String {
        let ran = self.same();
        assert_eq!(ran.code, 0, "{}\n{}", text(&ran.out), ran.err);
        text(&ran.out)
    }

    pub(crate) fn exec(&self) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wasmrun"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("WASMRUN_") {
                command.env_remove(&name);
            }
        }
        command.arg("exec");
        if self.unknown_imports_trap {
            command.arg("--unknown-imports-trap");
        }
        command.arg("--dir");
        command.arg(spelled(Path::new("."), self.here, ""));
        for (host, guest) in &self.mounts {
            command.arg("--dir").arg(spelled(host, guest, ":ro"));
        }
        for pair in &self.env {
            command.args(["--env", pair]);
        }
        command.arg(self.module).args(&self.args);
        self.start(command, "exec")
    }

    /// Nothing where wasmtime is missing.
    fn wasmtime(&self) -> Option<Ran> {
        let wasmtime = find("wasmtime", "programs")?;
        let name = self.module.file_name().unwrap();
        let native = keep(&self.module.with_extension("cwasm"), |folder| {
            let native = folder.join("native");
            let mut command = Command::new(&wasmtime);
            run(command
                .arg("compile")
                .args(self.wasmtime_flags(false))
                .arg("-o")
                .arg(&native)
                .arg(self.module));
            native
        });
        let mut command = Command::new(wasmtime);
        command.arg("run").args(self.wasmtime_flags(true));
        command.args(["--allow-precompiled", "--argv0"]);
        command.arg(name).arg("--dir");
        command.arg(spelled(Path::new("."), self.here, ""));
        command.env("RUST_BACKTRACE", "0");
        for (host, guest) in &self.mounts {
            command.arg("--dir").arg(spelled(host, guest, ""));
        }
        for pair in &self.env {
            command.args(["--env", pair]);
        }
        command.arg(native).args(&self.args);
        Some(self.start(command, "wasmtime"))
    }

    fn wasmtime_flags(&self, running: bool) -> Vec<String> {
        let mut list = vec![];
        if !self.proposals.is_empty() {
            list.push(self.proposals.to_owned());
        }
        if running && self.unknown_imports_trap {
            list.push("unknown-imports-trap=y".to_owned());
        }
        match list.is_empty() {
            true => vec![],
            false => vec!["-W".to_owned(), list.join(",")],
        }
    }

    fn start(&self, mut command: Command, who: &str) -> Ran {
        let folder = TempDir::new().unwrap();
        for (name, bytes) in &self.files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let start = Instant::now();
        let mut child = command
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            // A program may end before it has read everything.
            scope.spawn(move || stdin.write_all(&self.stdin).ok());
            child.wait_with_output().unwrap()
        });
        let spent = start.elapsed();
        if spent > Duration::from_secs(1) {
            println!("{who}: {:.1} s", spent.as_secs_f64());
        }
        Ran {
            code: output.status.code().unwrap_or(TRAPPED),
            out: output.stdout,
            err: text(&output.stderr),
            files: tree(folder.path()),
        }
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `HOST::GUEST`, and what follows it.
fn spelled(host: &Path, guest: &str, more: &str) -> OsString {
    let mut word = host.as_os_str().to_owned();
    word.push("::");
    word.push(guest);
    word.push(more);
    word
}

/// All files under a folder.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                open.push((path.clone(), format!("{prefix}{name}/")));
            } else {
                files.insert(format!("{prefix}{name}"), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}
