use std::ffi::OsString;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use super::Cancel;
use super::child::Child;
use super::group;
use super::lines::{LONGEST, Lines};
use super::stray::Mark;

/// How long a tool that was asked to end may take before it is killed.
const GRACE: Duration = Duration::from_millis(800);

/// How long to wait for the end of an output after the tool has ended, while
/// something that it started holds the other end open.
const HELD_OPEN: Duration = Duration::from_secs(2);

/// How often to look whether the user wants it to end.
const TICK: Duration = Duration::from_millis(20);

/// A tool to start.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its working directory.
    pub folder: PathBuf,
    /// Variables to set on top of this process's own; `None` removes one.
    pub env: Vec<(OsString, Option<OsString>)>,
}

/// How a tool ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With this exit code.
    Exit(i32),
    /// Killed by this signal.
    Signal(i32),
    /// We ended it and all that it started, because [`Cancel::reason`] said so.
    Cancelled,
}

/// One of a tool's two outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Runs a tool to its end, with standard input closed, and hands each line of
/// its output (without the line end, invalid UTF-8 replaced, the rest of a line
/// of more than 64 KiB left out) to `line`, in the order of arrival. When it
/// returns, nothing that the tool started is left.
///
/// # Errors
/// When the tool cannot be started.
pub fn run(
    invocation: &Invocation,
    line: &mut dyn FnMut(Stream, &str),
    cancel: &Cancel,
) -> io::Result<Ending> {
    run_with_lines(invocation, LONGEST, line, cancel)
}

/// Does the same for a tool whose lines are data: they are handed on whole up to
/// `longest` bytes.
///
/// # Errors
/// When the tool cannot be started.
pub fn run_with_lines(
    invocation: &Invocation,
    longest: usize,
    line: &mut dyn FnMut(Stream, &str),
    cancel: &Cancel,
) -> io::Result<Ending> {
    if cancel.reason().is_some() {
        return Ok(Ending::Cancelled);
    }
    let _span = tracing::debug_span!("run", program = %invocation.program.display()).entered();
    tracing::debug!(args = ?invocation.args, folder = %invocation.folder.display());
    let mark = Mark::new();
    let spawned = group::spawn(command(invocation, &mark))?;
    let child = Child::new(spawned.group, mark);
    let notes = listen(&child, spawned.stdout, spawned.stderr)?;
    let mut output = Output::new(line, longest);
    let cancelled = follow(&child, &notes, &mut output, cancel);
    let ending = child.end(Duration::ZERO).map(|ended| ended.ending);
    output.rest(&notes);
    tracing::debug!(?ending, cancelled);
    if cancelled {
        return Ok(Ending::Cancelled);
    }
    ending
}

fn command(invocation: &Invocation, mark: &Mark) -> Command {
    let mut command = Command::new(&invocation.program);
    command
        .args(&invocation.args)
        .current_dir(&invocation.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in &invocation.env {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let (name, value) = mark.variable();
    command.env(name, value);
    command
}

/// What the threads that watch a tool tell.
enum Note {
    Bytes(Stream, Vec<u8>),
    Closed,
    Exited,
}

/// Starts a thread for each output and one for the exit. The channel is short:
/// a tool that prints more than we can take has to wait.
fn listen(
    child: &Child,
    out: Option<impl Read + Send + 'static>,
    err: Option<impl Read + Send + 'static>,
) -> io::Result<Receiver<Note>> {
    let (sender, notes) = sync_channel(4);
    read(Stream::Out, out, sender.clone())?;
    read(Stream::Err, err, sender.clone())?;
    child.on_exit(move || {
        let _ = sender.send(Note::Exited);
    })?;
    Ok(notes)
}

fn read(
    stream: Stream,
    pipe: Option<impl Read + Send + 'static>,
    sender: SyncSender<Note>,
) -> io::Result<()> {
    std::thread::Builder::new().spawn(move || {
        let mut buffer = vec![0; 32 * 1024];
        if let Some(mut pipe) = pipe {
            loop {
                match pipe.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(read) => {
                        let note = Note::Bytes(stream, buffer[..read].to_vec());
                        if sender.send(note).is_err() {
                            return;
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        }
        let _ = sender.send(Note::Closed);
    })?;
    Ok(())
}

/// Follows a tool until it has ended and its outputs are closed, or until it is
/// time to end it. Says whether it was cancelled.
fn follow(child: &Child, notes: &Receiver<Note>, output: &mut Output<'_>, cancel: &Cancel) -> bool {
    let mut exited: Option<Instant> = None;
    let mut asked: Option<Instant> = None;
    loop {
        match notes.recv_timeout(TICK) {
            Ok(Note::Exited) => exited = Some(Instant::now()),
            Ok(note) => output.take(note),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return asked.is_some(),
        }
        if exited.is_some() && output.open == 0 {
            return asked.is_some();
        }
        if asked.is_none() && cancel.reason().is_some() {
            child.terminate();
            asked = Some(Instant::now());
        }
        if asked.is_some_and(|at| exited.is_some() || at.elapsed() >= GRACE) {
            return true;
        }
        if exited.is_some_and(|at| at.elapsed() >= HELD_OPEN) {
            tracing::debug!("something that the tool started holds its output open");
            return false;
        }
    }
}

/// The lines of both outputs.
struct Output<'a> {
    line: &'a mut dyn FnMut(Stream, &str),
    lines: [Lines; 2],
    open: u8,
}

impl<'a> Output<'a> {
    fn new(line: &'a mut dyn FnMut(Stream, &str), longest: usize) -> Self {
        Self {
            line,
            lines: [Lines::up_to(longest), Lines::up_to(longest)],
            open: 2,
        }
    }

    fn take(&mut self, note: Note) {
        match note {
            Note::Bytes(stream, bytes) => {
                let line = &mut self.line;
                self.lines[stream as usize].push(&bytes, &mut |text| line(stream, text));
            }
            Note::Closed => self.open -= 1,
            Note::Exited => {}
        }
    }

    /// Takes what is still in the pipes now that nobody writes any more.
    fn rest(mut self, notes: &Receiver<Note>) {
        let until = Instant::now() + HELD_OPEN;
        while self.open > 0 {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(note) = notes.recv_timeout(left) else {
                break;
            };
            self.take(note);
        }
        let line = &mut self.line;
        for stream in [Stream::Out, Stream::Err] {
            self.lines[stream as usize].finish(&mut |text| line(stream, text));
        }
    }
}
