use std::collections::HashSet;
use std::io::Write;

use plugin_protocol::framing::host_line;
use plugin_protocol::{ArtifactKind, Blame, BuildReport, BuildRequest, HostCode, HostFrame};
use tempfile::NamedTempFile;

use super::answers::milliseconds;
use super::exchange::Reply;
use super::fault::Fault;
use super::{Session, inputs};
use crate::error::plain;
use crate::plugin::{Failure, Listener, artifact};
use crate::process::Cancel;

impl Session {
    /// Builds a project into the request's stage. The artifacts in the report
    /// were there, as told, when the plugin said that it was done, and each has
    /// the hash that it had then.
    ///
    /// # Errors
    /// [`Failure::Failed`] after a diagnostic; what the plugin says, or does
    /// wrong.
    pub fn build(
        &mut self,
        request: &BuildRequest,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<BuildReport, Failure> {
        let limit = self.limits().build;
        let fitting = Fitting::of(request, milliseconds(limit))?;
        let frame = |id| fitting.frame(id);
        let reply = self.request(frame, limit, listener, cancel)?;
        let reply = self.good("build", reply, listener)?;
        self.report(request, reply)
            .map_err(|fault| Failure::Fault(Box::new(self.blame(fault))))
    }

    fn report(&self, request: &BuildRequest, reply: Reply) -> Result<BuildReport, Fault> {
        let called = self.called();
        let bad = |message: String| Fault::new(HostCode::BadArtifact, message);
        let mut report = BuildReport {
            artifacts: reply.artifacts,
            inputs: None,
            env_read: reply.result.env_read,
            tools: reply.result.tools,
            uncacheable: reply.result.uncacheable,
        };
        let mut seen = HashSet::new();
        for made in &mut report.artifacts {
            let name = format!("the artifact `{}` of {called}", made.path.escape_debug());
            if !seen.insert(made.path.clone()) {
                return Err(bad(format!("{name} is told of twice")));
            }
            let sealed = artifact::seal(made, &request.stage);
            made.sha256 = Some(sealed.map_err(|why| bad(format!("{name} {why}")))?);
        }
        if !report
            .artifacts
            .iter()
            .any(|made| made.kind == ArtifactKind::Wasm)
        {
            return Err(bad(format!("{called} made no WebAssembly module")));
        }
        if let Some(name) = reply.result.inputs_file {
            let read = inputs::read(&request.stage, &name);
            let message = format!("the list of inputs of {called}, `{}`,", name.escape_debug());
            report.inputs = Some(read.map_err(|why| bad(format!("{message} {why}")))?);
        }
        Ok(report)
    }
}

/// A build request whose frame is within the limit.
struct Fitting {
    request: BuildRequest,
    /// Where the options are when they are too long. It is deleted when this is
    /// dropped.
    file: Option<NamedTempFile>,
    deadline_ms: u64,
}

impl Fitting {
    fn of(request: &BuildRequest, deadline_ms: u64) -> Result<Self, Failure> {
        let mut this = Self {
            request: request.clone(),
            file: None,
            deadline_ms,
        };
        // The longest number that a request can have.
        let fits = |this: &Self| host_line(&this.frame(u64::MAX)).is_ok();
        if !fits(&this) {
            // Not to know what has changed is always right.
            this.request.changed = None;
        }
        if !fits(&this) && !this.request.options.is_empty() {
            this.file = Some(options_file(&this.request).map_err(|error| {
                let message = "could not write the options to a temporary file";
                let code = plugin_protocol::ErrorCode::Io;
                plugin_protocol::PluginError::new(code, Blame::Environment, message)
                    .because(plain(&error))
            })?);
            this.request.options.clear();
        }
        Ok(this)
    }

    fn frame(&self, id: u64) -> HostFrame {
        HostFrame::Build {
            id,
            request: self.request.clone(),
            options_file: self.file.as_ref().map(|file| file.path().to_owned()),
            deadline_ms: Some(self.deadline_ms),
        }
    }
}

fn options_file(request: &BuildRequest) -> std::io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix("wasmrun-options-")
        .suffix(".json")
        .tempfile()?;
    file.write_all(&serde_json::to_vec(&request.options)?)?;
    file.flush()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_for_a_frame_goes_through_a_file() {
        let mut request = BuildRequest::new("/p", "app", "/s");
        let short = Fitting::of(&request, 1).unwrap();
        assert!(short.file.is_none() && short.request == request);
        request.changed = Some(vec!["x".repeat(100_000)]);
        let changed = Fitting::of(&request, 1).unwrap();
        assert!(changed.file.is_none() && changed.request.changed.is_none());
        request
            .options
            .insert("long".into(), "y".repeat(100_000).into());
        let long = Fitting::of(&request, 1).unwrap();
        assert!(host_line(&long.frame(u64::MAX)).is_ok());
        let path = long.file.as_ref().unwrap().path().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let options: std::collections::BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&text).unwrap();
        assert_eq!(options, request.options);
        drop(long);
        assert!(!path.exists());
    }
}
