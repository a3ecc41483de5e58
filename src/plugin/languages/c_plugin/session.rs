//! One build: what was asked for, what it is done with, and how its tools run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use plugin_protocol::{
    Blame, BuildRequest, Diagnostic, ErrorCode, Event, Log, PluginError, Severity, Task, TaskState,
};

use super::compiler::{Command, Compiler, Family};
use super::environment::Environment;
use super::messages::Messages;
use super::options::Options;
use crate::plugin::languages::entry::io_error;
use crate::plugin::{Failure, Listener};
use crate::process::{self, Cancel, Ending, Invocation};

/// One build.
pub(super) struct Session<'a> {
    pub(super) request: &'a BuildRequest,
    pub(super) options: &'a Options,
    pub(super) compiler: &'a Compiler,
    pub(super) env: &'a Environment,
    pub(super) cancel: &'a Cancel,
}

impl Session<'_> {
    /// The folder in the stage for what is no artifact, made if it is not there.
    pub(super) fn work(&self) -> Result<PathBuf, PluginError> {
        let folder = self.request.stage.join(".work");
        make_folder(&folder)?;
        Ok(folder)
    }

    /// The flag with which names and debug information are dropped. Where wasm-opt is
    /// there, clang's driver has it look at the module afterwards: it drops names,
    /// but refuses SIMD without the section `target_features`, which `-s` would take.
    pub(super) fn strip(&self) -> &'static str {
        if self.compiler.family == Family::Clang && self.env.find("wasm-opt").is_some() {
            "-Wl,--strip-debug"
        } else {
            "-s"
        }
    }

    /// A command with more arguments and variables, ready to run.
    pub(super) fn invocation(
        &self,
        command: &Command,
        args: Vec<OsString>,
        folder: &Path,
        env: &[(&str, OsString)],
    ) -> Invocation {
        let mut changes = self.env.changes();
        changes.extend(self.compiler.env.iter().cloned());
        let env = env.iter();
        changes.extend(env.map(|(name, value)| ((*name).into(), Some(value.clone()))));
        Invocation {
            program: command.program.clone(),
            args: command.args.iter().cloned().chain(args).collect(),
            folder: folder.to_owned(),
            env: changes,
        }
    }

    /// Runs a tool that may take long, and tells what it says as it goes.
    pub(super) fn follow(
        &self,
        invocation: &Invocation,
        messages: &mut Messages,
        listener: Listener<'_>,
    ) -> Result<(), Failure> {
        let mut told = Told::default();
        let line = &mut |_, line: &str| {
            listener(Event::Log(Log {
                level: Severity::Note,
                message: line.to_owned(),
            }));
            messages.line(line);
            told.tell(messages.take(), listener);
        };
        let ending = process::run(invocation, line, self.cancel);
        told.tell(messages.finish(), listener);
        outcome(invocation, ending, messages, &told, listener)
    }

    /// Arguments that keep the paths of this machine out of the module.
    pub(super) fn prefix_maps(&self, folders: &[&Path]) -> Vec<OsString> {
        let map = |folder: &&Path| {
            let mut flag = OsString::from("-ffile-prefix-map=");
            flag.push(folder);
            flag.push("=.");
            flag
        };
        folders.iter().map(map).collect()
    }

    /// Why the result of make or CMake must not be cached, if not all that went
    /// into it can be known.
    pub(super) fn unknown(&self, messages: &Messages) -> Option<String> {
        if self.compiler.family == Family::Zig {
            return Some("zig does not tell which headers make or CMake had it read".to_owned());
        }
        self.clock(messages)
    }

    /// Why the result must not be cached, if a source asks for the time.
    pub(super) fn clock(&self, messages: &Messages) -> Option<String> {
        let steady =
            self.compiler.honours_source_date() && self.env.get("SOURCE_DATE_EPOCH").is_some();
        let file = messages.clock().filter(|_| !steady)?;
        Some(format!("{file} uses __DATE__ or __TIME__"))
    }
}

/// What a tool's run has told so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    errors: bool,
    /// That a command failed, without why.
    aftermath: Option<Diagnostic>,
}

impl Told {
    pub(super) fn tell(&mut self, diagnostics: Vec<Diagnostic>, listener: Listener<'_>) {
        for diagnostic in diagnostics {
            if super::messages::is_aftermath(&diagnostic) {
                self.aftermath.get_or_insert(diagnostic);
                continue;
            }
            self.errors |= diagnostic.severity == Severity::Error;
            listener(Event::Diagnostic(diagnostic));
        }
    }
}

/// What a tool's end means, after its messages have been told.
pub(super) fn outcome(
    invocation: &Invocation,
    ending: std::io::Result<Ending>,
    messages: &Messages,
    told: &Told,
    listener: Listener<'_>,
) -> Result<(), Failure> {
    let program = &invocation.program;
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    match ending {
        Ok(Ending::Exit(0)) => Ok(()),
        Ok(Ending::Cancelled) => Err(Failure::Cancelled),
        Ok(Ending::Signal(signal)) => {
            let error = toolchain(format!("{name} was killed by signal {signal}"));
            Err(with_causes(error, messages).into())
        }
        Ok(Ending::Exit(code)) => {
            if let Some(error) = broken_cache(messages) {
                return Err(error.into());
            }
            if !told.errors {
                let mut diagnostic = told.aftermath.clone().unwrap_or_else(|| {
                    Diagnostic::new(
                        Severity::Error,
                        format!("{name} failed with exit code {code}"),
                    )
                });
                let rest = messages.rest().join("\n");
                let own = diagnostic.rendered.take().unwrap_or_default();
                diagnostic.rendered = Some(format!("{rest}\n{own}").trim().to_owned());
                listener(Event::Diagnostic(diagnostic));
            }
            Err(Failure::Failed)
        }
        Err(error) => Err(io_error("start", program, &error).into()),
    }
}

/// Emscripten builds its libraries when they are first used. Where it cannot,
/// the user has to be told how it can.
fn broken_cache(messages: &Messages) -> Option<PluginError> {
    let rest = messages.rest();
    let crashed = rest.iter().any(|line| line.starts_with("Traceback "));
    let in_cache = rest.iter().any(|line| line.contains("cache.py\""));
    let line = rest.last().filter(|_| crashed && in_cache)?;
    let message = "Emscripten cannot use its cache, where it keeps its system libraries";
    let mut error = PluginError::new(ErrorCode::Toolchain, Blame::Environment, message);
    error = error.because(line.trim());
    error.fix = [
        "export",
        "EM_CACHE=$HOME/.cache/emscripten",
        "EM_FROZEN_CACHE=",
    ]
    .map(str::to_owned)
    .to_vec();
    Some(error)
}

fn toolchain(message: String) -> PluginError {
    PluginError::new(ErrorCode::Toolchain, Blame::Environment, message)
}

fn with_causes(mut error: PluginError, messages: &Messages) -> PluginError {
    let rest = messages.rest();
    let last = rest.len().saturating_sub(5);
    error.cause.extend(rest.into_iter().skip(last));
    error
}

/// Makes a folder with all above it.
pub(super) fn make_folder(folder: &Path) -> Result<(), PluginError> {
    std::fs::create_dir_all(folder).map_err(|error| io_error("make the folder", folder, &error))
}

/// Tells that a step began, moved on or ended.
pub(super) fn task(name: &str, state: TaskState, files: Option<(usize, usize)>) -> Event {
    Event::Task(Task {
        task: name.to_owned(),
        state,
        done: files.map(|(done, _)| done as u64),
        total: files.map(|(_, total)| total as u64),
        unit: files.map(|_| "files".to_owned()),
    })
}
