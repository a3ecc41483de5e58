//! The other end of the pipes: the least that can talk to the plugin.

use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use plugin_protocol::framing::{Incoming, PluginReader, host_line};
use plugin_protocol::{
    BuildRequest, Diagnostic, HostFrame, HostHello, PluginFrame, ResultFrame, Status,
};

/// Longer than anything here may take: past it a test has hung.
const HUNG: Duration = Duration::from_secs(300);

const KEY: &str = "0123456789abcdef";

/// A conversation with the plugin.
pub(crate) struct Session {
    pub(crate) child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Incoming>,
    next: u64,
}

/// What came for a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) events: Vec<PluginFrame>,
    pub(crate) result: ResultFrame,
}

impl Answer {
    pub(crate) fn diagnostics(&self) -> Vec<&Diagnostic> {
        let events = self.events.iter();
        events
            .filter_map(|event| match event {
                PluginFrame::Diagnostic { diagnostic, .. } => Some(diagnostic),
                _ => None,
            })
            .collect()
    }

    /// The artifacts, as `KIND PATH`.
    pub(crate) fn artifacts(&self) -> Vec<String> {
        let events = self.events.iter();
        events
            .filter_map(|event| match event {
                PluginFrame::Artifact { artifact, .. } => {
                    Some(format!("{:?} {}", artifact.kind, artifact.path))
                }
                _ => None,
            })
            .collect()
    }

    /// The lines for people.
    pub(crate) fn log(&self) -> String {
        let events = self.events.iter();
        let lines = events.filter_map(|event| match event {
            PluginFrame::Log { log, .. } => Some(log.message.as_str()),
            _ => None,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// It, if it went well.
    #[track_caller]
    pub(crate) fn good(self) -> Self {
        assert_eq!(self.result.status, Status::Ok, "{self:#?}");
        self
    }

    /// The error in it.
    #[track_caller]
    pub(crate) fn error(&self) -> &plugin_protocol::PluginError {
        self.result
            .error
            .as_ref()
            .unwrap_or_else(|| panic!("{self:#?}"))
    }
}

impl Session {
    /// Starts the plugin in a process group of its own, and greets it.
    pub(crate) fn start(mut command: Command) -> Self {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .arg("--wasmrun-plugin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut reader = PluginReader::new(BufReader::new(child.stdout.take().unwrap()), KEY);
        let (sender, output) = channel();
        thread::spawn(move || {
            while let Ok(Some(incoming)) = reader.read() {
                if sender.send(incoming).is_err() {
                    return;
                }
            }
        });
        let mut stderr = child.stderr.take().unwrap();
        thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
        });
        let mut session = Self {
            input: child.stdin.take(),
            child,
            output,
            next: 1,
        };
        session.say(&HostFrame::Hello(HostHello::new(KEY, "test/0")));
        assert!(matches!(session.hear(), PluginFrame::Hello(_)));
        session
    }

    pub(crate) fn say(&mut self, frame: &HostFrame) {
        let line = host_line(frame).unwrap();
        self.input.as_mut().unwrap().write_all(&line).unwrap();
    }

    /// The next frame; anything else fails the test.
    pub(crate) fn hear(&mut self) -> PluginFrame {
        match self.output.recv_timeout(HUNG) {
            Ok(Incoming::Frame(frame)) => frame,
            other => panic!("not a frame: {other:?}"),
        }
    }

    /// A number that no request had.
    pub(crate) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Asks for something and waits for its result.
    pub(crate) fn ask(&mut self, frame: impl FnOnce(u64) -> HostFrame) -> Answer {
        let id = self.number();
        self.say(&frame(id));
        self.answer(id)
    }

    /// Waits for the result of a request.
    pub(crate) fn answer(&mut self, id: u64) -> Answer {
        let mut events = Vec::new();
        loop {
            let frame = self.hear();
            assert_eq!(frame.id(), Some(id), "{frame:?}");
            match frame {
                PluginFrame::Result(result) => {
                    return Answer {
                        events,
                        result: *result,
                    };
                }
                event => events.push(event),
            }
        }
    }

    pub(crate) fn build(&mut self, request: &BuildRequest) -> Answer {
        self.ask(|id| build_frame(id, request))
    }

    pub(crate) fn detect(&mut self, project: &Path) -> Answer {
        let project = project.to_owned();
        self.ask(|id| HostFrame::Detect {
            id,
            project,
            deadline_ms: None,
        })
    }

    pub(crate) fn check(&mut self, project: &Path) -> Answer {
        let project = project.to_owned();
        self.ask(|id| HostFrame::Check {
            id,
            project,
            deadline_ms: None,
        })
    }

    pub(crate) fn validate(&mut self, project: &Path) -> Answer {
        let project = project.to_owned();
        self.ask(|id| HostFrame::Validate {
            id,
            project,
            deadline_ms: None,
        })
    }

    pub(crate) fn clean(&mut self, project: &Path, dry_run: bool) -> Answer {
        let project = project.to_owned();
        self.ask(|id| HostFrame::Clean {
            id,
            project,
            dry_run,
            deadline_ms: None,
        })
    }
}

pub(crate) fn build_frame(id: u64, request: &BuildRequest) -> HostFrame {
    HostFrame::Build {
        id,
        request: request.clone(),
        options_file: None,
        deadline_ms: None,
    }
}

/// The end of its input ends the plugin, and all that it started.
impl Drop for Session {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}
