use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{ChildStderr, ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use plugin_protocol::HostFrame;
use plugin_protocol::framing::{Incoming, PluginReader, WriteError, host_line};

use super::Launch;
use super::record::{From, Record};
use crate::process::{Child, Ended, Keeper, Lines, Pipes};

/// How many lines may wait to be looked at. Together with the limit of a line
/// this bounds the memory; a plugin that says more has to wait.
const WAITING: usize = 4;

/// How often a file is tried that somebody writes to at this moment.
const BUSY: u32 = 50;

/// How long those that a plugin started may live on when it has ended by
/// itself.
const LEFT_GRACE: Duration = Duration::from_millis(100);

/// What comes from a plugin.
#[derive(Debug)]
pub(super) enum Note {
    /// A line on standard output.
    Line(Incoming),
    /// The end of standard output.
    OutEnd,
    /// A line on standard error.
    Stderr(String),
    /// The end of standard error.
    ErrEnd,
    /// The process has ended.
    Exited,
}

/// A plugin's process and its pipes, each served by a thread of its own, so
/// that no amount of data in one holds up another.
#[derive(Debug)]
pub(super) struct Wire {
    child: Option<Child>,
    lines: Option<Sender<Vec<u8>>>,
    notes: Receiver<Note>,
    record: Arc<Mutex<Record>>,
    keeper: Option<Keeper>,
    out_open: bool,
    err_open: bool,
    exited: Option<Instant>,
}

impl Wire {
    /// Starts the process. `key` is the session's.
    pub(super) fn start(launch: &Launch, key: &str) -> io::Result<Self> {
        let (child, pipes) = spawn(launch)?;
        let (sender, notes) = sync_channel(WAITING);
        let record = Arc::new(Mutex::new(Record::new()));
        let lines = serve(pipes, key, &record, &sender)?;
        child.on_exit(move || {
            let _ = sender.send(Note::Exited);
        })?;
        Ok(Self {
            child: Some(child),
            lines: Some(lines),
            notes,
            record,
            keeper: None,
            out_open: true,
            err_open: true,
            exited: None,
        })
    }

    /// Says something; it is written when the plugin reads.
    pub(super) fn send(&self, frame: &HostFrame) -> Result<(), WriteError> {
        let line = host_line(frame)?;
        lock(&self.record).frame(From::Host, &line);
        if let Some(lines) = &self.lines {
            // Whether anybody still listens is seen at the other pipes.
            let _ = lines.send(line);
        }
        Ok(())
    }

    /// Closes standard input, behind what was said.
    pub(super) fn hang_up(&mut self) {
        self.lines = None;
    }

    /// What came next, if anything comes in that time.
    pub(super) fn next(&mut self, wait: Duration) -> Option<Note> {
        let note = self.notes.recv_timeout(wait).ok()?;
        match &note {
            Note::OutEnd => self.out_open = false,
            Note::ErrEnd => self.err_open = false,
            Note::Exited => self.exited = Some(Instant::now()),
            Note::Line(_) | Note::Stderr(_) => {}
        }
        Some(note)
    }

    /// Whether no further frame can come: the output has ended, or it is held
    /// open by somebody else for longer than `grace` after the process's end.
    pub(super) fn is_silent(&self, grace: Duration) -> bool {
        !self.out_open || self.exited.is_some_and(|at| at.elapsed() >= grace)
    }

    /// Whether the process has ended.
    pub(super) fn has_exited(&self) -> bool {
        self.exited.is_some()
    }

    /// Whether the process is still ours to end.
    pub(super) fn is_alive(&self) -> bool {
        self.child.is_some() && self.exited.is_none()
    }

    /// Whether [`Wire::end`] was called before.
    pub(super) fn is_ended(&self) -> bool {
        self.child.is_none()
    }

    /// Has somebody end the process, and all that it started, if this one dies.
    pub(super) fn keep(&mut self, program: &Path) {
        if let Some(child) = self.child.as_ref().filter(|_| self.keeper.is_none()) {
            self.keeper = Keeper::start(program, child.mark())
                .inspect_err(|error| tracing::debug!(%error, "no keeper"))
                .ok();
        }
    }

    /// Asks the process and its group to end.
    pub(super) fn terminate(&self) {
        if let Some(child) = &self.child {
            child.terminate();
        }
    }

    /// Ends the process and all that it started. Nothing when that has been
    /// done before.
    pub(super) fn end(&mut self) -> Option<io::Result<Ended>> {
        self.lines = None;
        let grace = if self.has_exited() {
            LEFT_GRACE
        } else {
            Duration::ZERO
        };
        let child = self.child.take()?;
        // First, so that it is not looked at as somebody's orphan.
        self.keeper = None;
        Some(child.end(grace))
    }

    /// Takes what is still in the pipes of a process that has been ended.
    pub(super) fn rest(&mut self, grace: Duration, mut take: impl FnMut(Note)) {
        let until = Instant::now() + grace;
        while self.out_open || self.err_open {
            let left = until.saturating_duration_since(Instant::now());
            match self.next(left) {
                Some(note) => take(note),
                None => break,
            }
        }
    }

    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        lock(&self.record)
    }
}

/// Starts a plugin's process, with nothing said yet.
pub(in crate::plugin) fn spawn(launch: &Launch) -> io::Result<(Child, Pipes)> {
    for _ in 0..BUSY {
        match launch.confinement.spawn(launch.command()) {
            // Some other thread has just written the file, and a process that
            // it forked meanwhile still has it open.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(Duration::from_millis(10));
            }
            result => return result,
        }
    }
    launch.confinement.spawn(launch.command())
}

/// Starts the threads for the pipes. Returns where lines to write go.
fn serve(
    pipes: Pipes,
    key: &str,
    record: &Arc<Mutex<Record>>,
    sender: &SyncSender<Note>,
) -> io::Result<Sender<Vec<u8>>> {
    let (lines, to_write) = channel::<Vec<u8>>();
    let Pipes {
        stdin,
        stdout,
        stderr,
    } = pipes;
    Builder::new().spawn(move || write(stdin, &to_write))?;
    let (notes, its) = (sender.clone(), Arc::clone(record));
    let key = key.to_owned();
    Builder::new().spawn(move || read_frames(stdout, key, &its, &notes))?;
    let (notes, its) = (sender.clone(), Arc::clone(record));
    Builder::new().spawn(move || read_text(stderr, &its, &notes))?;
    Ok(lines)
}

fn write(mut stdin: ChildStdin, lines: &Receiver<Vec<u8>>) {
    for line in lines {
        if let Err(error) = stdin.write_all(&line).and_then(|()| stdin.flush()) {
            tracing::debug!(%error, "the plugin does not read");
            return;
        }
    }
}

fn read_frames(stdout: ChildStdout, key: String, record: &Mutex<Record>, notes: &SyncSender<Note>) {
    let mut frames = PluginReader::new(BufReader::with_capacity(32 * 1024, stdout), key);
    while let Ok(Some(line)) = frames.read() {
        match &line {
            Incoming::Noise(_) => lock(record).text(From::Plugin, frames.text()),
            _ => lock(record).frame(From::Plugin, frames.text()),
        }
        if notes.send(Note::Line(line)).is_err() {
            return;
        }
    }
    let _ = notes.send(Note::OutEnd);
}

fn read_text(mut stderr: ChildStderr, record: &Mutex<Record>, notes: &SyncSender<Note>) {
    let mut lines = Lines::default();
    let mut buffer = vec![0; 32 * 1024];
    let mut listened = true;
    let mut say = |line: &str| {
        lock(record).text(From::Stderr, line.as_bytes());
        listened = notes.send(Note::Stderr(line.to_owned())).is_ok() && listened;
    };
    loop {
        match stderr.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => lines.push(buffer.get(..read).unwrap_or_default(), &mut say),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    lines.finish(&mut say);
    let _ = notes.send(Note::ErrEnd);
}

fn lock(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}
