use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::content::is_absence;
use super::folder::Folder;
use super::plugins::{self, Kinds};
use super::probe::probe;
use super::rules::RULES;
use super::{Candidate, Language, Project, missing, name, single};
use crate::error::{Code, Error, Result};

/// Finds out what a folder or a file is. `language` overrides what its marks
/// say, and `entry` what they say of the entry; an entry by itself also tells
/// the language. A build file (`Cargo.toml`, `Makefile`) stands for its folder.
///
/// Names at the top and in a few known sub-folders are looked at, never a whole
/// tree.
///
/// # Errors
/// [`Code::NotFound`] when the path or the entry does not exist,
/// [`Code::NoProject`] when nothing says what it is, [`Code::ProjectInvalid`]
/// when the entry is none, [`Code::Io`] when the folder cannot be read.
pub fn detect(path: &Path, language: Option<Language>, entry: Option<&str>) -> Result<Project> {
    detect_among(path, language, entry, &[])
}

/// The same, among the languages that wasmrun knows and those that plugins
/// bring: their manifests say what marks a project of theirs.
///
/// # Errors
/// The same.
pub fn detect_among(
    path: &Path,
    language: Option<Language>,
    entry: Option<&str>,
    kinds: Kinds<'_>,
) -> Result<Project> {
    let kind = fs::metadata(path).map_err(|error| not_there(path, &error))?;
    if kind.is_dir() {
        return folder(path, language, entry, kinds);
    }
    if !kind.is_file() {
        let message = format!("{} is neither a file nor a folder", path.display());
        return Err(Error::new(Code::NoProject, message).help("name a project's folder"));
    }
    if let Some(made) = single::build_file(path) {
        let file = path.file_name().and_then(OsStr::to_str);
        let named = file.filter(|_| made == Language::C);
        let language = language.or(Some(made));
        return folder(parent(path), language, named.or(entry), kinds);
    }
    file(path, language, kinds)
}

fn folder(
    path: &Path,
    language: Option<Language>,
    entry: Option<&str>,
    kinds: Kinds<'_>,
) -> Result<Project> {
    let root = real(path)?;
    let folder = Folder::open(&root)?;
    let entry = entry.map(|entry| inside(&root, entry)).transpose()?;
    let mut found = candidates(&folder, kinds);
    let by_entry = || {
        let entry = Path::new(entry.as_deref()?);
        single::by_ending(entry).or_else(|| plugins::by_ending(entry, kinds))
    };
    if let Some(chosen) = language.or_else(by_entry) {
        let at = found.iter().position(|found| found.language == chosen);
        let best = match (at, &entry) {
            (Some(at), _) => found.remove(at),
            (None, Some(entry)) => Candidate {
                language: chosen,
                score: 100,
                why: entry.clone(),
                entry: None,
            },
            (None, None) => return Err(missing::of_language(path, &folder, chosen, kinds)),
        };
        let why = match language {
            Some(_) => format!("asked for; {}", best.why),
            None => best.why,
        };
        found.insert(0, Candidate { why, ..best });
    }
    if found.is_empty() {
        return Err(missing::project(path, &folder, kinds, &|path| {
            candidates(&Folder::open(path).ok()?, kinds)
                .into_iter()
                .next()
        }));
    }
    let best = found.remove(0);
    // A module beside sources is what they were built into.
    found.retain(|other| other.language != Language::Wasm);
    Ok(Project {
        name: name::of_folder(&folder, best.language),
        root,
        language: best.language,
        why: best.why,
        entry: entry.or(best.entry),
        single_file: false,
        others: found,
    })
}

fn file(path: &Path, language: Option<Language>, kinds: Kinds<'_>) -> Result<Project> {
    // The folder is resolved and the file is not: what a source includes is
    // looked for beside the name that was given.
    let root = real(parent(path))?;
    let Some(file) = path.file_name().and_then(OsStr::to_str) else {
        let message = format!("the name of {} is not UTF-8", path.display());
        return Err(Error::new(Code::ProjectInvalid, message).help("rename the file"));
    };
    let found = plugins::look(path, file, language, kinds);
    let found = found.or_else(|| single::look(path, file));
    let (language, why) = match (language, found) {
        (None, Some(found)) => (found.language, found.why),
        (Some(asked), Some(found)) if asked == found.language => (asked, found.why),
        (Some(asked), Some(found)) if single::by_ending(path).is_some() => {
            let message = format!("{} is {}, not {asked}", path.display(), found.language);
            let help = format!(
                "say `--language {}`, or leave it out",
                found.language.name()
            );
            return Err(Error::new(Code::NoProject, message).help(help));
        }
        (Some(asked), _) => (asked, "asked for".to_owned()),
        (None, None) => {
            let message = format!("nothing tells what {} is", path.display());
            let help = "say what it is with `--language`, or name a project's folder";
            let known = plugins::endings(kinds);
            return Err(Error::new(Code::NoProject, message)
                .because(format!(
                    "neither its ending ({known} are known) nor its content does"
                ))
                .help(help));
        }
    };
    Ok(Project {
        root,
        language,
        why,
        entry: Some(file.to_owned()),
        single_file: true,
        name: name::of_file(path),
        others: Vec::new(),
    })
}

/// What a folder may be, each language once, the likeliest first.
fn candidates(folder: &Folder, kinds: Kinds<'_>) -> Vec<Candidate> {
    let rules = RULES.iter().filter_map(|rule| rule.apply(folder));
    let probes = Language::ALL
        .iter()
        .filter_map(|language| probe(folder, *language));
    let mut found: Vec<Candidate> = probes.chain(rules).collect();
    found.extend(plugins::candidates(folder, kinds, &found));
    // Stable: of equals, the language's first finding and the first language.
    found.sort_by_key(|found| (std::cmp::Reverse(found.score), found.language));
    let mut seen = Vec::new();
    found.retain(|found| {
        let is_new = !seen.contains(&found.language);
        seen.push(found.language);
        is_new
    });
    found
}

/// An entry from settings as a path relative to the root with `/`.
fn inside(root: &Path, entry: &str) -> Result<String> {
    let refuse = |code, what: &str| {
        let message = format!("the entry `{entry}` {what} {}", root.display());
        Error::new(code, message)
            .help("set `entry` to a file in the project, relative to its folder")
    };
    let path = Path::new(entry);
    let path = path.strip_prefix(root).unwrap_or(path);
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => parts.push(part),
            Component::CurDir => {}
            Component::ParentDir if parts.pop().is_some() => {}
            _ => return Err(refuse(Code::ProjectInvalid, "lies outside")),
        }
    }
    let path: PathBuf = parts.iter().collect();
    match fs::metadata(root.join(&path)) {
        Ok(kind) if kind.is_file() => {}
        Ok(_) => return Err(refuse(Code::ProjectInvalid, "is not a file in")),
        Err(error) if is_absence(&error) => return Err(refuse(Code::NotFound, "is not in")),
        Err(error) => return Err(Error::io("read", &root.join(&path), &error)),
    }
    let parts: Vec<_> = parts.iter().map(|part| part.to_string_lossy()).collect();
    Ok(parts.join("/"))
}

fn parent(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Absolute and without symbolic links, in the form that other programs take.
fn real(path: &Path) -> Result<PathBuf> {
    let real = fs::canonicalize(path).map_err(|error| Error::io("read", path, &error))?;
    if cfg!(windows)
        && let Some(text) = real.to_str()
        && let Some(plain) = text.strip_prefix(r"\\?\")
        && plain.as_bytes().get(1) == Some(&b':')
    {
        return Ok(PathBuf::from(plain));
    }
    Ok(real)
}

fn not_there(path: &Path, error: &std::io::Error) -> Error {
    if !is_absence(error) {
        return Error::io("read", path, error);
    }
    let this = Error::new(Code::NotFound, format!("there is no {}", path.display()));
    match fs::read_link(path) {
        Ok(to) => this
            .because(format!("it is a symbolic link to {}", to.display()))
            .help("mend the link, or name another path"),
        Err(_) => this.help("check the path"),
    }
}

#[cfg(test)]
mod tests;
