//! A plugin held by hand: what it is sent is bytes, and all that comes is kept.

use std::cell::RefCell;
use std::io::{BufReader, Read, Write};
use std::process::{ChildStderr, ChildStdin, ChildStdout};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use plugin_protocol::PluginFrame;
use plugin_protocol::framing::{Incoming, PluginReader};

use super::record::{From, Record, What};
use crate::plugin::bridge::{self, Launch};
use crate::process::{Child, Ended, Lines, Pipes};

/// How many lines may wait to be looked at; a plugin that says more has to wait.
const WAITING: usize = 16;

/// How long what a plugin left may run on when it has ended by itself.
const LEFT_GRACE: Duration = Duration::from_millis(100);

/// How long to wait for the rest of the output of a process that was ended.
const PIPE_GRACE: Duration = Duration::from_secs(2);

/// What comes from a plugin.
enum Note {
    Line(Box<Incoming>, Vec<u8>),
    OutEnd,
    Exited,
}

/// What was heard.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heard {
    /// A frame of this session.
    Frame(Box<PluginFrame>),
    /// A line that is none.
    Other,
    /// Standard output has ended.
    End,
    /// The process has ended.
    Exited,
    /// Nothing came in that time.
    Nothing,
}

/// A session that was begun. Dropping it ends the process with all that it
/// started, and puts the record on the shelf.
pub(super) struct Talk {
    child: Option<Child>,
    input: Option<Sender<Vec<u8>>>,
    notes: Receiver<Note>,
    stderr: Arc<Mutex<Stderr>>,
    /// The session's key.
    pub(super) key: String,
    /// What was said.
    pub(super) record: Record,
    shelf: Rc<RefCell<Vec<Record>>>,
    next_id: u64,
    out_open: bool,
    exited: bool,
}

/// What is known of standard error.
#[derive(Default)]
struct Stderr {
    bytes: u64,
    lines: Vec<(Instant, String)>,
    ended: bool,
}

impl Talk {
    /// Starts a plugin and says nothing. Its record ends up on `shelf`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn start(
        launch: &Launch,
        key: &str,
        shelf: &Rc<RefCell<Vec<Record>>>,
    ) -> std::io::Result<Self> {
        let (child, pipes) = bridge::spawn(launch)?;
        let record = Record::new();
        let (sender, notes) = sync_channel(WAITING);
        let stderr = Arc::default();
        let input = serve(pipes, key, &stderr, &sender)?;
        child.on_exit(move || {
            let _ = sender.send(Note::Exited);
        })?;
        Ok(Self {
            child: Some(child),
            input: Some(input),
            notes,
            stderr,
            key: key.to_owned(),
            record,
            shelf: Rc::clone(shelf),
            next_id: 0,
            out_open: true,
            exited: false,
        })
    }

    /// A number that no request of this session has had.
    pub(super) fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Sends bytes; they are written when the plugin reads.
    pub(super) fn say(&mut self, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        self.record.host(&bytes);
        self.write(bytes);
    }

    /// Sends bytes one at a time, the first of them slowly enough to be read one
    /// at a time as well.
    pub(super) fn say_byte_by_byte(&mut self, bytes: &[u8]) {
        self.record.host(bytes);
        for (number, byte) in bytes.iter().enumerate() {
            self.write(vec![*byte]);
            if number < 30 {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    }

    fn write(&self, bytes: Vec<u8>) {
        if let Some(input) = &self.input {
            // Whether anybody still listens is seen at the other pipes.
            let _ = input.send(bytes);
        }
    }

    /// Closes standard input, behind what was said.
    pub(super) fn hang_up(&mut self) {
        self.input = None;
        self.record.hung_up = true;
    }

    /// What comes next, if anything comes until then.
    pub(super) fn hear(&mut self, until: Instant) -> Heard {
        if self.exited && !self.out_open {
            return Heard::Exited;
        }
        let left = until.saturating_duration_since(Instant::now());
        match self.notes.recv_timeout(left) {
            Ok(Note::Line(line, text)) => self.line(*line, &text),
            Ok(Note::OutEnd) => {
                self.out_open = false;
                Heard::End
            }
            Ok(Note::Exited) => {
                self.exited = true;
                Heard::Exited
            }
            Err(_) => Heard::Nothing,
        }
    }

    fn line(&mut self, line: Incoming, text: &[u8]) -> Heard {
        let (what, heard) = match line {
            Incoming::Frame(frame) => (What::Frame, Heard::Frame(Box::new(frame))),
            Incoming::Noise(_) => (What::Noise, Heard::Other),
            Incoming::Bad { reason, .. } => (What::Bad(reason), Heard::Other),
            Incoming::TooLong { length, .. } => (What::TooLong(length), Heard::Other),
            _ => (What::Truncated, Heard::Other),
        };
        self.record.add(From::Plugin, text, what);
        heard
    }

    /// Whether standard output can bring no more.
    pub(super) fn is_silent(&self) -> bool {
        !self.out_open
    }

    /// Waits until the process has ended, at most until then. What it says
    /// meanwhile is recorded.
    pub(super) fn await_exit(&mut self, until: Instant) -> bool {
        while !self.exited && self.hear(until) != Heard::Nothing {}
        self.exited
    }

    /// How many processes that the plugin has started run now.
    pub(super) fn descendants(&self) -> Option<usize> {
        self.child.as_ref()?.descendants()
    }

    /// Asks the process and its group to end.
    pub(super) fn terminate(&self) {
        if let Some(child) = &self.child {
            child.terminate();
        }
    }

    /// The last lines on standard error, with their times.
    pub(super) fn asides(&self) -> Vec<(Instant, String)> {
        self.stderr().lines.clone()
    }

    fn stderr(&self) -> MutexGuard<'_, Stderr> {
        self.stderr.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for what a process that has ended has still said there.
    fn await_stderr(&self) {
        let until = Instant::now() + PIPE_GRACE;
        while !self.stderr().ended && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The last lines on standard error.
    pub(super) fn last_words(&self) -> Vec<String> {
        if self.exited {
            self.await_stderr();
        }
        let stderr = self.stderr();
        let skip = stderr.lines.len().saturating_sub(5);
        let lines = stderr.lines.iter().skip(skip);
        lines.map(|(_, line)| line.clone()).collect()
    }

    /// Ends what is left of the process and of all that it started, and says
    /// how it ended; nothing when it did not end by itself.
    pub(super) fn end(&mut self) -> Option<Ended> {
        let child = self.child.take()?;
        let by_itself = self.exited;
        let grace = if by_itself {
            LEFT_GRACE
        } else {
            Duration::ZERO
        };
        self.input = None;
        let ended = child.end(grace).ok();
        let until = Instant::now() + PIPE_GRACE;
        while self.out_open && self.hear(until) != Heard::Nothing {}
        self.await_stderr();
        self.record.ended = ended.filter(|_| by_itself);
        self.record.ended
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.end();
        let mut stderr = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        self.record.stderr_bytes = stderr.bytes;
        for (at, line) in stderr.lines.drain(..) {
            self.record.stderr(at, &line);
        }
        drop(stderr);
        let record = std::mem::replace(&mut self.record, Record::new());
        self.shelf.borrow_mut().push(record);
    }
}

/// Starts a thread for each pipe, so that no amount of data in one holds up
/// another. Returns where to write.
fn serve(
    pipes: Pipes,
    key: &str,
    stderr: &Arc<Mutex<Stderr>>,
    sender: &SyncSender<Note>,
) -> std::io::Result<Sender<Vec<u8>>> {
    let (input, to_write) = channel::<Vec<u8>>();
    let Pipes {
        stdin,
        stdout,
        stderr: pipe,
    } = pipes;
    Builder::new().spawn(move || write(stdin, &to_write))?;
    let (notes, key) = (sender.clone(), key.to_owned());
    Builder::new().spawn(move || read_frames(stdout, key, &notes))?;
    let stderr = Arc::clone(stderr);
    Builder::new().spawn(move || read_text(pipe, &stderr))?;
    Ok(input)
}

fn write(mut stdin: ChildStdin, chunks: &Receiver<Vec<u8>>) {
    for chunk in chunks {
        if stdin.write_all(&chunk).is_err() {
            return;
        }
    }
}

fn read_frames(stdout: ChildStdout, key: String, notes: &SyncSender<Note>) {
    let mut frames = PluginReader::new(BufReader::with_capacity(32 * 1024, stdout), key);
    while let Ok(Some(line)) = frames.read() {
        if notes
            .send(Note::Line(Box::new(line), frames.text().to_vec()))
            .is_err()
        {
            return;
        }
    }
    let _ = notes.send(Note::OutEnd);
}

/// Keeps the last lines, and counts everything.
fn read_text(mut pipe: ChildStderr, stderr: &Mutex<Stderr>) {
    let mut lines = Lines::default();
    let mut buffer = vec![0; 32 * 1024];
    let keep = &mut |line: &str| {
        let mut stderr = stderr.lock().unwrap_or_else(PoisonError::into_inner);
        if stderr.lines.len() >= 40 {
            stderr.lines.remove(0);
        }
        stderr.lines.push((Instant::now(), line.to_owned()));
    };
    while let Ok(read) = pipe.read(&mut buffer) {
        if read == 0 {
            break;
        }
        stderr.lock().unwrap_or_else(PoisonError::into_inner).bytes += read as u64;
        lines.push(buffer.get(..read).unwrap_or_default(), keep);
    }
    lines.finish(keep);
    stderr.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
}
