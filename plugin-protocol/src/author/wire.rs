use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::framing::{WriteError, plugin_line, write_line};
use crate::process::Cancel;
use crate::{Blame, Diagnostic, ErrorCode, PluginError, PluginFrame, ResultFrame};

/// How much of a text is left when its frame was too long.
const CUT: usize = 16 * 1024;

/// The way to the host, shared by the thread that works and the one that reads,
/// and the requests that have no result yet.
pub(super) struct Wire {
    output: Mutex<Box<dyn Write + Send>>,
    session: String,
    limit: usize,
    open: Mutex<HashMap<u64, Cancel>>,
}

impl Wire {
    pub(super) fn new(output: Box<dyn Write + Send>, session: String, limit: usize) -> Self {
        Self {
            output: Mutex::new(output),
            session,
            limit,
            open: Mutex::new(HashMap::new()),
        }
    }

    /// Notes a request that will get a result.
    pub(super) fn open(&self, id: u64, cancel: Cancel) {
        lock(&self.open).insert(id, cancel);
    }

    /// Cancels a request; one that has its result is left alone.
    pub(super) fn cancel(&self, id: u64) {
        if let Some(cancel) = lock(&self.open).get(&id) {
            cancel.cancel();
        }
    }

    /// Cancels all requests: nobody listens any more.
    pub(super) fn cancel_all(&self) {
        for cancel in lock(&self.open).values() {
            cancel.cancel();
        }
    }

    /// Sends a frame. One that is over the host's limit is shortened, or
    /// replaced by what can be said instead.
    pub(super) fn send(&self, frame: &PluginFrame) {
        match self.try_send(frame) {
            Ok(()) => {}
            Err(WriteError::Io(_)) => self.cancel_all(),
            Err(error) => {
                let sent = shortened(frame, &error).map(|frame| self.try_send(&frame));
                if !matches!(sent, Some(Ok(()))) {
                    let _ = writeln!(io::stderr(), "warning: {error}");
                }
            }
        }
    }

    /// Sends the one result of a request, unless it has one.
    pub(super) fn finish(&self, result: ResultFrame) {
        if lock(&self.open).remove(&result.id).is_some() {
            self.send(&PluginFrame::Result(Box::new(result)));
        }
    }

    fn try_send(&self, frame: &PluginFrame) -> Result<(), WriteError> {
        let line = plugin_line(&self.session, frame, self.limit)?;
        write_line(&mut **lock(&self.output), &line)
    }
}

/// What is sent in place of a frame that cannot be.
fn shortened(frame: &PluginFrame, error: &WriteError) -> Option<PluginFrame> {
    match frame.clone() {
        PluginFrame::Diagnostic { id, diagnostic } => Some(PluginFrame::Diagnostic {
            id,
            diagnostic: Diagnostic {
                message: cut(diagnostic.message),
                notes: Vec::new(),
                fixes: Vec::new(),
                rendered: diagnostic.rendered.map(cut),
                ..diagnostic
            },
        }),
        PluginFrame::Log { id, mut log } => {
            log.message = cut(log.message);
            Some(PluginFrame::Log { id, log })
        }
        PluginFrame::Result(result) => {
            let error = PluginError::new(ErrorCode::Internal, Blame::Plugin, error.to_string());
            let result = ResultFrame::error(result.id, error);
            Some(PluginFrame::Result(Box::new(result)))
        }
        _ => None,
    }
}

fn cut(mut text: String) -> String {
    if text.len() > CUT {
        text.truncate(text.floor_char_boundary(CUT));
        text.push_str("...");
    }
    text
}

/// A panic of one thread leaves nothing half done that another would trip on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
