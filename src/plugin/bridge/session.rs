use std::hash::{BuildHasher, RandomState};
use std::io;
use std::time::{Duration, Instant};

use plugin_protocol::framing::Incoming;
use plugin_protocol::{
    Event, HostCode, HostFrame, HostHello, Log, PluginFrame, PluginHello, Severity, VERSIONS,
};

use super::exchange::{Exchange, Reply};
use super::fault::Fault;
use super::tail::Tail;
use super::wire::{Note, Wire};
use super::{Launch, Limits};
use crate::error::{Error, plain};
use crate::plugin::{Failure, Listener};
use crate::process::{Cancel, Ended, Ending, Reason};

/// What the host calls itself.
pub(super) const HOST: &str = concat!("wasmrun/", env!("CARGO_PKG_VERSION"));

/// How often to look whether the user wants it to end.
pub(super) const TICK: Duration = Duration::from_millis(20);

/// How many stray lines on standard output are shown.
const NOISE_SHOWN: u32 = 20;

/// A plugin that runs and has said hello. Dropping it ends the process at once,
/// with all that it started.
#[derive(Debug)]
pub struct Session {
    pub(super) launch: Launch,
    pub(super) wire: Wire,
    hello: PluginHello,
    tail: Tail,
    noise: u32,
    next_id: u64,
}

impl Session {
    /// Starts a plugin and exchanges hello.
    ///
    /// # Errors
    /// [`Failure::Fault`] of `spawn_failed`, `hello_timeout`, `version_mismatch`,
    /// `crashed` or `truncated_frame`; [`Failure::Cancelled`].
    pub fn start(launch: Launch, listener: Listener<'_>, cancel: &Cancel) -> Result<Self, Failure> {
        let _span = tracing::debug_span!("hello", plugin = launch.name).entered();
        let key = session_key();
        let wire = match Wire::start(&launch, &key) {
            Ok(wire) => wire,
            Err(error) => return Err(Failure::Fault(Box::new(not_started(&launch, &error)))),
        };
        let mut session = Self {
            launch,
            wire,
            hello: PluginHello::new(0, "", ""),
            tail: Tail::default(),
            noise: 0,
            next_id: 0,
        };
        session.greet(HostHello::new(key, HOST), listener, cancel)?;
        Ok(session)
    }

    /// What the plugin said in its hello.
    #[must_use]
    pub fn hello(&self) -> &PluginHello {
        &self.hello
    }

    /// Whether the plugin can still be asked something.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.wire.is_alive()
    }

    /// Whether the plugin said that it understands something.
    pub(super) fn understands(&self, feature: &str) -> bool {
        self.hello.features.iter().any(|other| other == feature)
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.launch.limits
    }

    /// Has the process ended if wasmrun is killed.
    pub(super) fn keep(&mut self) {
        if cfg!(target_os = "linux")
            && let Some(program) = &self.launch.keeper
        {
            self.wire.keep(program);
        }
    }

    /// A number that no request of this session has had.
    pub(super) fn fresh_id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// The plugin as messages call it.
    pub(super) fn called(&self) -> String {
        format!("the plugin `{}`", self.launch.name)
    }

    /// Asks for something and waits for its result, for at most `limit`. `frame`
    /// makes the request from its number.
    ///
    /// # Errors
    /// [`Failure::Cancelled`], and [`Failure::Fault`] when the plugin breaks the
    /// protocol. A result that says `failed` is no error here.
    pub(super) fn request(
        &mut self,
        frame: impl FnOnce(u64) -> HostFrame,
        limit: Duration,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<Reply, Failure> {
        let frame = frame(self.fresh_id());
        self.tail.clear();
        Exchange::new(self, &frame, limit, listener, cancel).run(&frame)
    }

    fn greet(
        &mut self,
        hello: HostHello,
        listener: Listener<'_>,
        cancel: &Cancel,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        self.send(&HostFrame::Hello(hello))?;
        let mut cut = None;
        loop {
            if cancel.reason().is_some() {
                self.stop(listener);
                return Err(Failure::Cancelled);
            }
            match self.wire.next(TICK) {
                Some(Note::Line(Incoming::Frame(PluginFrame::Hello(hello)))) => {
                    return self.accept(hello, listener);
                }
                Some(Note::Line(Incoming::Truncated(line))) => cut = Some(line),
                Some(Note::Line(Incoming::Bad { reason, line, .. })) => {
                    let fault = self.bad_frame(&reason, &line);
                    return Err(self.fail(fault, listener));
                }
                Some(note) => self.aside(note, listener),
                None => {}
            }
            if self.wire.is_silent(self.launch.limits.pipe_grace) {
                return Err(self.gone("before its hello", cut, listener));
            }
            if started.elapsed() >= self.launch.limits.hello {
                let message = format!(
                    "{} did not say hello within {}",
                    self.called(),
                    time(self.launch.limits.hello)
                );
                let exe = self.launch.exe.display();
                let fault = Fault::new(HostCode::HelloTimeout, message).help(format!(
                    "`wasmrun plugin test {exe}` tells whether it is a plugin"
                ));
                return Err(self.fail(fault, listener));
            }
        }
    }

    fn accept(&mut self, hello: PluginHello, listener: Listener<'_>) -> Result<(), Failure> {
        if VERSIONS.contains(&hello.v) {
            tracing::debug!(?hello);
            self.hello = hello;
            return Ok(());
        }
        let own: Vec<_> = VERSIONS.iter().map(u32::to_string).collect();
        let name = &self.launch.name;
        let message = format!(
            "the plugin `{name}` speaks version {} of the protocol, and this wasmrun only {}",
            hello.v,
            own.join(", ")
        );
        let update = if own
            .iter()
            .all(|own| own.parse().is_ok_and(|own: u32| own < hello.v))
        {
            "update wasmrun".to_owned()
        } else {
            format!("`wasmrun plugin update {name}`")
        };
        let fault = Fault::new(HostCode::VersionMismatch, message).help(update);
        Err(self.fail(fault, listener))
    }

    pub(super) fn send(&mut self, frame: &HostFrame) -> Result<(), Failure> {
        self.wire.send(frame).map_err(|error| {
            let message = format!("the request to {} cannot be written", self.called());
            let fault = Fault::new(HostCode::BadFrame, message)
                .because(error.to_string())
                .blame(plugin_protocol::Blame::Project)
                .help("use shorter paths, with UTF-8 names");
            Failure::Fault(Box::new(fault.error(&[], None)))
        })
    }

    /// Takes what does not answer what is asked: standard error, noise, late
    /// frames.
    pub(super) fn aside(&mut self, note: Note, listener: Listener<'_>) {
        match note {
            Note::Stderr(line) => {
                listener(log(Severity::Note, line.clone()));
                self.tail.push(line);
            }
            Note::Line(Incoming::Noise(line)) => self.noise(&line, listener),
            Note::Line(line) => tracing::debug!(?line, "not asked for"),
            Note::OutEnd | Note::ErrEnd | Note::Exited => {}
        }
    }

    fn noise(&mut self, line: &str, listener: Listener<'_>) {
        self.noise = self.noise.saturating_add(1);
        if self.noise == 1 {
            let called = self.called();
            let hint = format!(
                "{called} prints to standard output, which is for frames; a `print` in it, or a \
                 tool that it runs, should go to standard error"
            );
            listener(log(Severity::Warning, hint));
        }
        if self.noise <= NOISE_SHOWN {
            listener(log(Severity::Note, format!("stray output: {line}")));
        }
    }

    pub(super) fn bad_frame(&self, reason: &str, line: &str) -> Fault {
        let message = format!("{} sent a line that is not a frame", self.called());
        Fault::new(HostCode::BadFrame, message)
            .because(reason)
            .because(line)
    }

    /// The process can say nothing more, though something was due. Ends what is
    /// left of it and says how it went.
    pub(super) fn gone(
        &mut self,
        when: &str,
        cut: Option<String>,
        listener: Listener<'_>,
    ) -> Failure {
        let until = Instant::now() + self.limits().pipe_grace;
        while !self.wire.has_exited() && Instant::now() < until {
            if let Some(note) = self.wire.next(TICK) {
                self.aside(note, listener);
            }
        }
        let by_itself = self.wire.has_exited();
        let ended = self.stop(listener).map(|ended| ended.ending);
        let called = self.called();
        let how = match ended {
            _ if !by_itself => "closed its standard output".to_owned(),
            Some(Ending::Exit(code)) => format!("ended with exit code {code}"),
            Some(Ending::Signal(number)) => format!("was killed by {}", signal(number)),
            Some(Ending::Cancelled) | None => "ended".to_owned(),
        };
        let fault = match cut {
            Some(line) if !matches!(ended, Some(Ending::Signal(_))) => {
                let message = format!("the output of {called} ended inside a line");
                Fault::new(HostCode::TruncatedFrame, message)
                    .because(format!("{how} {when}"))
                    .because(line)
            }
            _ => Fault::new(HostCode::Crashed, format!("{called} {how} {when}")),
        };
        self.fail(fault, listener)
    }

    /// Ends the process for a fault, and makes the error of it.
    pub(super) fn fail(&mut self, fault: Fault, listener: Listener<'_>) -> Failure {
        self.stop(listener);
        Failure::Fault(Box::new(self.blame(fault)))
    }

    /// Makes an error of a fault, with all that is known.
    pub(in crate::plugin) fn blame(&self, fault: Fault) -> Error {
        let file = self.launch.faults.as_deref().and_then(|folder| {
            let Launch { name, secrets, .. } = &self.launch;
            let record = self.wire.record();
            let written = record.write(folder, name, fault.code, fault.message(), secrets);
            written
                .inspect_err(|error| tracing::debug!(%error, "could not write the conversation"))
                .ok()
        });
        fault.error(&self.tail.shown(), file.as_deref())
    }

    /// The last lines on standard error since the last request.
    pub(super) fn last_words(&self) -> Vec<String> {
        self.tail.shown()
    }

    /// Ends the process the hard way: the end of standard input and TERM, then
    /// KILL, then all that it started. Nothing when it has been ended before.
    pub(super) fn stop(&mut self, listener: Listener<'_>) -> Option<Ended> {
        self.wire.hang_up();
        if self.wire.is_alive() {
            self.wire.terminate();
            self.await_exit(self.launch.limits.term_grace, listener);
        }
        self.sweep(listener)
    }

    /// Takes what comes until nothing comes for a moment.
    pub(super) fn settle(&mut self, listener: Listener<'_>) {
        let until = Instant::now() + TICK * 10;
        while Instant::now() < until
            && let Some(note) = self.wire.next(TICK)
        {
            self.aside(note, listener);
        }
    }

    fn await_exit(&mut self, limit: Duration, listener: Listener<'_>) {
        let until = Instant::now() + limit;
        while !self.wire.has_exited() && Instant::now() < until {
            if let Some(note) = self.wire.next(TICK.min(limit)) {
                self.aside(note, listener);
            }
        }
    }

    fn sweep(&mut self, listener: Listener<'_>) -> Option<Ended> {
        let ended = self.wire.end()?;
        let grace = self.launch.limits.pipe_grace;
        let mut rest = Vec::new();
        self.wire.rest(grace, |note| {
            // Frames are of no use any more; only the last words are.
            if matches!(note, Note::Stderr(_)) && rest.len() < 1000 {
                rest.push(note);
            }
        });
        for note in rest {
            self.aside(note, listener);
        }
        match ended {
            Ok(ended) => {
                tracing::debug!(?ended, "the plugin has ended");
                Some(ended)
            }
            Err(error) => {
                tracing::debug!(%error, "the plugin's exit status is not known");
                None
            }
        }
    }

    /// Says goodbye and waits for the end. Does nothing when a fault has ended it
    /// before.
    ///
    /// # Errors
    /// `leaked_processes` when something that the plugin started still ran. It
    /// was killed.
    pub fn end(mut self, listener: Listener<'_>) -> Result<(), Error> {
        if self.wire.is_ended() {
            return Ok(());
        }
        let id = self.fresh_id();
        // It may have ended; then nobody needs to be told.
        let _ = self.send(&HostFrame::Shutdown { id });
        self.wire.hang_up();
        self.await_exit(self.launch.limits.term_grace, listener);
        if !self.wire.has_exited() {
            let message = format!("{} did not end when it was told to", self.called());
            listener(log(Severity::Warning, message));
            self.stop(listener);
            return Ok(());
        }
        match self.sweep(listener) {
            Some(ended) if ended.left > 0 => {
                let message = format!(
                    "{} ended and left {} running, which {} ended by wasmrun",
                    self.called(),
                    if ended.left == 1 {
                        "a process".to_owned()
                    } else {
                        format!("{} processes", ended.left)
                    },
                    if ended.left == 1 { "was" } else { "were" },
                );
                Err(self.blame(Fault::new(HostCode::LeakedProcesses, message)))
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn log(level: Severity, message: String) -> Event {
    Event::Log(Log { level, message })
}

/// Why the request is to be cancelled, in the protocol's words.
pub(super) fn reason(reason: Reason) -> plugin_protocol::CancelReason {
    match reason {
        Reason::Interrupted => plugin_protocol::CancelReason::User,
        Reason::Timeout => plugin_protocol::CancelReason::Deadline,
    }
}

/// A time as people write it.
pub(super) fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{} ms", time.as_millis()),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

fn not_started(launch: &Launch, error: &io::Error) -> Error {
    let message = format!("could not start the plugin `{}`", launch.name);
    let name = &launch.name;
    Fault::new(HostCode::SpawnFailed, message)
        .because(format!("{}: {}", launch.exe.display(), plain(error)))
        .blame(plugin_protocol::Blame::Environment)
        .help(format!("`wasmrun plugin install {name}` installs it again"))
        .error(&[], None)
}

/// The name of a signal, as far as crashes have them.
fn signal(number: i32) -> String {
    let name = match number {
        4 => "SIGILL",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => return format!("signal {number}"),
    };
    format!("signal {number} ({name})")
}

/// A number that nobody guesses, as hex: the standard library seeds its hash
/// maps with the system's randomness.
fn session_key() -> String {
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ() {
        let keys: std::collections::HashSet<_> = (0..100).map(|_| session_key()).collect();
        assert_eq!(keys.len(), 100);
        assert!(keys.iter().all(|key| key.len() == 16));
    }

    #[test]
    fn times_are_short() {
        for (ms, text) in [
            (20, "20 ms"),
            (5_000, "5 s"),
            (90_000, "90 s"),
            (1_800_000, "30 min"),
        ] {
            assert_eq!(time(Duration::from_millis(ms)), text);
        }
    }
}
