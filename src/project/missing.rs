//! What is said when there is no project: what was looked for, and where one is.

use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::plugins::{self, Kinds};
use super::rules;
use super::{Candidate, Language};
use crate::error::{Code, Error};

/// Folders that often hold several projects, each in a folder of its own.
const HOLDERS: &[&str] = &[
    "apps", "crates", "examples", "libs", "packages", "projects", "services",
];

/// Folders that hold other people's projects.
const FOREIGN: &[&str] = &[
    "node_modules",
    "target",
    "vendor",
    "third_party",
    "build",
    "dist",
];

/// How many sub-folders are looked into.
const MOST_FOLDERS: usize = 100;

/// The folder above is named only if a build file marks it: a stray source there
/// says nothing of this folder.
const SURE: u8 = 70;

/// How many projects are named.
const MOST_NAMED: usize = 3;

/// A folder that nothing marks. `look` tells what another folder is.
pub(super) fn project(
    path: &Path,
    folder: &Folder,
    kinds: Kinds<'_>,
    look: &dyn Fn(&Path) -> Option<Candidate>,
) -> Error {
    let error = Error::new(
        Code::NoProject,
        format!("no project in {}", folder.path.display()),
    );
    let error = if folder.is_empty() {
        error.because("the folder is empty")
    } else {
        let brought = plugins::brought(kinds);
        Language::ALL
            .iter()
            .chain(&brought)
            .filter(|language| **language != Language::Wasm)
            .fold(error.because("looked for"), |error, language| {
                error.because(format!("  {language}: {}", marks(*language, kinds)))
            })
    };
    let near = near(path, folder, look);
    if near.is_empty() {
        return error.help("name the project: `wasmrun compile PATH`");
    }
    let lines = near.iter().map(|(place, language)| {
        let article = language.article();
        let command = format!("wasmrun compile {}", quoted(place));
        format!(
            "there is {article} {language} project in {}: `{command}`",
            place.display()
        )
    });
    error.help(lines.collect::<Vec<_>>().join("\n"))
}

/// A folder that nothing marks as what the user says it is.
pub(super) fn of_language(
    path: &Path,
    folder: &Folder,
    language: Language,
    kinds: Kinds<'_>,
) -> Error {
    let message = format!("no {language} project in {}", folder.path.display());
    Error::new(Code::NoProject, message)
        .because(format!("looked for {}", marks(language, kinds)))
        .help(format!(
            "leave `--language` out to build what is in {}, or name an entry in wasmrun.toml",
            path.display()
        ))
}

fn marks(language: Language, kinds: Kinds<'_>) -> String {
    let own = rules::marks(language);
    own.map_or_else(|| plugins::marks(language, kinds), str::to_owned)
}

/// Projects in sub-folders, else the one that the folder is a part of.
fn near(
    path: &Path,
    folder: &Folder,
    look: &dyn Fn(&Path) -> Option<Candidate>,
) -> Vec<(PathBuf, Language)> {
    let mut inner = Vec::new();
    for name in folder.folders().filter(|name| !FOREIGN.contains(name)) {
        if HOLDERS.contains(&name)
            && let Ok(holder) = Folder::open(&folder.path.join(name))
        {
            inner.extend(holder.folders().map(|deeper| format!("{name}/{deeper}")));
        }
        inner.push(name.to_owned());
    }
    let place = |name: &str| match path == Path::new(".") {
        true => PathBuf::from(name),
        false => path.join(name),
    };
    let found = |name: &String| {
        let found = look(&folder.path.join(name))?;
        let language = Some(found.language).filter(|found| *found != Language::Wasm)?;
        Some((place(name), language))
    };
    let mut near: Vec<_> = inner.iter().take(MOST_FOLDERS).filter_map(found).collect();
    near.truncate(MOST_NAMED);
    if near.is_empty()
        && let Some(above) = folder.path.parent()
        && let Some(found) = look(above).filter(|found| found.score >= SURE)
    {
        near.push((place(".."), found.language));
    }
    near
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%\\".contains(c);
    if text.chars().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
