//! A module that is built already: building it means to hand over a copy, so
//! that it is verified and published like any other.

use std::path::Path;

use plugin_protocol::{Artifact, ArtifactKind, BuildReport, BuildRequest, Inputs, Missing};

use super::entry;
use crate::plugin::{self, Failure, Listener};
use crate::process::Cancel;

const ENDING: &str = "wasm";

/// Hands over modules as they are.
#[derive(Debug)]
pub(crate) struct WasmBuilder;

impl plugin::WasmBuilder for WasmBuilder {
    fn build(
        &self,
        request: &BuildRequest,
        _listener: Listener<'_>,
        _cancel: &Cancel,
    ) -> Result<BuildReport, Failure> {
        let named = request.entry.as_deref();
        let file = entry::choose(&request.project, named, &request.name, ENDING)?;
        let path = format!("{}.wasm", request.name);
        let (from, to) = (request.project.join(&file), request.stage.join(&path));
        // Without the rights of the original: a read-only module could not be
        // replaced by the next build.
        let size = std::fs::File::open(&from)
            .and_then(|mut from| std::io::copy(&mut from, &mut std::fs::File::create(&to)?))
            .map_err(|error| entry::io_error("copy", &from, &error))?;
        Ok(BuildReport {
            artifacts: vec![Artifact {
                kind: ArtifactKind::Wasm,
                path,
                size,
                sha256: None,
            }],
            inputs: Some(Inputs {
                files: vec![file],
                globs: vec![],
                names: named.map_or_else(|| entry::considered(ENDING), |_| vec![]),
            }),
            uncacheable: Some("copying a module is quicker than looking it up".to_owned()),
            ..BuildReport::default()
        })
    }

    fn check_dependencies(&self, _: &Path, _: &Cancel) -> Result<Vec<Missing>, Failure> {
        Ok(vec![])
    }

    fn validate_project(
        &self,
        _project: &Path,
        _listener: Listener<'_>,
        _cancel: &Cancel,
    ) -> Result<(), Failure> {
        Ok(())
    }

    fn clean(&self, _: &Path, _: bool, _: &Cancel) -> Result<Vec<String>, Failure> {
        Ok(vec![])
    }

    fn supported_extensions(&self) -> Vec<&str> {
        vec![ENDING]
    }

    fn entry_file_candidates(&self) -> Vec<&str> {
        vec!["main.wasm", "index.wasm"]
    }
}
