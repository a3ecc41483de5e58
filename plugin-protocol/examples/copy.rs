//! The smallest plugin: the project brings a finished `module.wasm`, and a
//! build copies it.

use std::fs;
use std::process::ExitCode;

use plugin_protocol::{
    ArtifactKind, BuildReport, BuildRequest, Context, Detect, Diagnostic, Failure, Inputs,
    Manifest, Plugin, Severity,
};

struct Copy;

impl Plugin for Copy {
    fn info(&self) -> Manifest {
        Manifest::new("wasmcopy", "0.1.0")
            .detects(Detect::all(["module.wasm"], 40))
            .enters(["module.wasm"])
            .reads(["wasm"])
    }

    fn build(&self, request: &BuildRequest, context: &Context) -> Result<BuildReport, Failure> {
        let entry = request.entry.as_deref().unwrap_or("module.wasm");
        let output = format!("{}.wasm", request.name);
        if let Err(cause) = fs::copy(request.project.join(entry), request.stage.join(&output)) {
            let message = format!("cannot copy {entry}: {cause}");
            context.diagnostic(Diagnostic::new(Severity::Error, message));
            return Err(Failure::Failed);
        }
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

fn main() -> ExitCode {
    plugin_protocol::main(Copy)
}
