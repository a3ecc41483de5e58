//! Asking an executable once who it is.

use std::path::Path;

use plugin_protocol::{Manifest, VERSIONS};

use super::Failure;
use super::bridge::{Confinement, Launch, Limits, Session, variables};
use crate::error::{Code, Error, Result};
use crate::process::Cancel;

/// Starts an executable as a plugin, has it say hello and asks for its manifest.
/// It runs in an empty folder, and where the system can, it may write nowhere
/// else. `called` is the name for messages.
///
/// # Errors
/// What is wrong with it, when it is no plugin that this wasmrun can use.
pub(super) fn ask(called: &str, exe: &Path, args: &[String], cancel: &Cancel) -> Result<Manifest> {
    let folder = tempfile::Builder::new()
        .prefix("wasmrun-ask-")
        .tempdir()
        .map_err(|error| Error::io("make a folder in", &std::env::temp_dir(), &error))?;
    let mut launch = launch(called, exe, folder.path());
    if !args.is_empty() {
        launch.args = args.iter().map(Into::into).collect();
    }
    let listener = &mut |event| tracing::debug!(?event);
    let mut session = Session::start(launch, listener, cancel).map_err(error)?;
    let hello = session.hello().clone();
    let manifest = session.info(listener, cancel).map_err(error)?;
    if let Err(error) = session.end(listener) {
        tracing::warn!("{}", error.message());
    }
    let wrong = |what: String| {
        let message = format!("the plugin `{called}` says of itself what no plugin can say");
        Err(Error::new(Code::PluginFault, message)
            .because(what)
            .help("the plugin is at fault: report this to its author"))
    };
    let problems = manifest.problems();
    if !problems.is_empty() {
        return wrong(problems.join("\n"));
    }
    if (&hello.name, &hello.version) != (&manifest.name, &manifest.version) {
        return wrong(format!(
            "its hello is of {} {}, its manifest of {} {}",
            hello.name, hello.version, manifest.name, manifest.version
        ));
    }
    if !manifest.protocol.iter().any(|v| VERSIONS.contains(v)) {
        return wrong(format!(
            "its manifest does not list version {} of the protocol, which it speaks",
            hello.v
        ));
    }
    Ok(manifest)
}

/// Starts an executable as a plugin and has it say hello: its name, its version
/// and the protocol's.
///
/// # Errors
/// What is wrong with it.
pub fn greet(
    called: &str,
    exe: &Path,
    args: &[String],
    limits: Limits,
    cancel: &Cancel,
) -> Result<u32> {
    let folder = tempfile::tempdir()
        .map_err(|error| Error::io("make a folder in", &std::env::temp_dir(), &error))?;
    let mut launch = launch(called, exe, folder.path());
    if !args.is_empty() {
        launch.args = args.iter().map(Into::into).collect();
    }
    launch.limits = limits;
    let listener = &mut |_| ();
    let session = Session::start(launch, listener, cancel).map_err(error)?;
    let version = session.hello().v;
    session.end(listener)?;
    Ok(version)
}

fn launch(called: &str, exe: &Path, folder: &Path) -> Launch {
    let mut launch = Launch::new(called, exe, folder);
    launch.env = variables(std::env::vars_os(), &[], &[]);
    launch.confinement = Confinement::to(vec![folder.to_owned()]);
    launch
}

fn error(failure: Failure) -> Error {
    match failure {
        Failure::Fault(error) => *error,
        Failure::Error(error) => error.into(),
        Failure::Cancelled => Error::new(Code::Interrupted, "interrupted"),
        Failure::Failed => Error::new(Code::PluginFault, "the plugin could not say who it is"),
    }
}
