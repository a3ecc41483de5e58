use std::path::Path;

use plugin_protocol::{
    Blame, Diagnostic, ErrorCode, Event, HostFrame, Manifest, Match, Missing, PluginError,
    Severity, Status,
};

use super::Session;
use super::exchange::Reply;
use super::fault::Fault;
use crate::plugin::{Failure, Listener};
use crate::process::Cancel;

/// The operations but `build`, each with its limit.
impl Session {
    /// Asks for the manifest.
    ///
    /// # Errors
    /// What the plugin says, or does wrong.
    pub fn info(&mut self, listener: Listener<'_>, cancel: &Cancel) -> Result<Manifest, Failure> {
        let limit = self.limits().info;
        let reply = self.request(|id| HostFrame::Info { id }, limit, listener, cancel)?;
        let reply = self.good("info", reply, listener)?;
        match reply.result.info {
            Some(manifest) => Ok(manifest),
            None => Err(self.lacks("info", "info")),
        }
    }

    /// Asks whether the plugin builds a project.
    ///
    /// # Errors
    /// What the plugin says, or does wrong.
    pub fn detect(
        &mut self,
        project: &Path,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Option<Match>, Failure> {
        let limit = self.limits().detect;
        let frame = |id| HostFrame::Detect {
            id,
            project: project.to_owned(),
            deadline_ms: Some(milliseconds(limit)),
        };
        let reply = self.request(frame, limit, listener, cancel)?;
        let reply = self.good("detect", reply, listener)?;
        match reply.result.found {
            Some(found) => Ok(found),
            None => Err(self.lacks("detect", "match")),
        }
    }

    /// Asks what the project needs and the machine lacks.
    ///
    /// # Errors
    /// What the plugin says, or does wrong.
    pub fn check(
        &mut self,
        project: &Path,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Vec<Missing>, Failure> {
        let limit = self.limits().check;
        let frame = |id| HostFrame::Check {
            id,
            project: project.to_owned(),
            deadline_ms: Some(milliseconds(limit)),
        };
        let reply = self.request(frame, limit, listener, cancel)?;
        let reply = self.good("check", reply, listener)?;
        Ok(reply.result.missing.unwrap_or_default())
    }

    /// Asks for mistakes that need no build to be seen.
    ///
    /// # Errors
    /// [`Failure::Failed`] after a diagnostic; what the plugin does wrong.
    pub fn validate(
        &mut self,
        project: &Path,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<(), Failure> {
        let limit = self.limits().validate;
        let frame = |id| HostFrame::Validate {
            id,
            project: project.to_owned(),
            deadline_ms: Some(milliseconds(limit)),
        };
        let reply = self.request(frame, limit, listener, cancel)?;
        // A plugin that cannot look for mistakes has found none.
        if reply.result.status == Status::Unsupported {
            return Ok(());
        }
        self.good("validate", reply, listener).map(|_| ())
    }

    /// Asks to delete what the language's tools have made.
    ///
    /// # Errors
    /// What the plugin says, or does wrong.
    pub fn clean(
        &mut self,
        project: &Path,
        dry_run: bool,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Vec<String>, Failure> {
        let limit = self.limits().clean;
        let frame = |id| HostFrame::Clean {
            id,
            project: project.to_owned(),
            dry_run,
            deadline_ms: Some(milliseconds(limit)),
        };
        let reply = self.request(frame, limit, listener, cancel)?;
        if reply.result.status == Status::Unsupported {
            return Ok(Vec::new());
        }
        let reply = self.good("clean", reply, listener)?;
        Ok(reply.result.removed.unwrap_or_default())
    }

    /// The reply, if it says ok.
    pub(super) fn good(
        &mut self,
        operation: &str,
        reply: Reply,
        listener: Listener<'_>,
    ) -> Result<Reply, Failure> {
        if reply.result.status != Status::Ok {
            // What it wrote to standard error before may still be on its way.
            self.settle(listener);
        }
        match reply.result.status {
            Status::Ok => Ok(reply),
            Status::Failed => {
                if !reply.told_error {
                    let message = format!("{} failed and did not say why", self.called());
                    let mut diagnostic = Diagnostic::new(Severity::Error, message);
                    diagnostic.notes = self.last_words();
                    listener(Event::Diagnostic(diagnostic));
                }
                Err(Failure::Failed)
            }
            Status::Cancelled => {
                let message = format!("{} cancelled `{operation}` by itself", self.called());
                let error = PluginError::new(ErrorCode::Internal, Blame::Plugin, message);
                Err(Failure::Error(error))
            }
            Status::Unsupported => {
                let message = format!("{} does not know `{operation}`", self.called());
                let error = PluginError::new(ErrorCode::Internal, Blame::Plugin, message);
                Err(Failure::Error(error))
            }
            _ => Err(Failure::Error(self.told(operation, reply))),
        }
    }

    /// The plugin's own error.
    fn told(&self, operation: &str, reply: Reply) -> PluginError {
        let mut error = reply.result.error.unwrap_or_else(|| {
            let message = format!("{} could not `{operation}`", self.called());
            PluginError::new(ErrorCode::Internal, Blame::Plugin, message)
        });
        // What another tool said explains the fault only if nothing else does.
        if error.cause.is_empty() {
            error.cause = self.last_words();
        }
        error
    }

    fn lacks(&self, operation: &str, field: &str) -> Failure {
        let message = format!(
            "the result of `{operation}` of {} has no `{field}`",
            self.called()
        );
        Failure::Fault(Box::new(
            self.blame(Fault::new(plugin_protocol::HostCode::BadFrame, message)),
        ))
    }
}

pub(super) fn milliseconds(limit: std::time::Duration) -> u64 {
    limit.as_millis().try_into().unwrap_or(u64::MAX)
}
