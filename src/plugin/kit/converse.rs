//! Requests as the host makes them, and the answers to them.

use std::path::Path;
use std::time::{Duration, Instant};

use plugin_protocol::framing::host_line;
use plugin_protocol::{
    Artifact, BuildRequest, HostFrame, HostHello, PluginFrame, PluginHello, ResultFrame, VERSIONS,
    limits,
};
use serde_json::Value;

use super::talk::{Heard, Talk};
use super::verdict::{Checked, Finding, Stop};

/// What came for one request.
pub(super) struct Answer {
    pub(super) result: ResultFrame,
    /// The artifacts that were told of, in order.
    pub(super) artifacts: Vec<Artifact>,
    /// How long it took.
    pub(super) time: Duration,
}

impl Talk {
    /// Says hello, and hears the plugin's.
    ///
    /// # Errors
    /// When it does not come in time.
    pub(super) fn greet(&mut self) -> Checked<PluginHello> {
        self.greet_with(VERSIONS)
    }

    /// The same, offering other versions.
    ///
    /// # Errors
    /// When it does not come in time.
    pub(super) fn greet_with(&mut self, versions: &[u32]) -> Checked<PluginHello> {
        let mut hello = HostHello::new(
            self.key.clone(),
            concat!("wasmrun/", env!("CARGO_PKG_VERSION")),
        );
        hello.v = versions.to_vec();
        self.say_frame(&HostFrame::Hello(hello));
        self.hear_hello()
    }

    /// Hears the plugin's hello.
    ///
    /// # Errors
    /// When it does not come in time.
    pub(super) fn hear_hello(&mut self) -> Checked<PluginHello> {
        let until = Instant::now() + limits::HELLO;
        loop {
            let came = match self.hear(until) {
                Heard::Frame(frame) => match *frame {
                    PluginFrame::Hello(hello) => return Ok(hello),
                    _ => "another frame came first",
                },
                Heard::Other => continue,
                Heard::End => "it closed its standard output",
                Heard::Exited if !self.is_silent() => continue,
                Heard::Exited => "it ended",
                Heard::Nothing => "nothing came in that time",
            };
            self.record.odd = true;
            let fix = "read one line from standard input; answer {\"s\":KEY,\"type\":\"hello\",\"v\":1,\
                       \"name\":...,\"version\":...} with the key under \"s\" of that line, an LF \
                       behind it, and flush";
            let finding =
                Finding::new("P-HELLO-2", "a `hello` within 5 s of the host's", came, fix);
            return Err(finding.after(self).into());
        }
    }

    /// Sends a frame of the protocol.
    pub(super) fn say_frame(&mut self, frame: &HostFrame) {
        match host_line(frame) {
            Ok(line) => self.say(line),
            Err(error) => tracing::debug!(%error, "a frame of the kit's own"),
        }
    }

    /// Asks for something, and waits for the result.
    ///
    /// # Errors
    /// When there is none in time.
    pub(super) fn ask(
        &mut self,
        frame: impl FnOnce(u64) -> HostFrame,
        limit: Duration,
    ) -> Checked<Answer> {
        let id = self.fresh_id();
        self.say_frame(&frame(id));
        self.answer(id, limit)
    }

    /// Asks with a line of text that has `ID` where the number goes.
    ///
    /// # Errors
    /// When there is no result in time.
    pub(super) fn ask_raw(&mut self, line: &str, limit: Duration) -> Checked<Answer> {
        let id = self.fresh_id();
        self.say(line.replace("\"ID\"", &id.to_string()) + "\n");
        self.answer(id, limit)
    }

    /// Asks for the manifest.
    ///
    /// # Errors
    /// When there is no result in time.
    pub(super) fn info(&mut self) -> Checked<Answer> {
        self.ask(|id| HostFrame::Info { id }, limits::INFO)
    }

    /// Waits for the result of a request.
    ///
    /// # Errors
    /// When there is none in time.
    pub(super) fn answer(&mut self, id: u64, limit: Duration) -> Checked<Answer> {
        let start = Instant::now();
        let mut artifacts = Vec::new();
        loop {
            let came = match self.hear(start + limit) {
                Heard::Frame(frame) if frame.id() == Some(id) => match *frame {
                    PluginFrame::Result(result) => {
                        let time = start.elapsed();
                        return Ok(Answer {
                            result: *result,
                            artifacts,
                            time,
                        });
                    }
                    PluginFrame::Artifact { artifact, .. } => {
                        artifacts.push(artifact);
                        continue;
                    }
                    _ => continue,
                },
                Heard::Frame(_) | Heard::Other => continue,
                Heard::End => "it closed its standard output".to_owned(),
                Heard::Exited if !self.is_silent() => continue,
                Heard::Exited => "it ended".to_owned(),
                Heard::Nothing => format!("no result within {}", time(limit)),
            };
            let asked = self
                .record
                .request(id)
                .map_or("?", super::record::Said::kind)
                .to_owned();
            let expected = format!("exactly one `result` with id {id} for `{asked}`");
            let fix = format!(
                "whatever `{asked}` does, write a result in the end: catch every error and answer \
                 {{\"type\":\"result\",\"s\":KEY,\"id\":{id},\"status\":\"error\",\"error\":{{...}}}}"
            );
            return Err(Finding::new("P-REQ-2", expected, came, fix)
                .after(self)
                .into());
        }
    }

    /// Waits for the `pong` to a `ping`.
    ///
    /// # Errors
    /// When it does not come in time.
    pub(super) fn ping(&mut self, limit: Duration) -> Checked {
        let id = self.fresh_id();
        self.say_frame(&HostFrame::Ping { id });
        let until = Instant::now() + limit;
        loop {
            let came = match self.hear(until) {
                Heard::Frame(frame) if *frame == (PluginFrame::Pong { id }) => return Ok(()),
                Heard::Frame(_) | Heard::Other => continue,
                Heard::Exited if !self.is_silent() => continue,
                Heard::Nothing => format!("nothing within {}", time(limit)),
                Heard::End | Heard::Exited => "it ended".to_owned(),
            };
            let fix = "read standard input in a thread of its own and answer `ping` there at once, \
                       or leave `ping` out of `features` and say level 0";
            let expected = format!("a `pong` with id {id} at once");
            return Err(Finding::new("P-PING-1", expected, came, fix)
                .after(self)
                .into());
        }
    }

    /// Says shutdown, closes standard input and waits for the end.
    ///
    /// # Errors
    /// When it does not end in time, or not with 0.
    pub(super) fn goodbye(&mut self) -> Checked {
        let id = self.fresh_id();
        self.say_frame(&HostFrame::Shutdown { id });
        // The record is not cut short: all was answered, or it is at fault.
        let cut = self.record.hung_up;
        self.hang_up();
        self.record.hung_up = cut;
        let gone = self.await_exit(Instant::now() + limits::TERM_GRACE);
        let must = "P-END-1";
        let expected = "exit with code 0 after `shutdown`";
        let fix = "on `shutdown`, answer it with status ok, leave the loop and exit with 0";
        if !gone {
            let came = format!("it runs on after {}", time(limits::TERM_GRACE));
            return Err(Finding::new(must, expected, came, fix).after(self).into());
        }
        match self.end() {
            Some(ended) if ended.ending != crate::process::Ending::Exit(0) => {
                let came = format!("it ended with {}", ending(ended.ending));
                Err(Finding::new(must, expected, came, fix).after(self).into())
            }
            _ => Ok(()),
        }
    }
}

/// The frame of a build.
pub(super) fn build_frame(
    project: &Path,
    stage: &Path,
    limit: Duration,
) -> impl Fn(u64) -> HostFrame + use<> {
    let request = BuildRequest::new(project, "app", stage);
    move |id| build_of(request.clone(), id, limit)
}

/// The frame of a build with other wishes.
pub(super) fn build_of(request: BuildRequest, id: u64, limit: Duration) -> HostFrame {
    HostFrame::Build {
        id,
        request,
        options_file: None,
        deadline_ms: Some(limit.as_millis().try_into().unwrap_or(u64::MAX)),
    }
}

/// How a process ended, in words.
pub(super) fn ending(ending: crate::process::Ending) -> String {
    use crate::process::Ending;
    match ending {
        Ending::Exit(code) => format!("exit code {code}"),
        Ending::Signal(number) => format!("signal {number}"),
        Ending::Cancelled => "nothing".to_owned(),
    }
}

/// A time as people write it.
pub(super) fn time(time: Duration) -> String {
    match time.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        ms if ms % 1000 == 0 => format!("{} s", ms / 1000),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// A path as JSON.
pub(super) fn json(path: &Path) -> String {
    Value::from(path.to_string_lossy().as_ref()).to_string()
}

/// Fails, unless the answer's status is `ok`.
pub(super) fn must_be_ok(talk: &Talk, answer: &Answer, must: &'static str, what: &str) -> Checked {
    use plugin_protocol::Status;
    if answer.result.status == Status::Ok {
        return Ok(());
    }
    let came = format!("status {}", status(answer.result.status));
    let fix = "see the last frames: what works without this must work with it";
    let finding = Finding::new(must, format!("status ok: {what}"), came, fix);
    Err(Stop::from(finding.after(talk)))
}

/// A status by its name on the wire.
pub(super) fn status(status: plugin_protocol::Status) -> String {
    let value = serde_json::to_value(status).unwrap_or_default();
    format!("`{}`", value.as_str().unwrap_or("error"))
}
