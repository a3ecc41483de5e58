//! A plugin that runs a tool: `wat2wasm` builds `main.wat`. It shows a missing
//! tool, the tool's messages as diagnostics, and ending it when asked to.

use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use plugin_protocol::process::{self, Ending, Invocation, Stream};
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
        let mut args = vec![
            entry.into(),
            "-o".into(),
            request.stage.join(&output).into(),
        ];
        if request.profile == Profile::Debug {
            args.push("--debug-names".into());
        }
        let invocation = Invocation {
            program: tool.clone(),
            args,
            folder: request.project.clone(),
            env: vec![],
        };
        run(&invocation, context)?;
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

/// Runs the tool, and hands on what it says. It is ended with all that it has
/// started when the host wants that, or has died.
fn run(invocation: &Invocation, context: &Context) -> Result<(), Failure> {
    let (mut told, mut last) = (false, String::new());
    let mut line = |_: Stream, line: &str| match diagnostic(line) {
        Some(diagnostic) => {
            context.diagnostic(diagnostic);
            told = true;
        }
        None => {
            // For people, who see it with `-v` and when something fails.
            let _ = writeln!(stderr(), "{line}");
            last = line.to_owned();
        }
    };
    match process::run(invocation, &mut line, context.cancel())? {
        Ending::Exit(0) => Ok(()),
        Ending::Cancelled => Err(Failure::Cancelled),
        Ending::Exit(_) if told => Err(Failure::Failed),
        // Not the user's code: no room on the disk, a crash.
        Ending::Exit(_) | Ending::Signal(_) => {
            let (code, blame) = (ErrorCode::Toolchain, Blame::Environment);
            Err(PluginError::new(code, blame, "wat2wasm failed")
                .because(last)
                .into())
        }
    }
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
