//! Which file a program starts with, and the options.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plugin_protocol::{Blame, ErrorCode, PluginError};
use serde_json::Value;

/// The usual names, the likeliest first.
pub(crate) const USUAL: &[&str] = &["main.py", "__main__.py", "app.py", "src/main.py"];

/// The entry of a project: what the options or the host say, else one of the
/// usual names, else the only file that there is.
///
/// # Errors
/// When it cannot be known, or is not there.
pub(crate) fn find(
    project: &Path,
    entry: Option<&str>,
    options: &BTreeMap<String, Value>,
) -> Result<String, PluginError> {
    let chosen = option(options)?;
    if let Some(name) = chosen.as_deref().or(entry) {
        let name = name.trim_start_matches("./");
        return if project.join(name).is_file() {
            Ok(name.to_owned())
        } else {
            Err(invalid(format!("there is no {name}")))
        };
    }
    if let Some(name) = USUAL.iter().find(|name| project.join(name).is_file()) {
        return Ok((*name).to_owned());
    }
    let own = project.file_name().and_then(|name| name.to_str());
    let own = own.map(|name| format!("{name}.py"));
    let all = sources(project);
    match all.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(invalid("there is no Python file in the project's folder")),
        _ => own.filter(|own| all.contains(own)).ok_or_else(|| {
            let error = invalid("there are several Python files, and none is called main.py");
            let error = error.because(all.join(", "));
            error.because("say which with `entry` in wasmrun.toml")
        }),
    }
}

/// The option `entry`, which is the only one.
fn option(options: &BTreeMap<String, Value>) -> Result<Option<String>, PluginError> {
    let mut entry = None;
    for (name, value) in options {
        if name != "entry" {
            let message = format!("there is no option `{name}` for Python projects");
            return Err(invalid(message).because("the only option is entry"));
        }
        let text = value.as_str().filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| invalid("the option `entry` has to be a text"))?;
        entry = Some(text.to_owned());
    }
    Ok(entry)
}

/// The Python files in a folder, but for those that only a package or a tool has
/// a use for.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".py"))
        .filter(|name| !matches!(name.as_str(), "setup.py" | "conftest.py" | "__init__.py"))
        .collect();
    names.sort();
    names
}

fn invalid(message: impl Into<String>) -> PluginError {
    PluginError::new(ErrorCode::ProjectInvalid, Blame::Project, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(text: &str) -> BTreeMap<String, Value> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_entry_is_named_usual_or_alone() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| fs::write(folder.path().join(name), "").unwrap();
        let find =
            |entry, text| find(folder.path(), entry, &options(text)).map_err(|error| error.message);
        assert!(find(None, "{}").unwrap_err().contains("no Python file"));
        write("hällo wörld.py");
        write("setup.py");
        assert_eq!(find(None, "{}").unwrap(), "hällo wörld.py");
        write("other.py");
        assert!(find(None, "{}").unwrap_err().contains("several"));
        assert_eq!(find(Some("./other.py"), "{}").unwrap(), "other.py");
        assert_eq!(find(None, r#"{"entry":"other.py"}"#).unwrap(), "other.py");
        write("app.py");
        assert_eq!(find(None, "{}").unwrap(), "app.py");
        assert!(find(Some("x.py"), "{}").unwrap_err().contains("no x.py"));
        assert!(
            find(None, r#"{"main":"x"}"#)
                .unwrap_err()
                .contains("no option")
        );
        assert!(find(None, r#"{"entry":1}"#).unwrap_err().contains("a text"));
    }
}
