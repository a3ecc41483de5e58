//! A plugin that runs a tool: `wat2wasm` builds `main.wat`. It shows a missing
//! tool, the tool's messages as diagnostics, and ending it when asked to.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use plugin_protocol::{
    ArtifactKind, Blame, BuildReport, BuildRequest, Context, Detect, Diagnostic, ErrorCode,
    Failure, Inputs, Manifest, Missing, MissingKind, Plugin, PluginError, Profile, Severity, Tool,
};

const FIX: [&str; 3] = ["apt", "install", "wabt"];

struct Wat;

impl Plugin for Wat {
    fn info(&self) -> Manifest {
        Manifest::new("wasmwat", "0.1.0")
            .detects(Detect::all(["main.wat"], 60))
            .enters(["main.wat"])
            .reads(["wat"])
    }

    fn check(&self, _: &Path, _: &Context) -> Result<Vec<Missing>, Failure> {
        let missing = Missing {
            name: "wat2wasm".into(),
            kind: MissingKind::Tool,
            blocking: true,
            fix: FIX.map(Into::into).to_vec(),
        };
        Ok(if find("wat2wasm").is_some() {
            vec![]
        } else {
            vec![missing]
        })
    }

    fn build(&self, request: &BuildRequest, context: &Context) -> Result<BuildReport, Failure> {
        let tool = find("wat2wasm").ok_or_else(|| {
            let (code, blame) = (ErrorCode::DependencyMissing, Blame::Environment);
            PluginError::new(code, blame, "wat2wasm is not installed").fix(FIX)
        })?;
        let entry = request.entry.as_deref().unwrap_or("main.wat");
        let output = format!("{}.wasm", request.name);
        let mut command = Command::new(&tool);
        command.current_dir(&request.project).arg(entry).arg("-o");
        command.arg(request.stage.join(&output));
        if request.profile == Profile::Debug {
            command.arg("--debug-names");
        }
        let child = command.stderr(Stdio::piped()).spawn()?;
        if !run(child, context)?.success() {
            return Err(Failure::Failed);
        }
        Ok(BuildReport {
            artifacts: vec![context.made(&request.stage, ArtifactKind::Wasm, &output)?],
            inputs: Some(Inputs {
                files: vec![entry.into()],
                ..Inputs::default()
            }),
            env_read: vec!["PATH".into()],
            tools: vec![Tool {
                name: "wat2wasm".into(),
                version: None,
                path: Some(tool),
                parts: vec![],
            }],
            uncacheable: None,
        })
    }
}

/// Hands on what the tool says, and ends it when the host wants that.
fn run(mut child: Child, context: &Context) -> Result<ExitStatus, Failure> {
    let output = child.stderr.take();
    thread::scope(|scope| {
        scope.spawn(|| {
            for line in output
                .into_iter()
                .flat_map(|it| BufReader::new(it).lines())
                .flatten()
            {
                if let Some(diagnostic) = diagnostic(&line) {
                    context.diagnostic(diagnostic);
                }
            }
        });
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if context.cancel().reason().is_some() {
                child.kill()?;
                child.wait()?;
                return Err(Failure::Cancelled);
            }
            thread::sleep(Duration::from_millis(5));
        }
    })
}

/// Reads `main.wat:3:5: error: unexpected token`.
fn diagnostic(line: &str) -> Option<Diagnostic> {
    let (place, message) = line.split_once(": error: ")?;
    let mut place = place.rsplitn(3, ':');
    let column = place.next()?.parse().ok()?;
    let row = place.next()?.parse().ok()?;
    Some(Diagnostic::new(Severity::Error, message).at(place.next()?, row, column))
}

/// Looks for a tool in `PATH`.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn main() -> ExitCode {
    plugin_protocol::main(Wat)
}
