//! `asconfig.json`, and those that it extends.

use std::path::{Path, PathBuf};

use plugin_protocol::{Context, Diagnostic, Failure, Severity};
use serde_json::{Map, Value};

use crate::folder::{in_modules, normal, written};
use crate::manager::Installer;

/// The name of the project's own.
pub(crate) const NAME: &str = "asconfig.json";

/// The settings of a project: its own file first, then what that extends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    files: Vec<File>,
}

#[derive(Debug, Clone)]
struct File {
    path: PathBuf,
    fields: Map<String, Value>,
}

impl File {
    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    fn table<'a>(&'a self, name: &str) -> Option<&'a Map<String, Value>> {
        self.fields.get(name)?.as_object()
    }
}

/// What is wrong with a file.
#[derive(Debug)]
struct Problem {
    message: String,
    /// Line and column, from 1.
    at: Option<(u32, u32)>,
    notes: Vec<String>,
}

impl Problem {
    fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            message,
            at: None,
            notes: Vec::new(),
        }
    }
}

impl Config {
    /// Reads that of a project, which may have none.
    ///
    /// # Errors
    /// [`Failure::Failed`] when a file is at fault, which has been told.
    pub(crate) fn read(project: &Path, context: &Context<'_>) -> Result<Self, Failure> {
        Self::load(project).map_err(|(path, problem)| {
            let mut diagnostic = Diagnostic::new(Severity::Error, problem.message);
            diagnostic.file = written(project, &path);
            if let (Some(file), Some((line, column))) = (&diagnostic.file, problem.at) {
                diagnostic = diagnostic.clone().at(file, line, column);
            }
            diagnostic.notes = problem.notes;
            context.diagnostic(diagnostic);
            Failure::Failed
        })
    }

    /// What can be read, for those who only want to know what is there.
    pub(crate) fn known(project: &Path) -> Self {
        Self::load(project).unwrap_or_default()
    }

    fn load(project: &Path) -> Result<Self, (PathBuf, Problem)> {
        let mut this = Self::default();
        let mut path = project.join(NAME);
        // asc ends at the first file that it has seen before.
        while !this.files.iter().any(|file| file.path == path) {
            let Some(fields) = parse(&path).map_err(|problem| (path.clone(), problem))? else {
                break;
            };
            let file = File { path, fields };
            let next = file.fields.get("extends").and_then(Value::as_str);
            let next = next.map(|next| extended(file.folder(), next));
            let next = match next {
                Some(Err(problem)) => return Err((file.path, problem)),
                Some(Ok(next)) => next,
                None => None,
            };
            this.files.push(file);
            let Some(next) = next else { break };
            path = next;
        }
        Ok(this)
    }

    /// The names of all targets.
    pub(crate) fn targets(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for table in self.files.iter().filter_map(|file| file.table("targets")) {
            let new = table.keys().filter(|name| !names.contains(&name.as_str()));
            let new: Vec<&str> = new.map(String::as_str).collect();
            names.extend(new);
        }
        names
    }

    /// What asc would take for a setting, unless its arguments say otherwise: of
    /// each file first the target's, then that of all targets.
    pub(crate) fn setting(&self, target: &str, name: &str) -> Option<&Value> {
        self.files.iter().find_map(|file| {
            let own = file
                .table("targets")
                .and_then(|it| it.get(target)?.get(name));
            let all = || file.table("options")?.get(name);
            own.or_else(all).filter(|value| !value.is_null())
        })
    }

    /// Whether a file sets something for all targets.
    pub(crate) fn has_option(&self, name: &str) -> bool {
        let mut tables = self.files.iter().filter_map(|file| file.table("options"));
        tables.any(|table| table.get(name).is_some_and(|value| !value.is_null()))
    }

    /// The entries of all files: asc builds them together.
    pub(crate) fn entries(&self) -> Vec<PathBuf> {
        let all = self.files.iter().filter_map(|file| {
            let entries = file.fields.get("entries")?.as_array()?;
            let entries = entries.iter().filter_map(Value::as_str);
            Some(entries.map(|entry| normal(&file.folder().join(entry))))
        });
        all.flatten().collect()
    }

    /// The targets and settings of the project's own file alone: each target's,
    /// and last those for all.
    pub(crate) fn own(&self) -> Vec<&Map<String, Value>> {
        let Some(file) = self.files.first() else {
            return Vec::new();
        };
        let targets = file.table("targets").into_iter().flat_map(Map::values);
        let targets = targets.filter_map(Value::as_object);
        targets.chain(file.table("options")).collect()
    }

    /// Whether there is a file at all.
    pub(crate) fn is_there(&self) -> bool {
        !self.files.is_empty()
    }
}

/// The fields of a file; nothing when it is not there or empty, which is the
/// same to asc.
fn parse(path: &Path) -> Result<Option<Map<String, Value>>, Problem> {
    let Ok(bytes) = std::fs::read(path) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&bytes);
    if text.is_empty() {
        return Ok(None);
    }
    let fields = match serde_json::from_str(&text) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(Problem::new("the file is not an object")),
        Err(error) => return Err(syntax(&text, &error)),
    };
    let problem = |what: &str, kind: &str| Problem::new(format!("`{what}` is not {kind}"));
    for (name, fits, kind) in [
        (
            "options",
            Value::is_object as fn(&Value) -> bool,
            "an object",
        ),
        ("targets", Value::is_object, "an object"),
        ("entries", Value::is_array, "a list"),
        ("extends", Value::is_string, "a text"),
    ] {
        if fields
            .get(name)
            .is_some_and(|value| !value.is_null() && !fits(value))
        {
            return Err(problem(name, kind));
        }
    }
    let targets = fields.get("targets").and_then(Value::as_object);
    let odd = targets.and_then(|it| it.iter().find(|(_, target)| !target.is_object()));
    match odd {
        Some((name, _)) => Err(problem(&format!("targets.{name}"), "an object")),
        None => Ok(Some(fields)),
    }
}

/// What is wrong with the text, and where: its columns count bytes there, and
/// characters here.
fn syntax(text: &str, error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    let message = said.split(" at line ").next().unwrap_or(&said);
    let line = text
        .split('\n')
        .nth(error.line().saturating_sub(1))
        .unwrap_or_default();
    let before = line.get(..error.column().saturating_sub(1)).unwrap_or(line);
    let column = u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX);
    let row = u32::try_from(error.line().max(1)).unwrap_or(u32::MAX);
    Problem {
        at: Some((row, column)),
        ..Problem::new(format!("this is not JSON: {message}"))
    }
}

/// The file that another extends. Nothing when it is a package's and node may
/// find it in a way that is not known here.
fn extended(folder: &Path, name: &str) -> Result<Option<PathBuf>, Problem> {
    let is_path = name.starts_with('.') || Path::new(name).is_absolute();
    let (found, inner) = if is_path {
        let file = normal(&folder.join(name));
        (file.is_file().then_some(file), in_package(name))
    } else {
        let found = in_modules(folder, name).find(|file| file.is_file());
        (found, Some(name))
    };
    if found.is_some() {
        return Ok(found);
    }
    let Some(inner) = inner else {
        return Err(lost(name));
    };
    let package = package_name(inner);
    let note = match further_up(folder, inner) {
        Some(path) => format!("help: it is at `{path}`"),
        None if !is_path && in_modules(folder, package).any(|it| it.is_dir()) => return Ok(None),
        None => {
            let command = Installer::of(folder).get(folder, package).join(" ");
            format!("help: {package} is not installed: `{command}`")
        }
    };
    let notes = vec![note];
    Err(Problem {
        notes,
        ..lost(name)
    })
}

/// The path to a file of a package that a folder above has.
fn further_up(folder: &Path, inner: &str) -> Option<String> {
    let above = folder.ancestors().skip(1);
    let mut places = above.map(|above| above.join("node_modules").join(inner));
    let steps = places.position(|file| file.is_file())? + 1;
    Some(format!("{}node_modules/{inner}", "../".repeat(steps)))
}

fn lost(name: &str) -> Problem {
    Problem::new(format!("`extends` leads to {name}, which is not there"))
}

/// What follows `node_modules/` in a path.
fn in_package(path: &str) -> Option<&str> {
    path.rsplit_once("node_modules/").map(|(_, inner)| inner)
}

/// The name of the package that a path in `node_modules` begins with.
pub(crate) fn package_name(path: &str) -> &str {
    let parts = if path.starts_with('@') { 2 } else { 1 };
    let end = path.match_indices('/').nth(parts - 1).map(|(at, _)| at);
    end.map_or(path, |end| &path[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_file_extends_others_and_says_more_than_they() {
        let folder = project(&[
            (
                "asconfig.json",
                r#"{"extends":"./base/as.json","entries":["./a.ts"],
                "targets":{"debug":{"debug":true}},"options":{"runtime":"stub"}}"#,
            ),
            (
                "base/as.json",
                r#"{"extends":"@x/shim/asconfig.json","entries":["b.ts"],
                "targets":{"release":{"runtime":"minimal","noAssert":true}},
                "options":{"noAssert":false}}"#,
            ),
            (
                "node_modules/@x/shim/asconfig.json",
                r#"{"extends":"../../../asconfig.json","options":{"lib":"./assembly"}}"#,
            ),
        ]);
        let config = Config::load(folder.path()).unwrap();
        assert_eq!(config.targets(), ["debug", "release"]);
        assert_eq!(config.setting("release", "runtime").unwrap(), "stub");
        assert_eq!(config.setting("release", "noAssert").unwrap(), true);
        assert_eq!(config.setting("debug", "noAssert").unwrap(), false);
        assert!(config.has_option("lib") && !config.has_option("debug"));
        let entries = ["a.ts", "base/b.ts"].map(|it| folder.path().join(it));
        assert_eq!(config.entries(), entries);
        assert_eq!(config.own().len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, message, at) in [
            (
                "{\n  \"ü\": 1,\n}",
                "not JSON: trailing comma",
                Some((3, 1)),
            ),
            ("[]", "not an object", None),
            (r#"{"targets":[]}"#, "`targets` is not an object", None),
            (
                r#"{"targets":{"a":1}}"#,
                "`targets.a` is not an object",
                None,
            ),
            (r#"{"entries":{}}"#, "`entries` is not a list", None),
            (
                r#"{"extends":"./x.json"}"#,
                "./x.json, which is not there",
                None,
            ),
        ] {
            let folder = project(&[("asconfig.json", text)]);
            let (_, problem) = Config::load(folder.path()).unwrap_err();
            assert!(problem.message.contains(message), "{problem:?}");
            assert_eq!(problem.at, at, "{text}");
        }
        let folder = project(&[("asconfig.json", "")]);
        assert!(!Config::load(folder.path()).unwrap().is_there());
    }

    #[test]
    fn a_package_that_is_extended_and_not_there_is_named() {
        let shim = "node_modules/@x/shim/asconfig.json";
        let text = format!(r#"{{"extends":"./{shim}"}}"#);
        let list = ("package.json", r#"{"dependencies":{"@x/shim":"1"}}"#);
        let lock = ("yarn.lock", "__metadata:\n");
        let folder = project(&[("asconfig.json", &text), list, lock]);
        let (_, problem) = Config::load(folder.path()).unwrap_err();
        let expected = "help: @x/shim is not installed: `yarn install --immutable`";
        assert_eq!(problem.notes, [expected]);

        let folder = project(&[("p/asconfig.json", &text), (shim, "{}")]);
        let (_, problem) = Config::load(&folder.path().join("p")).unwrap_err();
        assert_eq!(
            problem.notes,
            ["help: it is at `../node_modules/@x/shim/asconfig.json`"]
        );
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"[\[\]{}",:a-z0-9\n ü]{0,60}"#) {
            let folder = project(&[("asconfig.json", &text)]);
            let config = Config::known(folder.path());
            let _ = (config.targets(), config.entries(), config.own());
        }
    }
}
