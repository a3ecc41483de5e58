//! A world for one fault: a project, a stage and a home, a session in it, and a
//! look at what is left afterwards.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use plugin_protocol::{BuildReport, BuildRequest, Diagnostic, Event, Log};
use tempfile::TempDir;
use wasmrun::error::{Code, Error};
use wasmrun::plugin::Failure;
use wasmrun::plugin::bridge::{Launch, Session};
use wasmrun::process::Cancel;

/// Marks the processes of one world.
const MARK: &str = "FAULTS_WORLD";

/// Held by a test that measures, or looks for processes without a mark.
static ALONE: RwLock<()> = RwLock::new(());

#[expect(dead_code, reason = "held, not read")]
enum Turn {
    Shared(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// A project whose plugin has a fault.
pub(crate) struct World {
    _turn: Turn,
    folder: TempDir,
    mark: String,
    pub(crate) launch: Launch,
    pub(crate) cancel: Cancel,
    pub(crate) events: Vec<Event>,
}

impl World {
    pub(crate) fn new(fault: &str) -> Self {
        let turn = ALONE.read().unwrap_or_else(PoisonError::into_inner);
        Self::with_turn(fault, Turn::Shared(turn))
    }

    pub(crate) fn alone(fault: &str) -> Self {
        let turn = ALONE.write().unwrap_or_else(PoisonError::into_inner);
        Self::with_turn(fault, Turn::Alone(turn))
    }

    fn with_turn(fault: &str, turn: Turn) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{}-{number}", std::process::id());
        let folder = TempDir::new().unwrap();
        for name in ["project", "stage", "home"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let exe = std::env::current_exe().unwrap();
        let mut launch = Launch::new("faulty", exe, folder.path().join("project"));
        launch.env = vec![
            ("PATH".into(), std::env::var_os("PATH").unwrap_or_default()),
            (MARK.into(), OsString::from(&mark)),
        ];
        launch.faults = Some(folder.path().join("home/faults"));
        launch.keeper = Some(env!("CARGO_BIN_EXE_wasmrun").into());
        // Long enough for a slow machine; a test of a limit sets its own.
        launch.limits.hello = Duration::from_secs(60);
        launch.limits.build = Duration::from_secs(120);
        launch.limits.cancel_grace = Duration::from_millis(300);
        launch.limits.term_grace = Duration::from_millis(500);
        let world = Self {
            _turn: turn,
            folder,
            mark,
            launch,
            cancel: Cancel::new(),
            events: Vec::new(),
        };
        world.set_fault(fault);
        world
    }

    pub(crate) fn set_fault(&self, fault: &str) {
        std::fs::write(self.project().join("fault"), fault).unwrap();
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn stage(&self) -> PathBuf {
        self.folder.path().join("stage")
    }

    pub(crate) fn start(&mut self) -> Result<Session, Failure> {
        let events = &mut self.events;
        let listener = &mut |event| events.push(event);
        Session::start(self.launch.clone(), listener, &self.cancel)
    }

    pub(crate) fn request(&self) -> BuildRequest {
        BuildRequest::new(self.project(), "app", self.stage())
    }

    pub(crate) fn ask(&mut self, session: &mut Session) -> Result<BuildReport, Failure> {
        let request = self.request();
        let events = &mut self.events;
        let listener = &mut |event| events.push(event);
        session.build(&request, listener, &self.cancel)
    }

    pub(crate) fn end(&mut self, session: Session) -> Result<(), Error> {
        let events = &mut self.events;
        session.end(&mut |event| events.push(event))
    }

    /// Starts the plugin, builds, and ends it. A leak is an error too.
    pub(crate) fn build(&mut self) -> Result<BuildReport, Failure> {
        let mut session = self.start()?;
        let report = self.ask(&mut session)?;
        self.end(session)
            .map_err(|error| Failure::Fault(Box::new(error)))?;
        Ok(report)
    }

    /// Builds, expects a fault, and looks at what is left.
    pub(crate) fn fault(&mut self, code: Code) -> Error {
        let started = Instant::now();
        let error = match self.build() {
            Err(Failure::Fault(error)) => *error,
            other => panic!("{}: {other:?}", self.name()),
        };
        assert_eq!(error.code(), code, "{}: {error}", self.name());
        assert!(error.message().contains("`faulty`"), "{error}");
        assert!(error.blamed().is_some() && error.help_text().is_some());
        // No test waits for a minute that a plugin sleeps.
        assert!(started.elapsed() < Duration::from_secs(50), "{error}");
        self.assert_clean();
        self.assert_next_build_works();
        error
    }

    /// Builds, expects that it works, and looks at what is left.
    pub(crate) fn works(&mut self) -> BuildReport {
        let report = self.build();
        let report = report.unwrap_or_else(|failure| panic!("{}: {failure:?}", self.name()));
        assert_eq!(report.artifacts.len(), 1);
        self.assert_clean();
        report
    }

    fn name(&self) -> String {
        std::fs::read_to_string(self.project().join("fault")).unwrap()
    }

    /// No process of this world is left.
    pub(crate) fn assert_clean(&self) {
        let left = self.processes();
        assert!(left.is_empty(), "{}: left: {left:?}", self.name());
    }

    fn assert_next_build_works(&mut self) {
        self.set_fault("");
        std::fs::remove_dir_all(self.stage()).unwrap();
        std::fs::create_dir(self.stage()).unwrap();
        self.works();
    }

    /// The living processes that carry the mark.
    pub(crate) fn processes(&self) -> Vec<String> {
        let wanted = format!("{MARK}={}", self.mark);
        processes(|proc| {
            let environ = std::fs::read(proc.join("environ")).unwrap_or_default();
            environ
                .split(|byte| *byte == 0)
                .any(|line| line == wanted.as_bytes())
        })
    }

    /// Where conversations with a fault are.
    pub(crate) fn faults(&self) -> Vec<PathBuf> {
        let folder = self.folder.path().join("home/faults");
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    pub(crate) fn logs(&self) -> Vec<&str> {
        let logs = self.events.iter().filter_map(|event| match event {
            Event::Log(Log { message, .. }) => Some(message.as_str()),
            _ => None,
        });
        logs.collect()
    }

    pub(crate) fn diagnostics(&self) -> Vec<&Diagnostic> {
        let diagnostics = self.events.iter().filter_map(|event| match event {
            Event::Diagnostic(diagnostic) => Some(diagnostic),
            _ => None,
        });
        diagnostics.collect()
    }
}

/// The processes that fit, as their command lines. Zombies are none.
pub(crate) fn processes(fits: impl Fn(&Path) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|proc| proc.join("stat").exists() && fits(proc))
        .filter_map(|proc| {
            let command = std::fs::read(proc.join("cmdline")).ok()?;
            let text = String::from_utf8_lossy(&command).replace('\0', " ");
            (!text.is_empty()).then_some(text)
        })
        .collect()
}
