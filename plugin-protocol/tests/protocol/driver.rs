//! The least that can talk to a plugin: the other end of the pipes.

use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use plugin_protocol::framing::{Incoming, PluginReader, host_line};
use plugin_protocol::{HostFrame, HostHello, PluginFrame, PluginHello, ResultFrame, Status};
use serde_json::Value;

/// Longer than anything here may take: past it a test has hung.
const HUNG: Duration = Duration::from_secs(60);

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// An example of this crate, built.
pub(crate) fn example(name: &str) -> Command {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        // This test lies in TARGET/PROFILE/deps.
        let test = std::env::current_exe().unwrap();
        let profile = test.ancestors().nth(2).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([
            "build",
            "--quiet",
            "--offline",
            "--examples",
            "--manifest-path",
        ]);
        cargo.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
        cargo.arg("--target-dir").arg(profile.parent().unwrap());
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        assert!(
            cargo.status().unwrap().success(),
            "the examples do not build"
        );
        profile.join("examples")
    });
    Command::new(
        folder
            .join(name)
            .with_extension(std::env::consts::EXE_EXTENSION),
    )
}

/// A script from `examples/plugins`, run by an interpreter. Nothing when the
/// interpreter is not installed, which CI does not forgive.
pub(crate) fn script(interpreter: &str, path: &str) -> Option<Command> {
    let mut command = Command::new(interpreter);
    if command.arg("--version").output().is_err() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{interpreter} is not installed"
        );
        #[allow(clippy::print_stderr, reason = "says why a test did nothing")]
        {
            eprintln!("skipped: {interpreter} is not installed");
        }
        return None;
    }
    let mut command = Command::new(interpreter);
    command.arg(root().join("examples/plugins").join(path));
    Some(command)
}

/// A conversation with a plugin that runs.
pub(crate) struct Session {
    pub(crate) child: Child,
    pub(crate) key: String,
    input: Option<ChildStdin>,
    output: Receiver<(Incoming, Vec<u8>)>,
    errors: Option<JoinHandle<String>>,
}

impl Session {
    /// Starts a plugin, in a process group of its own as a host does.
    pub(crate) fn start(mut command: Command, key: &str) -> Self {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .arg("--wasmrun-plugin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let mut reader = PluginReader::new(BufReader::new(child.stdout.take().unwrap()), key);
        let (sender, output) = channel();
        thread::spawn(move || {
            while let Some(incoming) = reader.read().unwrap() {
                if sender.send((incoming, reader.text().to_vec())).is_err() {
                    return;
                }
            }
        });
        let mut stderr = child.stderr.take().unwrap();
        let errors = Some(thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        }));
        Self {
            child,
            key: key.into(),
            input,
            output,
            errors,
        }
    }

    /// Starts a plugin and exchanges greetings.
    pub(crate) fn greet(command: Command) -> (Self, PluginHello) {
        let mut session = Self::start(command, "0123456789abcdef");
        session.say(&HostFrame::Hello(HostHello::new(
            &*session.key.clone(),
            "test/0",
        )));
        match session.hear() {
            PluginFrame::Hello(hello) => (session, hello),
            other => panic!("not a hello: {other:?}"),
        }
    }

    pub(crate) fn say(&mut self, frame: &HostFrame) {
        self.say_bytes(&host_line(frame).unwrap());
    }

    pub(crate) fn say_bytes(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// The next frame; anything else fails the test.
    pub(crate) fn hear(&mut self) -> PluginFrame {
        self.hear_both().0
    }

    /// The next frame as it was written.
    pub(crate) fn hear_value(&mut self) -> Value {
        serde_json::from_slice(&self.hear_both().1).unwrap()
    }

    fn hear_both(&mut self) -> (PluginFrame, Vec<u8>) {
        match self.output.recv_timeout(HUNG) {
            Ok((Incoming::Frame(frame), text)) => (frame, text),
            Ok((other, _)) => panic!("not a frame: {other:?}"),
            Err(error) => panic!("nothing came: {error}"),
        }
    }

    /// Asks for something, and returns its events and its result.
    pub(crate) fn ask(&mut self, frame: &HostFrame) -> (Vec<PluginFrame>, ResultFrame) {
        self.say(frame);
        self.result_of(frame.id().unwrap())
    }

    /// The events and the result of a request.
    pub(crate) fn result_of(&mut self, id: u64) -> (Vec<PluginFrame>, ResultFrame) {
        let mut events = Vec::new();
        loop {
            let frame = self.hear();
            assert_eq!(frame.id(), Some(id), "{frame:?}");
            match frame {
                PluginFrame::Result(result) => return (events, *result),
                event => events.push(event),
            }
        }
    }

    /// Asks for something that works, and returns its result.
    pub(crate) fn ok(&mut self, frame: &HostFrame) -> (Vec<PluginFrame>, ResultFrame) {
        let (events, result) = self.ask(frame);
        assert_eq!(result.status, Status::Ok, "{result:?}");
        (events, result)
    }

    /// Closes the plugin's input and waits for its end: how it ended, what it
    /// still said, and what it wrote to standard error.
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<Incoming>, String) {
        self.input = None;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < HUNG, "the plugin does not end");
            thread::sleep(Duration::from_millis(5));
        };
        let rest = std::iter::from_fn(|| self.output.recv_timeout(HUNG).ok())
            .map(|(incoming, _)| incoming)
            .collect();
        (status, rest, self.errors.take().unwrap().join().unwrap())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let (Ok(None), Some(id)) = (
            self.child.try_wait(),
            rustix::process::Pid::from_raw(self.child.id() as i32),
        ) {
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
