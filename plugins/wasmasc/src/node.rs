//! Finding node and other programs.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use plugin_protocol::process::{self, Cancel, Ending, Invocation, Stream};
use plugin_protocol::{Failure, PluginError};

use crate::fault::{broken, missing};

/// Looks for a program in `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let endings = || {
        [env::consts::EXE_EXTENSION, "cmd"]
            .into_iter()
            .filter(|_| cfg!(windows))
    };
    env::split_paths(&env::var_os("PATH")?)
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| {
            let file = folder.join(name);
            let with = endings()
                .map(|it| file.with_added_extension(it))
                .collect::<Vec<_>>();
            with.into_iter().chain([file])
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

/// Node.
///
/// # Errors
/// When it is not there, with the command that installs it.
pub(crate) fn node() -> Result<PathBuf, PluginError> {
    find("node").ok_or_else(|| missing("node is not installed; asc runs in it").fix(install()))
}

/// Programs that install others, and what they call node and npm.
const INSTALLERS: &[(&str, &[&str])] = &[
    ("apt-get", &["sudo", "apt-get", "install", "nodejs", "npm"]),
    ("dnf", &["sudo", "dnf", "install", "nodejs", "npm"]),
    ("pacman", &["sudo", "pacman", "-S", "nodejs", "npm"]),
    ("apk", &["sudo", "apk", "add", "nodejs", "npm"]),
    ("zypper", &["sudo", "zypper", "install", "nodejs", "npm"]),
    ("brew", &["brew", "install", "node"]),
    ("winget", &["winget", "install", "OpenJS.NodeJS.LTS"]),
];

/// The command that installs node; empty where none is known.
pub(crate) fn install() -> Vec<String> {
    let known = INSTALLERS
        .iter()
        .find(|(program, _)| find(program).is_some());
    let (_, words) = known.copied().unwrap_or_default();
    words.iter().map(ToString::to_string).collect()
}

/// The version of a node, without its `v`.
///
/// # Errors
/// When it cannot be started or says none.
pub(crate) fn version(node: &Path, folder: &Path, cancel: &Cancel) -> Result<String, Failure> {
    let mut said = String::new();
    let ending = run(
        node,
        vec!["--version".into()],
        folder,
        cancel,
        &mut |stream, line| {
            if stream == Stream::Out && said.is_empty() {
                said.push_str(line);
            }
        },
    )?;
    match said.strip_prefix('v') {
        Some(version) if ending == Ending::Exit(0) => Ok(version.to_owned()),
        _ => Err(broken(format!("{} does not tell its version", node.display())).into()),
    }
}

/// Runs node in a folder. Nothing that it started is left when this returns.
///
/// # Errors
/// When it cannot be started, or it is time to end.
pub(crate) fn run(
    node: &Path,
    args: Vec<OsString>,
    folder: &Path,
    cancel: &Cancel,
    line: &mut dyn FnMut(Stream, &str),
) -> Result<Ending, Failure> {
    let invocation = Invocation {
        program: node.to_owned(),
        args,
        folder: folder.to_owned(),
        env: Vec::new(),
    };
    let ending = process::run(&invocation, line, cancel)
        .map_err(|cause| broken(format!("could not start {}", node.display())).because(cause))?;
    match ending {
        Ending::Cancelled => Err(Failure::Cancelled),
        ending => Ok(ending),
    }
}

/// Whether a version is old against what a package wants of it. Only `>=` is
/// understood; packages that want something else are believed to be content.
pub(crate) fn is_old(version: &str, wanted: Option<&str>) -> bool {
    let major = |text: &str| text.trim().split('.').next()?.parse::<u64>().ok();
    let wanted = wanted.and_then(|it| it.trim().strip_prefix(">="));
    match (major(version), wanted.and_then(major)) {
        (Some(version), Some(wanted)) => version < wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_seen() {
        for (version, wanted, old) in [
            ("18.19.0", Some(">=20"), true),
            ("20.1.0", Some(">=20"), false),
            ("20.1.0", Some(">= 20.0"), false),
            ("9.0.0", Some(">=20.1"), true),
            ("20.1.0", Some("^18 || ^20"), false),
            ("20.1.0", None, false),
            ("", Some(">=20"), false),
        ] {
            assert_eq!(is_old(version, wanted), old, "{version} {wanted:?}");
        }
    }
}
