//! A folder with a project, and the plugin with a fault as an executable.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Where a test works.
pub(crate) struct World {
    folder: TempDir,
}

/// What `wasmrun` said.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    /// A project whose build takes so many milliseconds.
    pub(crate) fn new(slow: u32) -> Self {
        let world = Self {
            folder: TempDir::new().unwrap(),
        };
        let first = if slow > 0 {
            format!("slow {slow}\n")
        } else {
            String::new()
        };
        world.write("project/main.txt", &format!("{first}once upon a time\n"));
        world.write("project/lib/a.txt", "there was a plugin\n");
        world.write("project/README.md", "a project of texts\n");
        world
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.path().join("project")
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The plugin, as an executable of its own.
    pub(crate) fn plugin(&self, fault: &str) -> PathBuf {
        let own = std::env::current_exe().unwrap();
        let trap = if fault == "ignores-term" {
            "trap '' TERM; "
        } else {
            ""
        };
        let script = format!(
            "#!/bin/sh\n{trap}exec '{}' --fault '{fault}' \"$@\"\n",
            own.display()
        );
        self.executable("plugin", &script)
    }

    pub(crate) fn executable(&self, name: &str, script: &str) -> PathBuf {
        let path = self.write(name, script);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        path
    }

    pub(crate) fn wasmrun(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_wasmrun"))
            .args(args)
            .current_dir(self.path())
            .env("WASMRUN_HOME", self.path().join("home"))
            .env_remove("CI")
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Tests the plugin at `exe`, with more arguments.
    pub(crate) fn test(&self, exe: &Path, args: &[&str]) -> (i32, Value) {
        let exe = exe.to_str().unwrap();
        let run = self.wasmrun(&[&["plugin", "test", exe, "--format", "json"], args].concat());
        let report = serde_json::from_str(&run.out);
        (
            run.code,
            report.unwrap_or_else(|_| panic!("{}: {}{}", run.code, run.out, run.err)),
        )
    }
}

/// The checks of a report that went like this.
pub(crate) fn checks<'a>(report: &'a Value, result: &str) -> Vec<&'a Value> {
    let all = report["checks"].as_array().unwrap();
    all.iter()
        .filter(|check| check["result"] == result)
        .collect()
}
