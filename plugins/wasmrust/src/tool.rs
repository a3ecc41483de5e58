//! Finding programs, and asking them something short.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use plugin_protocol::process::{self, Cancel, Ending, Invocation, Stream};
use plugin_protocol::{Failure, PluginError, Tool};

use crate::fault::broken;

/// What a variable is to become: `None` removes it.
pub(crate) type Changes = Vec<(OsString, Option<OsString>)>;

/// Looks for a program as a shell does: a path as it is, a name in `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let name = Path::new(name);
    if name.is_absolute() {
        return is_program(name).then(|| name.to_owned());
    }
    env::split_paths(&env::var_os("PATH")?)
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| {
            let file = folder.join(name);
            [file.with_added_extension(env::consts::EXE_EXTENSION), file]
        })
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// A program as a build's report names it.
pub(crate) fn told(name: &str, path: Option<PathBuf>, version: Option<String>) -> Tool {
    Tool {
        name: name.to_owned(),
        version,
        path,
        parts: Vec::new(),
    }
}

/// What a program said until its end.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) good: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a program that says little.
///
/// # Errors
/// When it cannot be started, or it is time to end.
pub(crate) fn ask(
    program: &Path,
    args: &[&str],
    folder: &Path,
    cancel: &Cancel,
) -> Result<Said, Failure> {
    let invocation = Invocation {
        program: program.to_owned(),
        args: args.iter().map(Into::into).collect(),
        folder: folder.to_owned(),
        env: Vec::new(),
    };
    run(&invocation, cancel, &mut |_| ())
}

/// Runs a program and keeps what it says; each line of standard error is also
/// handed on as it comes.
///
/// # Errors
/// When it cannot be started, or it is time to end.
pub(crate) fn run(
    invocation: &Invocation,
    cancel: &Cancel,
    line: &mut dyn FnMut(&str),
) -> Result<Said, Failure> {
    let (mut out, mut err) = (String::new(), String::new());
    let mut listen = |stream, text: &str| {
        let kept = match stream {
            Stream::Out => &mut out,
            Stream::Err => &mut err,
        };
        // No answer that is read is longer; a tool gone wild may say more.
        if kept.len() < 16 << 20 {
            kept.push_str(text);
            kept.push('\n');
        }
        if stream == Stream::Err {
            line(text);
        }
    };
    let ending = process::run_with_lines(invocation, LONGEST, &mut listen, cancel)
        .map_err(|cause| not_started(&invocation.program, &cause))?;
    match ending {
        Ending::Cancelled => Err(Failure::Cancelled),
        Ending::Exit(code) => Ok(Said {
            good: code == 0,
            out,
            err,
        }),
        Ending::Signal(signal) => Err(killed(&invocation.program, signal).into()),
    }
}

/// The longest line that is taken whole, in bytes. A diagnostic of rustc is one
/// line, and it quotes the lines of source that it is about.
pub(crate) const LONGEST: usize = 16 << 20;

pub(crate) fn not_started(program: &Path, cause: &std::io::Error) -> PluginError {
    broken(format!("could not start {}", program.display())).because(cause)
}

pub(crate) fn killed(program: &Path, signal: i32) -> PluginError {
    broken(format!(
        "{} was killed by signal {signal}",
        program.display()
    ))
}
