//! A plugin of wasmrun: it builds main.{{name}}, a module that is written down in
//! hex digits, with comments after a semicolon. Put your compiler in the place of
//! `assemble`.

use std::fs;
use std::process::ExitCode;

use plugin_protocol::{
    ArtifactKind, Blame, BuildReport, BuildRequest, Context, Detect, Diagnostic, ErrorCode,
    Failure, Inputs, Manifest, Plugin, PluginError, Severity,
};

const ENTRY: &str = "main.{{name}}";

struct Hex;

impl Plugin for Hex {
    fn info(&self) -> Manifest {
        Manifest::new("{{name}}", env!("CARGO_PKG_VERSION"))
            .detects(Detect::all([ENTRY], 60))
            .enters([ENTRY])
            .reads(["{{name}}"])
    }

    fn build(&self, request: &BuildRequest, context: &Context) -> Result<BuildReport, Failure> {
        let entry = request.entry.as_deref().unwrap_or(ENTRY);
        let source = fs::read_to_string(request.project.join(entry)).map_err(|error| {
            let message = format!("cannot read {entry}");
            PluginError::new(ErrorCode::Io, Blame::Project, message).because(error.to_string())
        })?;
        let module = assemble(&source, entry, context)?;
        let output = format!("{}.wasm", request.name);
        fs::write(request.stage.join(&output), module)?;
        Ok(BuildReport {
            artifacts: vec![context.made(&request.stage, ArtifactKind::Wasm, &output)?],
            inputs: Some(Inputs {
                files: vec![entry.into()],
                ..Inputs::default()
            }),
            ..BuildReport::default()
        })
    }
}

/// The bytes of a source; each word that is not hex is told of.
fn assemble(source: &str, file: &str, context: &Context) -> Result<Vec<u8>, Failure> {
    let mut module = Vec::new();
    let mut good = true;
    for (number, line) in (1..).zip(source.lines()) {
        if context.cancel().reason().is_some() {
            return Err(Failure::Cancelled);
        }
        let code = line.split(';').next().unwrap_or_default();
        for word in code.split_whitespace() {
            match bytes(word) {
                Some(bytes) => module.extend(bytes),
                None => {
                    good = false;
                    let before = word.as_ptr() as usize - line.as_ptr() as usize;
                    let column = line[..before].chars().count() as u32 + 1;
                    let message = format!("`{word}` is not pairs of hex digits");
                    let error = Diagnostic::new(Severity::Error, message);
                    context.diagnostic(error.at(file, number, column));
                }
            }
        }
    }
    if good {
        Ok(module)
    } else {
        Err(Failure::Failed)
    }
}

fn bytes(word: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = word
        .chars()
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect()
}

fn main() -> ExitCode {
    plugin_protocol::main(Hex)
}
