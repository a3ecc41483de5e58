//! Which program of a project is built.

use std::fs;
use std::path::Path;

use plugin_protocol::PluginError;

use crate::options::{Options, invalid};
use crate::source;

/// How many sources of one folder are looked into.
const MOST_FILES: usize = 200;

/// What is built, as the tools are told: a folder (`./cmd/a`), an import path,
/// or sources where there is no module.
///
/// # Errors
/// When it cannot be known, or is not there.
pub(crate) fn select(
    project: &Path,
    entry: Option<&str>,
    options: &Options,
    has_module: bool,
) -> Result<Vec<String>, PluginError> {
    let named = options.package.as_deref().or(entry);
    let named = named.map(|it| it.trim_start_matches("./").trim_end_matches('/'));
    let file = named.filter(|it| has_ending(it));
    let folder = match named {
        None | Some("" | ".") => None,
        Some(name) if file.is_some() => name.rsplit_once('/').map(|(folder, _)| folder),
        Some(name) => Some(name),
    };
    if let Some(file) = file
        && !project.join(file).is_file()
    {
        return Err(invalid(format!("there is no {file}")));
    }
    let pattern = match folder {
        // `example.org/m/cmd/a` is the name of a package of this module.
        Some(path) if !project.join(path).is_dir() && has_module && has_host(path) => path.into(),
        Some(path) if !project.join(path).is_dir() => {
            return Err(invalid(format!("there is no folder {path}")));
        }
        Some(path) => format!("./{path}"),
        None if named.is_some() => ".".into(),
        None => guess(project)?,
    };
    if has_module {
        return Ok(vec![pattern]);
    }
    sources(project, &pattern, file)
}

/// A file that the user named instead of its folder.
///
/// # Errors
/// When it is not there.
pub(crate) fn alone(project: &Path, file: &str) -> Result<Vec<String>, PluginError> {
    if project.join(file).is_file() {
        return Ok(vec![format!("./{}", file.trim_start_matches("./"))]);
    }
    Err(invalid(format!("there is no {file}")))
}

/// The program of a project where nobody said which: the one in its folder, else
/// the one under `cmd/`.
fn guess(project: &Path) -> Result<String, PluginError> {
    if has_program(project) {
        return Ok(".".into());
    }
    let commands = commands(project);
    let own = module_name(project).map(|name| format!("cmd/{name}"));
    match commands.as_slice() {
        [] if files(project).is_empty() => {
            let error = invalid("there is no Go program in the project's folder or under cmd/");
            Err(error.because("say which with `package` under [options] in wasmrun.toml"))
        }
        // What a library makes is not known before it was tried.
        [] => Ok(".".into()),
        [only] => Ok(format!("./{only}")),
        _ => match own.filter(|own| commands.contains(own)) {
            Some(own) => Ok(format!("./{own}")),
            None => {
                let message = format!("there are {} programs under cmd/", commands.len());
                let error = invalid(message).because(commands.join(", "));
                Err(error.because("say which with `package` under [options] in wasmrun.toml"))
            }
        },
    }
}

/// The folders under `cmd/` that hold a program.
pub(crate) fn commands(project: &Path) -> Vec<String> {
    let entries = fs::read_dir(project.join("cmd"))
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<String> = entries
        .filter(|entry| has_program(&entry.path()))
        .map(|entry| format!("cmd/{}", entry.file_name().to_string_lossy()))
        .collect();
    found.sort();
    found
}

/// Whether a folder holds a program.
pub(crate) fn has_program(folder: &Path) -> bool {
    files(folder)
        .iter()
        .any(|name| source::is_program(&read(folder, name)))
}

/// The sources to compile where there is no module: those of the program in a
/// folder. When several of them are programs of their own, the one that was
/// named, or `main.go`.
fn sources(project: &Path, pattern: &str, file: Option<&str>) -> Result<Vec<String>, PluginError> {
    let folder = project.join(pattern);
    let mut names = files(&folder);
    names.retain(|name| source::is_program(&read(&folder, name)));
    let starts: Vec<String> = names
        .iter()
        .filter(|name| source::has_main(&read(&folder, name)))
        .cloned()
        .collect();
    let file = file.map(|file| file.rsplit('/').next().unwrap_or(file).to_owned());
    if starts.len() > 1 {
        let main = starts.iter().find(|name| *name == "main.go").cloned();
        let chosen = file.or(main).ok_or_else(|| {
            let error = invalid("there are several programs in one folder");
            error.because(starts.join(", "))
        })?;
        names = vec![chosen];
    } else if names.is_empty() {
        // A library, which is told of later.
        names.extend(file.map_or_else(|| files(&folder), |file| vec![file]));
    }
    Ok(names
        .into_iter()
        .map(|name| format!("{pattern}/{name}"))
        .collect())
}

/// The Go sources in a folder that are no tests, in order.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| has_ending(name) && !name.ends_with("_test.go"))
        .filter(|name| !name.starts_with(['_', '.']))
        .take(MOST_FILES)
        .collect();
    names.sort();
    names
}

fn read(folder: &Path, name: &str) -> String {
    let bytes = fs::read(folder.join(name)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn has_ending(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == "go")
}

/// Whether the first part of an import path is a host, as those of modules are.
fn has_host(path: &str) -> bool {
    path.split('/').next().is_some_and(|it| it.contains('.'))
}

/// The last part of the module's path, without a version.
fn module_name(project: &Path) -> Option<String> {
    let text = fs::read_to_string(project.join("go.mod")).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("module"))?;
    let path = line.split("//").next()?.trim().trim_matches(['"', '`']);
    let is_version = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let mut parts = path.rsplit('/').skip_while(is_version);
    parts.next().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn selected(folder: &Path, entry: Option<&str>, module: bool) -> Result<Vec<String>, String> {
        select(folder, entry, &Options::default(), module).map_err(|error| error.message)
    }

    const MAIN: &str = "package main\nfunc main() {}\n";

    #[test]
    fn the_program_is_the_one_in_the_folder() {
        let it = project(&[("app.go", MAIN), ("cmd/a/main.go", MAIN)]);
        assert_eq!(selected(it.path(), None, true).unwrap(), ["."]);
        assert_eq!(selected(it.path(), Some("app.go"), true).unwrap(), ["."]);
        assert_eq!(
            selected(it.path(), Some("cmd/a/main.go"), true).unwrap(),
            ["./cmd/a"]
        );
        let options = Options {
            package: Some("./cmd/a/".into()),
            ..Options::default()
        };
        let chosen = select(it.path(), Some("app.go"), &options, true);
        assert_eq!(chosen.unwrap(), ["./cmd/a"]);
    }

    #[test]
    fn else_the_one_under_cmd() {
        let it = project(&[("lib.go", "package lib"), ("cmd/a/x.go", MAIN)]);
        assert_eq!(selected(it.path(), None, true).unwrap(), ["./cmd/a"]);
        let it = project(&[
            ("go.mod", "module example.org/b/v2 // x\n"),
            ("cmd/a/x.go", MAIN),
            ("cmd/b/x.go", MAIN),
            ("cmd/lib/x.go", "package lib"),
        ]);
        assert_eq!(selected(it.path(), None, true).unwrap(), ["./cmd/b"]);
        fs::remove_file(it.path().join("go.mod")).unwrap();
        let error = selected(it.path(), None, true).unwrap_err();
        assert!(error.contains("2 programs"), "{error}");
    }

    #[test]
    fn what_is_not_there_is_said() {
        let it = project(&[("main.go", MAIN)]);
        for (entry, part) in [("x.go", "no x.go"), ("cmd/x", "no folder cmd/x")] {
            let error = selected(it.path(), Some(entry), true).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        let empty = project(&[]);
        assert!(selected(empty.path(), None, false).is_err());
        let path = ["example.org/m/cmd/a".to_owned()];
        assert_eq!(selected(it.path(), Some(&path[0]), true).unwrap(), path);
    }

    #[test]
    fn without_a_module_sources_are_named() {
        let it = project(&[
            ("main.go", MAIN),
            ("more.go", "package main\n"),
            ("main_test.go", "package main\n"),
            (
                "gen.go",
                "//go:build ignore\n\npackage main\nfunc main() {}",
            ),
        ]);
        let both = ["./main.go", "./more.go"];
        assert_eq!(selected(it.path(), None, false).unwrap(), both);
        fs::write(it.path().join("other.go"), MAIN).unwrap();
        assert_eq!(selected(it.path(), None, false).unwrap(), ["./main.go"]);
        assert_eq!(
            selected(it.path(), Some("other.go"), false).unwrap(),
            ["./other.go"]
        );
    }
}
