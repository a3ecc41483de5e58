//! For the author of a plugin in Rust: the trait to implement, and the `main`
//! that does the rest.

mod answer;
mod context;
mod guard;
mod look;
mod plugin;
mod serve;
#[cfg(test)]
mod tests;
mod wire;

use std::io::{self, Write};
use std::process::ExitCode;

pub use context::Context;
pub use look::look;
pub use plugin::Plugin;

use crate::frame::FLAG;
use guard::Stdio;

/// Everything a plugin's `main` has to do: the exchange of `hello`, the choice of
/// the version, requests in and results out, cancel and ping during a build, and
/// the end.
///
/// - Standard output is kept for frames: what the plugin or its tools print goes
///   to standard error. Tools that inherit standard input read nothing.
/// - Every request gets exactly one result. A panic becomes one of `internal`.
/// - When standard input ends, running work is cancelled; if it does not return
///   within [`crate::limits::EOF_GRACE`], the process ends itself and, where it
///   leads a process group, all in it. So it does on SIGTERM, SIGINT and SIGHUP.
///
/// Without `--wasmrun-plugin` it says on standard error what this program is and
/// returns 2.
pub fn main(plugin: impl Plugin) -> ExitCode {
    if !std::env::args_os().skip(1).any(|argument| argument == FLAG) {
        explain(&plugin);
        return ExitCode::from(2);
    }
    let stdio = match Stdio::claim() {
        Ok(stdio) => stdio,
        Err(error) => return fatal(&format!("standard input and output: {error}")),
    };
    guard::end_on_signal();
    match serve::serve(&plugin, stdio.input, stdio.output, guard::end_hard) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fatal(&error),
    }
}

/// Says what this program is to somebody who started it by hand.
fn explain(plugin: &impl Plugin) {
    let info = plugin.info();
    let text = format!(
        "{name} {version} is a plugin of wasmrun, which starts it with {FLAG} and talks to it on \
         standard input and output.\nTo use it: wasmrun plugin install {name}\n",
        name = info.name,
        version = info.version,
    );
    // Nobody is left to tell when standard error is gone.
    let _ = io::stderr().write_all(text.as_bytes());
}

fn fatal(message: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "error: {message}");
    ExitCode::from(2)
}
