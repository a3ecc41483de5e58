//! How a C/C++ project is built: its own Makefile or CMakeLists.txt, or the
//! sources in the folder.

use std::path::Path;

use globset::GlobBuilder;
use plugin_protocol::{BuildRequest, PluginError};

use super::options::Options;
use super::scan::{Seen, scan};
use crate::plugin::languages::entry::{invalid, io_error};

/// The endings of C sources.
pub(super) const C: &[&str] = &["c"];
/// The endings of C++ sources.
pub(super) const CXX: &[&str] = &["cpp", "cc", "cxx", "c++", "C"];
/// The folders whose sources belong to a project, besides its own.
const FOLDERS: &[&str] = &["src", "source"];
const MAKEFILES: &[&str] = &["GNUmakefile", "makefile", "Makefile"];
const CMAKE: &str = "CMakeLists.txt";

/// How a project is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layout {
    /// By calling the compiler on these files.
    Sources(Sources),
    /// By make, from this file.
    Make(String),
    /// By CMake.
    CMake,
}

/// Files to compile and link, project-relative with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sources {
    pub(super) files: Vec<String>,
    /// Whether one of them defines `main`.
    pub(super) main: bool,
}

impl Layout {
    /// Finds out how a build that was asked for goes. A source that was named
    /// by itself is built by itself, whatever stands beside it.
    ///
    /// # Errors
    /// As [`Layout::find`].
    pub(super) fn of(request: &BuildRequest, options: &Options) -> Result<Self, PluginError> {
        match &request.entry {
            Some(entry) if request.alone && options.sources.is_empty() && is_source(entry) => {
                let file = std::slice::from_ref(entry);
                Ok(Self::Sources(named(&request.project, file)?))
            }
            entry => Self::find(&request.project, entry.as_deref(), options),
        }
    }

    /// Finds out how a project is built. Sources that the options name go first,
    /// then an entry that is a build file, then CMake, then make, then sources.
    ///
    /// # Errors
    /// Without anything to build, and with several files that define `main`.
    pub(super) fn find(
        project: &Path,
        entry: Option<&str>,
        options: &Options,
    ) -> Result<Self, PluginError> {
        if !options.sources.is_empty() {
            return Ok(Self::Sources(named(project, &options.sources)?));
        }
        if let Some(entry) = entry {
            if !project.join(entry).is_file() {
                let message = format!("the entry {entry} is not a file in {}", project.display());
                return Err(invalid(message, None));
            }
            let name = entry.rsplit('/').next().unwrap_or(entry);
            let is_makefile = MAKEFILES.contains(&name)
                || name.starts_with("Makefile.")
                || Path::new(name)
                    .extension()
                    .is_some_and(|ending| ending == "mk");
            if is_makefile {
                return Ok(Self::Make(entry.to_owned()));
            }
        }
        if project.join(CMAKE).is_file() {
            return Ok(Self::CMake);
        }
        if let Some(file) = MAKEFILES.iter().find(|file| project.join(file).is_file()) {
            return Ok(Self::Make((*file).to_owned()));
        }
        found(project, entry).map(Self::Sources)
    }

    /// Whether C++ is compiled, as far as the names of files tell.
    pub(super) fn has_cxx(&self, project: &Path) -> bool {
        match self {
            Self::Sources(sources) => sources.files.iter().any(|file| is_cxx(file)),
            _ => list(project).iter().any(|file| is_cxx(file)),
        }
    }
}

fn is_source(file: &str) -> bool {
    C.contains(&ending(file)) || is_cxx(file)
}

/// Whether a file is C++ by its ending.
pub(super) fn is_cxx(file: &str) -> bool {
    CXX.contains(&ending(file))
}

fn ending(file: &str) -> &str {
    file.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// The sources in the project's folder and its `src`, sorted.
fn list(project: &Path) -> Vec<String> {
    let mut files = vec![];
    let folders = FOLDERS
        .iter()
        .map(|folder| (format!("{folder}/"), project.join(folder)));
    for (prefix, folder) in std::iter::once((String::new(), project.to_owned())).chain(folders) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if let Some(name) = entry.file_name().to_str()
                && is_source(name)
                && entry.path().is_file()
            {
                files.push(format!("{prefix}{name}"));
            }
        }
    }
    files.sort();
    files
}

/// The sources that belong together: all, or the entry and those without a
/// `main` of their own.
fn found(project: &Path, entry: Option<&str>) -> Result<Sources, PluginError> {
    let mut files = list(project);
    if let Some(entry) = entry
        && !files.iter().any(|file| file == entry)
    {
        files.push(entry.to_owned());
        files.sort();
    }
    if files.is_empty() {
        return Err(invalid(
            format!(
                "no C or C++ sources, Makefile or CMakeLists.txt in {}",
                project.display()
            ),
            None,
        ));
    }
    let mut seen = vec![];
    for file in files {
        let what = look(project, &file)?;
        seen.push((file, what));
    }
    let certain = seen.iter().any(|(_, what)| what.main);
    let has_main = |what: &Seen| what.main || (!certain && what.conditional_main);
    if let Some(entry) = entry {
        seen.retain(|(file, what)| file == entry || !(what.main || what.conditional_main));
        let main = seen
            .iter()
            .any(|(_, what)| what.main || what.conditional_main);
        let files = seen.into_iter().map(|(file, _)| file).collect();
        return Ok(Sources { files, main });
    }
    let mains: Vec<_> = seen
        .iter()
        .filter(|(_, what)| has_main(what))
        .map(|(file, _)| file.as_str())
        .collect();
    if let [first, _, ..] = mains[..] {
        return Err(invalid(
            format!(
                "several files define main: {}; name one in wasmrun.toml",
                mains.join(", ")
            ),
            Some(format!("entry = \"{first}\"")),
        ));
    }
    let main = !mains.is_empty();
    let files = seen.into_iter().map(|(file, _)| file).collect();
    Ok(Sources { files, main })
}

/// The sources that the option names, as files or patterns.
fn named(project: &Path, patterns: &[String]) -> Result<Sources, PluginError> {
    let mut files: Vec<String> = vec![];
    for pattern in patterns {
        if project.join(pattern).is_file() {
            files.push(pattern.clone());
            continue;
        }
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let glob = glob.map_err(|error| {
            invalid(
                format!("the option `sources` has a bad pattern `{pattern}`"),
                None,
            )
            .because(error)
        })?;
        let matcher = glob.compile_matcher();
        let mut matching: Vec<_> = ignore::WalkBuilder::new(project)
            .standard_filters(false)
            .hidden(true)
            .build()
            .flatten()
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
            .filter_map(|entry| relative(project, entry.path()))
            .filter(|file| matcher.is_match(file))
            .collect();
        if matching.is_empty() {
            return Err(invalid(
                format!("no file matches `{pattern}` of the option `sources`"),
                None,
            ));
        }
        matching.sort();
        files.extend(matching);
    }
    let mut unique = std::collections::HashSet::new();
    files.retain(|file| unique.insert(file.clone()));
    let mut main = false;
    for file in &files {
        let what = look(project, file)?;
        main |= what.main || what.conditional_main;
    }
    Ok(Sources { files, main })
}

fn look(project: &Path, file: &str) -> Result<Seen, PluginError> {
    let path = project.join(file);
    let bytes = std::fs::read(&path).map_err(|error| io_error("read", &path, &error))?;
    Ok(scan(&String::from_utf8_lossy(&bytes)))
}

/// A path below a folder, with `/`.
pub(super) fn relative(folder: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(folder).ok()?;
    let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}
