//! Running wasmrun in a world of its own: an empty home and a fresh folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A fresh folder to work in, and a home that nobody has used.
pub(crate) struct World {
    folder: TempDir,
    home: TempDir,
}

/// What a run said.
pub(crate) struct Run {
    /// The exit code; -1 after a signal.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            home: TempDir::new().unwrap(),
        }
    }

    /// The folder to work in.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// wasmrun's own folder in this world.
    pub(crate) fn wasmrun_home(&self) -> PathBuf {
        self.home.path().join(".wasmrun")
    }

    /// Writes a file, with the folders it needs, and returns its path.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program, ready to run in the folder, with a clean environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wasmrun"));
        command
            .args(args)
            .current_dir(self.path())
            .env("HOME", self.home.path());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("WASMRUN_") || text == "CI" || text == "NO_COLOR" {
                command.env_remove(&name);
            }
        }
        command
    }

    /// Runs it to the end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().unwrap())
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
