use std::collections::HashSet;

use plugin_protocol::process::{self, Cancel, Ending, Invocation, Stream};
use plugin_protocol::{Context, Diagnostic, Failure, Severity, Task, TaskState};

use super::complaint;
use super::diagnostic::{Places, convert};
use super::message::{Artifact, Message, Script};
use super::status::{self, Said};
use crate::plan::Plan;
use crate::tool::{LONGEST, killed, not_started};

/// What a build of cargo's made, old and new.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) scripts: Vec<Script>,
    /// Whether the compiler misses its own libraries for the target.
    pub(crate) lacks_libraries: bool,
}

/// Runs cargo to its end and hands on what it says. A failure has been explained
/// then, but for missing libraries, which the outcome tells.
///
/// # Errors
/// [`Failure::Failed`] after diagnostics; what cargo complains about.
pub(crate) fn run(
    invocation: &Invocation,
    plan: &Plan,
    context: &Context<'_>,
    cancel: &Cancel,
) -> Result<Outcome, Failure> {
    let root = &plan.root;
    let workspace = &plan.metadata.workspace_root;
    let mut listener = Listener {
        places: Places { root, workspace },
        context,
        outcome: Outcome::default(),
        told_error: false,
        progress: None,
        warnings: HashSet::new(),
        text: String::new(),
    };
    task(context, TaskState::Start);
    let ending = {
        let mut line = |stream, line: &str| match stream {
            Stream::Out => listener.data(line),
            Stream::Err => listener.human(line),
        };
        process::run_with_lines(invocation, LONGEST, &mut line, cancel)
    };
    task(context, TaskState::End);
    match ending.map_err(|cause| not_started(&invocation.program, &cause))? {
        Ending::Exit(0) => Ok(listener.outcome),
        Ending::Cancelled => Err(Failure::Cancelled),
        Ending::Signal(signal) => Err(killed(&invocation.program, signal).into()),
        Ending::Exit(_) if listener.outcome.lacks_libraries => Ok(listener.outcome),
        Ending::Exit(_) if listener.told_error => Err(Failure::Failed),
        Ending::Exit(_) => {
            let folder = &invocation.folder;
            let told = &mut |diagnostic| context.diagnostic(diagnostic);
            Err(complaint::explain(&listener.text, folder, root, told))
        }
    }
}

fn task(context: &Context<'_>, state: TaskState) {
    context.task(Task {
        task: "cargo".into(),
        state,
        done: None,
        total: None,
        unit: None,
    });
}

struct Listener<'a> {
    places: Places<'a>,
    context: &'a Context<'a>,
    outcome: Outcome,
    told_error: bool,
    progress: Option<(u64, u64)>,
    warnings: HashSet<String>,
    /// What cargo says to people about what went wrong.
    text: String,
}

impl Listener<'_> {
    fn data(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(Message::Said(compiler)) => {
                if let Some(diagnostic) = convert(compiler, &self.places) {
                    self.tell(diagnostic);
                }
            }
            Ok(Message::Made(artifact)) => self.outcome.artifacts.push(artifact),
            Ok(Message::Ran(script)) => self.outcome.scripts.push(script),
            Ok(Message::Other) => {}
            // A macro that prints, say. It is not for us.
            Err(_) => self.context.log(Severity::Note, line),
        }
    }

    fn tell(&mut self, diagnostic: Diagnostic) {
        let lacks = |it: &Diagnostic| {
            let notes = || it.notes.iter();
            it.code.as_deref() == Some("E0463")
                && ["`std`", "`core`"]
                    .iter()
                    .any(|name| it.message.contains(name))
                && notes().any(|note| note.contains("target may not be installed"))
        };
        if lacks(&diagnostic) {
            self.outcome.lacks_libraries = true;
            return;
        }
        self.told_error |= diagnostic.severity == Severity::Error;
        self.context.diagnostic(diagnostic);
    }

    fn human(&mut self, line: &str) {
        for said in status::read(line) {
            match said {
                Said::Progress(done, total) if self.progress == Some((done, total)) => {}
                Said::Progress(done, total) => {
                    self.progress = Some((done, total));
                    self.context.progress("cargo", done, total, "crates");
                }
                Said::Status(text) => self.context.log(Severity::Note, text),
                Said::Text(text) => self.text(text),
            }
        }
    }

    fn text(&mut self, line: &str) {
        if self.text.is_empty()
            && let Some(warning) = line.strip_prefix("warning: ")
        {
            self.warning(warning);
            return;
        }
        if !self.text.is_empty() || line.starts_with("error") {
            if self.text.len() < 256 * 1024 {
                self.text.push_str(line);
                self.text.push('\n');
            }
        } else {
            self.context.log(Severity::Note, line);
        }
    }

    /// One of a build script (`name@1.0.0: text`) is about the user's code;
    /// others are cargo's own.
    fn warning(&mut self, text: &str) {
        // The sum of what has been said, or that it will fail soon.
        let is_sum = text.contains(" generated ") && text.contains(" warning");
        if is_sum || text.starts_with("build failed") || !self.warnings.insert(text.to_owned()) {
            return;
        }
        let script = text.split_once(": ").filter(|(package, _)| {
            let version = package.split_once('@').map(|(_, version)| version);
            version.is_some_and(|it| it.starts_with(|first: char| first.is_ascii_digit()))
        });
        match script {
            Some((package, said)) => {
                let mut diagnostic = Diagnostic::new(Severity::Warning, said);
                diagnostic.notes = vec![format!("said by the build script of {package}")];
                self.context.diagnostic(diagnostic);
            }
            None => self.context.log(Severity::Warning, text),
        }
    }
}
