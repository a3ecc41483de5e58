use std::time::{Duration, Instant};

use plugin_protocol::framing::Incoming;
use plugin_protocol::{
    Artifact, CancelReason, Event, HostCode, HostFrame, PluginFrame, ResultFrame, Severity,
};

use super::Session;
use super::fault::Fault;
use super::session::{TICK, reason, time};
use super::wire::Note;
use crate::plugin::{Failure, Listener};
use crate::process::Cancel;

/// More artifacts than this are not believed.
const MOST_ARTIFACTS: usize = 10_000;

/// A request that takes longer than this is worth a keeper.
const LONG: Duration = Duration::from_millis(50);

/// What came back for a request.
#[derive(Debug)]
pub(super) struct Reply {
    /// The result.
    pub(super) result: ResultFrame,
    /// The artifacts that were told of before it, in order.
    pub(super) artifacts: Vec<Artifact>,
    /// Whether a diagnostic of severity error was told before it.
    pub(super) told_error: bool,
}

/// One request and all that is said until it is over.
pub(super) struct Exchange<'a> {
    session: &'a mut Session,
    id: u64,
    operation: &'static str,
    limit: Duration,
    listener: Listener<'a>,
    cancel: &'a Cancel,
    started: Instant,
    heard: Instant,
    pinged: bool,
    artifacts: Vec<Artifact>,
    told_error: bool,
    cut: Option<String>,
    ending: Option<Wish>,
}

/// The request is to end early; the plugin may still say something.
struct Wish {
    since: Instant,
    why: Why,
}

enum Why {
    Cancelled,
    Fault(Fault),
}

impl<'a> Exchange<'a> {
    pub(super) fn new(
        session: &'a mut Session,
        frame: &HostFrame,
        limit: Duration,
        listener: Listener<'a>,
        cancel: &'a Cancel,
    ) -> Self {
        let now = Instant::now();
        Self {
            session,
            id: frame.id().unwrap_or_default(),
            operation: operation(frame),
            limit,
            listener,
            cancel,
            started: now,
            heard: now,
            pinged: false,
            artifacts: Vec::new(),
            told_error: false,
            cut: None,
            ending: None,
        }
    }

    pub(super) fn run(mut self, frame: &HostFrame) -> Result<Reply, Failure> {
        let _span = tracing::debug_span!("ask", operation = self.operation, id = self.id).entered();
        self.session.send(frame)?;
        loop {
            if let Some(note) = self.session.wire.next(TICK)
                && let Some(result) = self.take(note)
            {
                return self.finish(result);
            }
            let grace = self.session.limits().pipe_grace;
            if self.session.wire.is_silent(grace) {
                return Err(self.gone());
            }
            if let Some(failure) = self.look_at_clock() {
                return Err(failure);
            }
        }
    }

    /// Takes what came. Returns the result if that is it.
    fn take(&mut self, note: Note) -> Option<ResultFrame> {
        match &note {
            Note::Line(_) | Note::Stderr(_) => {
                self.heard = Instant::now();
                self.pinged = false;
            }
            Note::OutEnd | Note::ErrEnd | Note::Exited => {}
        }
        match note {
            Note::Line(Incoming::Frame(frame)) if frame.id() == Some(self.id) => {
                return self.frame(frame);
            }
            Note::Line(Incoming::Bad { id, reason, line }) if self.is_ours(id) => {
                let fault = self.session.bad_frame(&reason, &line);
                self.wish(Why::Fault(fault), CancelReason::User);
            }
            Note::Line(Incoming::TooLong { id, length }) if self.is_ours(id) => {
                let fault = self.too_long(length);
                self.wish(Why::Fault(fault), CancelReason::User);
            }
            Note::Line(Incoming::Truncated(line)) => self.cut = Some(line),
            note => self.session.aside(note, self.listener),
        }
        None
    }

    /// What names no request belongs to the one that runs.
    fn is_ours(&self, id: Option<u64>) -> bool {
        id.is_none_or(|id| id == self.id)
    }

    fn frame(&mut self, frame: PluginFrame) -> Option<ResultFrame> {
        match frame {
            PluginFrame::Result(result) => return Some(*result),
            PluginFrame::Task { task, .. } => (self.listener)(Event::Task(task)),
            PluginFrame::Log { log, .. } => (self.listener)(Event::Log(log)),
            PluginFrame::Diagnostic { diagnostic, .. } => {
                self.told_error |= diagnostic.severity == Severity::Error;
                (self.listener)(Event::Diagnostic(diagnostic));
            }
            PluginFrame::Artifact { artifact, .. } if self.artifacts.len() < MOST_ARTIFACTS => {
                self.artifacts.push(artifact);
            }
            PluginFrame::Artifact { .. } => {
                let message = format!(
                    "{} told of more than {MOST_ARTIFACTS} artifacts",
                    self.session.called()
                );
                self.wish(
                    Why::Fault(Fault::new(HostCode::BadArtifact, message)),
                    CancelReason::User,
                );
            }
            _ => {}
        }
        None
    }

    fn too_long(&self, length: u64) -> Fault {
        let message = format!("{} sent a frame that is too long", self.session.called());
        Fault::new(HostCode::FrameTooLong, message).because(format!(
            "{length} bytes in one line; {} is the most, longer data goes through a file",
            plugin_protocol::limits::PLUGIN_FRAME
        ))
    }

    fn finish(self, result: ResultFrame) -> Result<Reply, Failure> {
        match self.ending {
            // It kept to the protocol by answering; it may be asked again.
            Some(Wish { why, .. }) => Err(match why {
                Why::Cancelled => Failure::Cancelled,
                Why::Fault(fault) => Failure::Fault(Box::new(self.session.blame(fault))),
            }),
            None => Ok(Reply {
                result,
                artifacts: self.artifacts,
                told_error: self.told_error,
            }),
        }
    }

    /// The plugin can say nothing more.
    fn gone(self) -> Failure {
        match self.ending {
            Some(wish) => give_up(self.session, wish, self.listener),
            None => {
                let when = format!("before the result of `{}`", self.operation);
                self.session.gone(&when, self.cut, self.listener)
            }
        }
    }

    /// Looks whether something is due. Returns how the request failed, if it is
    /// over.
    fn look_at_clock(&mut self) -> Option<Failure> {
        if self.started.elapsed() >= LONG {
            self.session.keep();
        }
        if let Some(wish) = &self.ending {
            let polite = self.session.understands("cancel");
            let grace = self.session.limits().cancel_grace;
            if polite && wish.since.elapsed() < grace {
                return None;
            }
            let wish = self.ending.take()?;
            return Some(give_up(self.session, wish, self.listener));
        }
        let idle = self.session.limits().idle;
        // Only who answers a ping can be told from who works in silence.
        let measured = self.session.understands("ping");
        if let Some(why) = self.cancel.reason() {
            self.wish(Why::Cancelled, reason(why));
        } else if self.started.elapsed() >= self.limit {
            let fault = self.late();
            self.wish(Why::Fault(fault), CancelReason::Deadline);
        } else if measured && self.heard.elapsed() >= idle {
            let message = format!("{} was silent for {}", self.session.called(), time(idle));
            let fault = Fault::new(HostCode::IdleTimeout, message)
                .because(format!("it was asked to `{}`", self.operation))
                .help(raise("idle"));
            self.wish(Why::Fault(fault), CancelReason::Deadline);
        } else if measured && !self.pinged && self.heard.elapsed() >= idle / 2 {
            self.pinged = true;
            let id = self.session.fresh_id();
            let _ = self.session.send(&HostFrame::Ping { id });
        }
        None
    }

    fn late(&self) -> Fault {
        let (called, limit) = (self.session.called(), time(self.limit));
        let message = format!("{called} took longer than {limit} to `{}`", self.operation);
        Fault::new(HostCode::Deadline, message).help(raise(self.operation))
    }

    /// Notes that the request is to end, and tells the plugin. The first reason
    /// stays.
    fn wish(&mut self, why: Why, reason: CancelReason) {
        if self.ending.is_some() {
            return;
        }
        self.ending = Some(Wish {
            since: Instant::now(),
            why,
        });
        if self.session.understands("cancel") {
            let target = self.id;
            let _ = self.session.send(&HostFrame::Cancel { target, reason });
        }
    }
}

/// The plugin has not answered in time. Ends it.
fn give_up(session: &mut Session, wish: Wish, listener: Listener<'_>) -> Failure {
    match wish.why {
        Why::Cancelled => {
            session.stop(listener);
            Failure::Cancelled
        }
        Why::Fault(fault) => session.fail(fault, listener),
    }
}

fn raise(limit: &str) -> String {
    format!(
        "if it needs more time: WASMRUN_PLUGIN_{}_TIMEOUT=1h",
        limit.to_ascii_uppercase()
    )
}

fn operation(frame: &HostFrame) -> &'static str {
    match frame {
        HostFrame::Info { .. } => "info",
        HostFrame::Detect { .. } => "detect",
        HostFrame::Check { .. } => "check",
        HostFrame::Validate { .. } => "validate",
        HostFrame::Build { .. } => "build",
        HostFrame::Clean { .. } => "clean",
        _ => "answer",
    }
}
