//! What make and CMake say themselves.

use std::path::PathBuf;

use plugin_protocol::{Diagnostic, Severity};

use super::header::{Place, place};

/// `make[1]: Entering directory '/p/sub'`
pub(super) fn entering(line: &str) -> Option<PathBuf> {
    let (_, folder) = line.split_once(": Entering directory ")?;
    is_make(line).then(|| PathBuf::from(folder.trim_matches(['\'', '`', '"'])))
}

pub(super) fn is_leaving(line: &str) -> bool {
    is_make(line) && line.contains(": Leaving directory ")
}

fn is_make(line: &str) -> bool {
    let program = line.split([':', '[']).next().unwrap_or_default();
    matches!(program.rsplit(['/', '\\']).next(), Some("make" | "gmake"))
}

/// A message of make or CMake, its place, and whether indented lines follow
/// that belong to it.
pub(super) fn parse(line: &str) -> Option<(Diagnostic, Option<Place>, bool)> {
    make(line).or_else(|| cmake(line)).or_else(|| shell(line))
}

/// `Makefile:3: *** missing separator.  Stop.` and `make: *** No rule ...`
fn make(line: &str) -> Option<(Diagnostic, Option<Place>, bool)> {
    let (before, message) = line.split_once(": *** ")?;
    let message = message
        .trim_end_matches("Stop.")
        .trim_end()
        .trim_end_matches('.');
    let message = match message.strip_prefix("No rule to make target ") {
        Some(rest) => format!("no rule to make target {rest}"),
        None => message.to_owned(),
    };
    let diagnostic = Diagnostic::new(Severity::Error, message);
    if is_make(line) {
        // `make: *** [Makefile:4: app.o] Error 1`
        let at = diagnostic
            .message
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(": "));
        let at = at.and_then(|(at, _)| place(at));
        return Some((diagnostic, at, false));
    }
    let at = place(before)?;
    Some((diagnostic, Some(at), false))
}

/// `CMake Error at CMakeLists.txt:5 (add_executable):`
fn cmake(line: &str) -> Option<(Diagnostic, Option<Place>, bool)> {
    let rest = line.strip_prefix("CMake ")?;
    let (kind, rest) =
        rest.split_at_checked(rest.find([':', '('].as_slice()).unwrap_or(rest.len()))?;
    let severity = match kind.split_whitespace().next()? {
        "Error" => Severity::Error,
        "Warning" | "Deprecation" => Severity::Warning,
        _ => return None,
    };
    if let Some((_, at)) = line.split_once(" at ") {
        let at = at.split(" (").next().unwrap_or(at).trim_end_matches(':');
        return Some((Diagnostic::new(severity, ""), place(at), true));
    }
    let message = rest.split_once(": ").map_or("", |(_, message)| message);
    Some((Diagnostic::new(severity, message.trim()), None, true))
}

/// `/bin/sh: 1: bison: not found`, `make: bison: No such file or directory`
fn shell(line: &str) -> Option<(Diagnostic, Option<Place>, bool)> {
    let is_shell = line.starts_with("/bin/sh: ") || line.starts_with("sh: ");
    let program = if is_shell {
        let rest = line
            .strip_suffix(": not found")
            .or_else(|| line.strip_suffix(": command not found"))?;
        rest.rsplit(": ").next()?
    } else if is_make(line) {
        let rest = line.strip_suffix(": No such file or directory")?;
        rest.split_once(": ")?.1
    } else {
        return None;
    };
    let message = format!("the build calls `{program}`, which is not installed");
    Some((Diagnostic::new(Severity::Error, message), None, false))
}

/// Leaves out what only repeats that something else went wrong.
pub(super) fn worth_telling(diagnostic: Diagnostic) -> Option<Diagnostic> {
    let message = &diagnostic.message;
    let repeats = message.starts_with("linker command failed with exit code")
        || message.contains("' failed (returned ")
        || message.contains("Aborting compilation due to previous errors")
        || message.starts_with("Link with `-s LLD_REPORT_UNDEFINED`")
        || message.starts_with("To disable errors for undefined symbols use")
        || message.contains(" may need to be added to EXPORTED_FUNCTIONS")
        || message.starts_with("Waiting for unfinished jobs")
        || message.starts_with("linker setting ignored during compilation");
    (!repeats).then_some(diagnostic)
}

/// Whether it says no more than that a command failed.
pub(in super::super) fn is_aftermath(diagnostic: &Diagnostic) -> bool {
    diagnostic.message.starts_with('[') && diagnostic.message.contains("] Error ")
}
