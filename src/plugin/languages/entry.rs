//! Which file a build starts from, for languages whose projects are one file.

use std::path::Path;

use plugin_protocol::{Blame, ErrorCode, PluginError};

/// What a file or folder could not be used for, and why.
pub(super) fn io_error(action: &str, path: &Path, error: &std::io::Error) -> PluginError {
    PluginError::new(
        ErrorCode::Io,
        Blame::Environment,
        format!("could not {action} {}", path.display()),
    )
    .because(crate::error::plain(error))
}

/// The project cannot be built as it is; `fix` is the line for `wasmrun.toml`
/// that mends it, when there is one.
pub(super) fn invalid(message: impl Into<String>, fix: Option<String>) -> PluginError {
    PluginError {
        fix: fix.into_iter().collect(),
        ..PluginError::new(ErrorCode::ProjectInvalid, Blame::Project, message)
    }
}

/// Chooses the file with this ending that a project is built from: the one that
/// is named, else `main`, `index` or the project's name, else the only one, in
/// the project's folder and then in `src`. Project-relative with `/`.
///
/// # Errors
/// When there is none, or several and nothing tells which.
pub(super) fn choose(
    project: &Path,
    named: Option<&str>,
    name: &str,
    ending: &str,
) -> Result<String, PluginError> {
    if let Some(entry) = named {
        if project.join(entry).is_file() {
            return Ok(entry.to_owned());
        }
        let message = format!("the entry {entry} is not a file in {}", project.display());
        return Err(invalid(message, None));
    }
    let files = [("", project.to_owned()), ("src/", project.join("src"))]
        .map(|(prefix, folder)| list(&folder, prefix, ending))
        .into_iter()
        .find(|files| !files.is_empty())
        .unwrap_or_default();
    let preferred = ["main", "index", name].into_iter().find_map(|stem| {
        let wanted = format!("{stem}.{ending}");
        let mut files = files.iter();
        files.find(|file| file.strip_prefix("src/").unwrap_or(file) == wanted)
    });
    match (preferred, files.as_slice()) {
        (Some(file), _) => Ok(file.clone()),
        (None, [only]) => Ok(only.clone()),
        (None, []) => Err(invalid(
            format!("no .{ending} file in {}", project.display()),
            None,
        )),
        (None, [first, ..]) => Err(invalid(
            format!(
                "several .{ending} files could be the entry: {}; name one in wasmrun.toml",
                files.join(", ")
            ),
            Some(format!("entry = \"{first}\"")),
        )),
    }
}

fn list(folder: &Path, prefix: &str, ending: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter(|entry| entry.path().extension().is_some_and(|e| e == ending))
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| Some(format!("{prefix}{}", entry.file_name().to_str()?)))
        .collect();
    files.sort();
    files
}

/// The files whose existence decides what [`choose`] chooses.
pub(super) fn considered(ending: &str) -> Vec<String> {
    vec![format!("*.{ending}"), format!("src/*.{ending}")]
}
