//! What cargo complains about when it is not the compiler: manifests, lock
//! files, the network, build scripts.

use std::path::Path;

use plugin_protocol::{Blame, Diagnostic, ErrorCode, Failure, PluginError, Severity};

use crate::fault::{broken, invalid, missing};
use crate::path::Root;

/// A failure that cargo explained on standard error. `told` hands on what is
/// wrong with the project's own files; `folder` is where cargo ran.
pub(crate) fn explain(
    text: &str,
    folder: &Path,
    root: &Root,
    told: &mut dyn FnMut(Diagnostic),
) -> Failure {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| line.starts_with("error"));
    let lines = start.and_then(|at| lines.get(at..)).unwrap_or(&lines);
    let Some((&first, rest)) = lines.split_first() else {
        return broken("cargo failed and did not say why").into();
    };
    let message = match first.split_once(": ") {
        Some((word, message)) if word.starts_with("error") => message,
        _ => first,
    };
    if let Some(package) = message.strip_prefix("failed to run custom build command for ") {
        told(script(package.trim_matches('`'), rest, root));
        return Failure::Failed;
    }
    if let Some(diagnostic) = placed(message, rest, folder, root) {
        told(diagnostic);
        return Failure::Failed;
    }
    let mut error = judge(message, text);
    error.cause.extend(causes(rest));
    error.into()
}

/// `error: unclosed table` and ` --> Cargo.toml:6:5` under it.
fn placed(message: &str, rest: &[&str], folder: &Path, root: &Root) -> Option<Diagnostic> {
    let place = rest.first()?.trim_start().strip_prefix("--> ")?;
    let mut parts = place.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    let file = root.write(&folder.join(parts.next()?))?;
    let mut diagnostic = Diagnostic::new(Severity::Error, message).at(file, line, column);
    diagnostic.rendered = Some(format!("error: {message}\n{}\n", rest.join("\n")));
    Some(diagnostic)
}

/// A build script that failed: `name v1.0.0 (/folder)`, and what it said.
fn script(package: &str, rest: &[&str], root: &Root) -> Diagnostic {
    let mut words = package.splitn(3, ' ');
    let name = words.next().unwrap_or(package);
    let folder = package
        .split_once(" (")
        .map(|(_, it)| it.trim_end_matches(')'));
    let lines: Vec<&str> = rest
        .iter()
        .map(|line| line.trim())
        .take_while(|line| !line.starts_with("stack backtrace:"))
        .filter(|line| !line.is_empty() && *line != "Caused by:")
        .collect();
    let panic = lines.iter().enumerate().find_map(|(at, line)| {
        let (place, said) = panicked(line)?;
        Some((place, said.or_else(|| lines.get(at + 1).copied())))
    });
    let mut message = format!("the build script of `{name}` failed");
    if let Some(said) = panic.as_ref().and_then(|(_, said)| *said) {
        message = format!("{message}: {said}");
    }
    let mut diagnostic = Diagnostic::new(Severity::Error, message);
    // A package from a registry has no folder, and nothing of it is the user's.
    if let (Some(folder), Some((place, _))) = (folder, &panic) {
        let mut parts = place.rsplitn(3, ':');
        let column = parts.next().and_then(|it| it.parse().ok());
        let line = parts.next().and_then(|it| it.parse().ok());
        if let (Some(column), Some(line), Some(file)) = (column, line, parts.next()) {
            let file = root.write(&Path::new(folder).join(file));
            if let Some(file) = file {
                diagnostic = diagnostic.at(file, line, column);
            }
        }
    } else if let Some(folder) = folder {
        diagnostic.file = root.write(&Path::new(folder).join("build.rs"));
    }
    diagnostic.notes = lines
        .iter()
        .filter(|line| !line.starts_with("note: ") && !line.starts_with("--- "))
        .map(ToString::to_string)
        .collect();
    diagnostic
}

/// `thread 'main' panicked at build.rs:1:12:`, since Rust 1.73 with the message
/// on the next line; before, `panicked at 'message', build.rs:1:12`.
fn panicked(line: &str) -> Option<(String, Option<&str>)> {
    let (_, rest) = line.split_once("panicked at ")?;
    if let Some(quoted) = rest.strip_prefix('\'') {
        let (said, place) = quoted.rsplit_once("', ")?;
        return Some((place.to_owned(), Some(said)));
    }
    Some((rest.strip_suffix(':')?.to_owned(), None))
}

/// Who can mend it, and how.
fn judge(message: &str, text: &str) -> PluginError {
    let says = |words: &[&str]| words.iter().any(|it| text.contains(it));
    let message = match message.starts_with(|first: char| first.is_uppercase()) {
        true => &format!("cargo: {message}"),
        false => message,
    };
    let file_system = [
        "Permission denied (os error",
        "Read-only file system",
        "No space left on device",
    ];
    if says(&file_system) {
        return PluginError::new(ErrorCode::Io, Blame::Environment, message);
    }
    if says(&[
        "--locked was passed",
        "`--locked` was passed",
        "the --locked flag",
    ]) {
        return invalid(message).fix(["cargo", "update", "--workspace"]);
    }
    if says(&[
        "--offline was specified",
        "offline mode",
        "retry without `--offline`",
    ]) {
        return missing(message).fix(["cargo", "fetch"]);
    }
    if says(&[
        "is not supported by the following package",
        "requires rustc",
    ]) {
        return missing(message).fix(["rustup", "update"]);
    }
    if says(&["toolchain '"]) && says(&["is not installed"]) {
        let name = text.split("toolchain '").nth(1);
        let name = name
            .and_then(|it| it.split('\'').next())
            .unwrap_or("stable");
        return missing(message).fix(["rustup", "toolchain", "install", name]);
    }
    let network = [
        "failed to download",
        "network failure",
        "Could not resolve host",
        "Couldn't resolve host",
        "spurious network error",
        "failed to fetch",
    ];
    if says(&network) {
        return PluginError {
            retryable: true,
            ..missing(message)
        };
    }
    if message.starts_with("could not compile") || says(&["could not execute process"]) {
        return broken(message);
    }
    invalid(message)
}

/// What lies under it, in lines.
fn causes(rest: &[&str]) -> Vec<String> {
    rest.iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty() && *line != "Caused by:" && *line != "|")
        .take(20)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(text: &str) -> (Failure, Vec<Diagnostic>) {
        let mut told = Vec::new();
        let root = Root::new(Path::new("/w/app"));
        let failure = explain(text, Path::new("/w/app"), &root, &mut |it| told.push(it));
        (failure, told)
    }

    fn error(text: &str) -> PluginError {
        match explained(text) {
            (Failure::Error(error), told) if told.is_empty() => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_broken_manifest_has_a_place() {
        let text =
            "error: unclosed table, expected `]`\n --> member/Cargo.toml:6:5\n  |\n6 | [dep\n";
        let (failure, told) = explained(text);
        assert_eq!(failure, Failure::Failed);
        assert_eq!(told[0].file.as_deref(), Some("member/Cargo.toml"));
        assert_eq!(told[0].span.unwrap().start, [6, 5]);
        assert_eq!(told[0].message, "unclosed table, expected `]`");
    }

    #[test]
    fn a_build_script_that_panics_has_a_place() {
        let text = "error: failed to run custom build command for `err v0.1.0 (/w/app)`\n\n\
            Caused by:\n  process didn't exit successfully: `/w/x` (exit status: 101)\n  \
            --- stderr\n\n  thread 'main' panicked at build.rs:4:12:\n  boom é\n  \
            stack backtrace:\n     0: rust_begin_unwind\n";
        let (failure, told) = explained(text);
        assert_eq!(failure, Failure::Failed);
        assert_eq!(told[0].message, "the build script of `err` failed: boom é");
        assert_eq!(told[0].file.as_deref(), Some("build.rs"));
        assert_eq!(told[0].span.unwrap().start, [4, 12]);
        let old = text.replace("at build.rs:4:12:", "at 'boom é', build.rs:4:12");
        assert_eq!(explained(&old).1[0].message, told[0].message);
    }

    #[test]
    fn a_build_script_of_a_dependency_has_none() {
        let text = "error: failed to run custom build command for `zlib-sys v1.0.0`\n\nCaused by:\n  \
            process didn't exit successfully: `/t/b` (exit status: 1)\n  --- stderr\n  no cc\n";
        let (_, told) = explained(text);
        assert_eq!(told[0].message, "the build script of `zlib-sys` failed");
        assert_eq!(told[0].file, None);
        assert_eq!(told[0].notes[1], "no cc");
    }

    #[test]
    fn who_can_mend_it() {
        for (text, code, blame, fix) in [
            (
                "error: no matching package named `x` found\nlocation searched: crates.io index\n\
                 As a reminder, you're using offline mode (--offline) which can\n",
                ErrorCode::DependencyMissing,
                Blame::Environment,
                "cargo fetch",
            ),
            (
                "error: cannot update the lock file /w/Cargo.lock because --locked was passed\n",
                ErrorCode::ProjectInvalid,
                Blame::Project,
                "cargo update --workspace",
            ),
            (
                "error: no matching package named `x` found\nrequired by package `a`\n",
                ErrorCode::ProjectInvalid,
                Blame::Project,
                "",
            ),
            (
                "error: rustc 1.85.1 is not supported by the following package:\n  a@1 requires\n",
                ErrorCode::DependencyMissing,
                Blame::Environment,
                "rustup update",
            ),
            (
                "error: toolchain 'nightly-x' is not installed\nhelp: run\n",
                ErrorCode::DependencyMissing,
                Blame::Environment,
                "rustup toolchain install nightly-x",
            ),
            (
                "error: could not compile `a` (lib)\n\nCaused by:\n  rustc (signal: 9)\n",
                ErrorCode::Toolchain,
                Blame::Environment,
                "",
            ),
            ("", ErrorCode::Toolchain, Blame::Environment, ""),
            (
                "error: Permission denied (os error 13) at path \"/w/target\"\n",
                ErrorCode::Io,
                Blame::Environment,
                "",
            ),
        ] {
            let error = error(text);
            let first = error.message.chars().next().unwrap();
            assert!(!first.is_uppercase(), "{error:?}");
            assert_eq!((error.code, error.blame), (code, blame), "{text}");
            assert_eq!(error.fix.join(" "), fix);
        }
        let lost = "error: failed to download from `x`\n\nCaused by:\n  Could not resolve host\n";
        let error = error(lost);
        assert!(error.retryable);
        assert_eq!(error.cause, ["Could not resolve host"]);
    }
}
