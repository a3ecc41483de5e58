//! The process that the compiler runs in, from both sides.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use plugin_protocol::process::{self, Ending, Invocation};
use plugin_protocol::{Blame, Context, ErrorCode, Failure, PluginError};

use crate::compile::{Outcome, compile};

/// The first argument of the process.
const FLAG: &str = "--compile";

/// How deeply a program may be nested is a matter of stack, so there is a lot:
/// memory that is not touched costs nothing.
const STACK: usize = 256 << 20;

/// What the process is told to do.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    /// The entry, relative to the working directory.
    entry: String,
    /// Where the outcome is written.
    answer: PathBuf,
    /// Where the module is written; without it, nowhere.
    output: Option<PathBuf>,
}

impl Task {
    /// The task in this process's arguments, if it is such a process.
    pub(crate) fn of_this_process() -> Option<Self> {
        let mut args = env::args_os().skip(1);
        if args.next()? != FLAG {
            return None;
        }
        Some(Self {
            entry: args.next()?.into_string().ok()?,
            answer: args.next()?.into(),
            output: args.next().map(PathBuf::from),
        })
    }

    fn args(&self) -> Vec<OsString> {
        let mut args = vec![
            FLAG.into(),
            self.entry.clone().into(),
            self.answer.clone().into(),
        ];
        args.extend(self.output.iter().map(OsString::from));
        args
    }
}

/// Does a task. Anything else than success is a fault of the compiler or the
/// machine; what is wrong with the program is in the outcome.
pub(crate) fn work(task: &Task) -> ExitCode {
    let task = task.clone();
    let run = move || -> std::io::Result<()> {
        let outcome = compile(&task.entry, task.output.as_deref())?;
        fs::write(&task.answer, serde_json::to_vec(&outcome)?)
    };
    let thread = thread::Builder::new().stack_size(STACK).spawn(run);
    match thread.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        // A panic has said on standard error what it was.
        Ok(Err(_)) => ExitCode::from(101),
        Ok(Ok(Err(_))) | Err(_) => ExitCode::FAILURE,
    }
}

/// Compiles a program in a process of its own. `folder` is for its answer.
///
/// # Errors
/// When the compiler crashes, or is cancelled.
pub(crate) fn start(
    project: &Path,
    entry: &str,
    folder: &Path,
    output: Option<&Path>,
    context: &Context<'_>,
) -> Result<Outcome, Failure> {
    let task = Task {
        entry: entry.to_owned(),
        answer: folder.join(".outcome.json"),
        output: output.map(Path::to_owned),
    };
    let invocation = Invocation {
        program: env::current_exe()?,
        args: task.args(),
        folder: project.to_owned(),
        // The compiler makes a backtrace for each of its errors otherwise.
        env: vec![
            ("RUST_BACKTRACE".into(), None),
            ("RUST_LIB_BACKTRACE".into(), None),
        ],
    };
    let mut said = Vec::new();
    let line = &mut |_, line: &str| said.push(line.to_owned());
    let ending = process::run(&invocation, line, context.cancel())?;
    if ending == Ending::Cancelled {
        return Err(Failure::Cancelled);
    }
    let outcome = fs::read(&task.answer)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok());
    let _ = fs::remove_file(&task.answer);
    match (ending, outcome) {
        (Ending::Exit(0), Some(outcome)) => Ok(outcome),
        (ending, _) => Err(crashed(entry, ending, &said).into()),
    }
}

fn crashed(entry: &str, ending: Ending, said: &[String]) -> PluginError {
    let message = format!("the compiler waspy crashed on {entry}");
    let mut error = PluginError::new(ErrorCode::Toolchain, Blame::Plugin, message);
    error.cause = said
        .iter()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty() && !line.starts_with("note: "))
        .take(4)
        .collect();
    if let Ending::Signal(signal) = ending {
        let cause = format!("killed by signal {signal}; is the program nested very deeply?");
        error.cause.insert(0, cause);
    }
    error
}
