//! Runs the tools.

use std::ffi::OsString;
use std::path::Path;

use plugin_protocol::process::{self, Ending, Invocation, Stream};
use plugin_protocol::{Blame, Context, ErrorCode, Failure, PluginError};

/// Variables on top of this process's own; `None` removes one.
pub(crate) type Env = Vec<(OsString, Option<OsString>)>;

/// Starts tools in the project, and ends them when the host wants that.
pub(crate) struct Runner<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) project: &'a Path,
    pub(crate) env: Env,
}

/// What a short run has printed.
pub(crate) struct Captured {
    pub(crate) success: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Runner<'_> {
    /// The same, with one more variable.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.push((name.into(), Some(value.into())));
    }

    /// Runs a tool that may take long.
    ///
    /// # Errors
    /// When it cannot be started, is killed, or is cancelled.
    pub(crate) fn follow(
        &self,
        program: &Path,
        args: &[OsString],
        line: &mut dyn FnMut(Stream, &str),
    ) -> Result<bool, Failure> {
        let mut env = self.env.clone();
        // Go believes this one where it names the same folder, so that paths are
        // spelled as the host spells them.
        env.push(("PWD".into(), Some(self.project.into())));
        let invocation = Invocation {
            program: program.to_owned(),
            args: args.to_vec(),
            folder: self.project.to_owned(),
            env,
        };
        match process::run(&invocation, line, self.context.cancel()) {
            Ok(Ending::Exit(code)) => Ok(code == 0),
            Ok(Ending::Cancelled) => Err(Failure::Cancelled),
            Ok(Ending::Signal(signal)) => {
                let message = format!("{} was killed by signal {signal}", program.display());
                Err(PluginError::new(ErrorCode::Toolchain, Blame::Environment, message).into())
            }
            Err(cause) => {
                let message = format!("could not start {}", program.display());
                let error = PluginError::new(ErrorCode::Io, Blame::Environment, message);
                Err(error.because(cause).into())
            }
        }
    }

    /// Runs a tool that says something short.
    ///
    /// # Errors
    /// As [`Runner::follow`].
    pub(crate) fn capture(&self, program: &Path, args: &[OsString]) -> Result<Captured, Failure> {
        let (mut out, mut err) = (String::new(), String::new());
        let success = self.follow(program, args, &mut |stream, line| {
            let text = match stream {
                Stream::Out => &mut out,
                Stream::Err => &mut err,
            };
            text.push_str(line);
            text.push('\n');
        })?;
        Ok(Captured { success, out, err })
    }
}

/// Arguments of one tool.
pub(crate) fn args<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.map(OsString::from).to_vec()
}
