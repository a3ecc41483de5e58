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
        let module = fs::read(request.project.join(entry)).map_err(|cause| {
            let message = format!("cannot read {entry}: {cause}");
            context.diagnostic(Diagnostic::new(Severity::Error, message));
            Failure::Failed
        })?;
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

fn main() -> ExitCode {
    plugin_protocol::main(Copy)
}
