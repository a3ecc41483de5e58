use std::path::Path;

use plugin_protocol::{Missing, MissingKind};
use serde::Serialize;

use super::tools::{self, Tool};
use crate::config::{Home, Settings};
use crate::error::{Code, Error, Result};
use crate::plugin::{Failure, Manager, index};
use crate::process::Cancel;
use crate::project;

/// What it takes to build a language.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Language {
    pub(super) name: &'static str,
    #[serde(skip)]
    pub(super) title: &'static str,
    /// The plugin that builds it; nothing when none is installed.
    pub(super) plugin: Option<String>,
    /// Whether a small project of it could be built here.
    pub(super) ready: bool,
    pub(super) tools: Vec<Tool>,
    pub(super) missing: Vec<Missing>,
    /// Why it could not be found out what is missing.
    pub(super) problem: Option<String>,
}

/// The smallest project of a language.
fn sample(language: project::Language) -> &'static [(&'static str, &'static str)] {
    use project::Language as L;
    match language {
        L::Rust => &[
            (
                "Cargo.toml",
                "[package]\nname = 'sample'\nversion = '0.1.0'\nedition = '2021'\n",
            ),
            ("src/main.rs", "fn main() {}\n"),
        ],
        L::Go => &[
            ("go.mod", "module sample\n\ngo 1.21\n"),
            ("main.go", "package main\n\nfunc main() {}\n"),
        ],
        L::Python => &[("main.py", "def main() -> int:\n    return 0\n")],
        L::C => &[("main.c", "int main(void) { return 0; }\n")],
        L::AssemblyScript => &[
            ("asconfig.json", "{}\n"),
            ("package.json", "{\"name\": \"sample\"}\n"),
            (
                "assembly/index.ts",
                "export function f(): i32 { return 0; }\n",
            ),
        ],
        L::Wat | L::Wasm | L::Other(_) => &[],
    }
}

/// All languages that wasmrun and its plugins know, looked at at the same time.
pub(super) fn examine(home: &Home, settings: &Settings, cancel: &Cancel) -> Vec<Language> {
    let brought = brought(home, settings, cancel);
    let all = project::Language::ALL.iter().copied().chain(brought);
    let all: Vec<_> = all
        .filter(|language| *language != project::Language::Wasm)
        .collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = all
            .iter()
            .map(|language| scope.spawn(|| one(*language, home, settings, cancel)))
            .collect();
        let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.flatten().collect()
    })
}

fn brought(home: &Home, settings: &Settings, cancel: &Cancel) -> Vec<project::Language> {
    let nowhere = std::env::temp_dir();
    let manager = Manager::find(home, &own(settings), &nowhere, Vec::new(), cancel);
    let plugins = manager.iter().flat_map(Manager::plugins);
    let mut all: Vec<_> = plugins
        .flat_map(|plugin| plugin.info().languages.clone())
        .filter(|language| !project::Language::ALL.contains(language))
        .collect();
    all.sort();
    all.dedup();
    all
}

/// The settings that are not about one project.
fn own(settings: &Settings) -> Settings {
    let defaults = Settings::default();
    Settings {
        plugin: defaults.plugin,
        locked: defaults.locked,
        ..settings.clone()
    }
}

fn one(language: project::Language, home: &Home, settings: &Settings, cancel: &Cancel) -> Language {
    let (tools, checked) = std::thread::scope(|scope| {
        let tools = scope.spawn(|| tools::find(tools::of(language), cancel));
        let checked = check(language, home, settings, cancel);
        (tools.join().unwrap_or_default(), checked)
    });
    let mut this = Language {
        name: language.name(),
        title: language.title(),
        plugin: checked.plugin,
        ready: false,
        tools,
        missing: Vec::new(),
        problem: None,
    };
    match checked.missing {
        Ok(missing) => {
            this.ready = !missing.iter().any(|missing| missing.blocking);
            this.missing = missing;
        }
        Err(error) => this.problem = Some(error.message().to_owned()),
    }
    this
}

struct Checked {
    plugin: Option<String>,
    missing: Result<Vec<Missing>>,
}

/// Asks whoever builds a language what is missing for a small project of it.
fn check(
    language: project::Language,
    home: &Home,
    settings: &Settings,
    cancel: &Cancel,
) -> Checked {
    let asked = tempfile::tempdir()
        .map_err(|error| Error::io("make a folder in", &std::env::temp_dir(), &error))
        .and_then(|folder| {
            write(folder.path(), language)?;
            let settings = own(settings);
            let mut manager = Manager::find(home, &settings, folder.path(), Vec::new(), cancel)?;
            let mut project = project::Project {
                root: folder.path().to_owned(),
                language,
                why: String::new(),
                entry: None,
                single_file: false,
                name: "sample".to_owned(),
                others: Vec::new(),
            };
            Ok((manager.choose(&mut project, None)?, project, folder))
        });
    match asked {
        Ok((plugin, project, _folder)) => {
            let plugin_name = Some(plugin.info().name.clone());
            // One that brings its language has no sample, and may need anything.
            let missing = match sample(language).is_empty() {
                true => Ok(Vec::new()),
                false => plugin
                    .get_builder()
                    .check_dependencies(&project.root, cancel)
                    .map_err(why),
            };
            Checked {
                plugin: plugin_name,
                missing,
            }
        }
        Err(error) => Checked {
            plugin: None,
            missing: match (error.code(), index::for_language(language)) {
                (Code::PluginMissing, Some(known)) => Ok(vec![plugin_missing(known, &error)]),
                _ => Err(error),
            },
        },
    }
}

/// The plugin itself is what is missing.
fn plugin_missing(known: &index::Known, error: &Error) -> Missing {
    let help = error.help_text().unwrap_or_default().trim_matches('`');
    Missing {
        name: known.name.to_owned(),
        kind: MissingKind::Tool,
        blocking: true,
        fix: help.split(' ').map(str::to_owned).collect(),
    }
}

fn write(folder: &Path, language: project::Language) -> Result<()> {
    for (path, content) in sample(language) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, content))
            .map_err(|error| Error::io("write", &path, &error))?;
    }
    Ok(())
}

fn why(failure: Failure) -> Error {
    match failure {
        Failure::Error(error) => error.into(),
        Failure::Fault(error) => *error,
        Failure::Cancelled => Error::new(Code::Timeout, "it took too long to find out"),
        Failure::Failed => Error::new(Code::PluginFault, "the plugin could not say"),
    }
}
