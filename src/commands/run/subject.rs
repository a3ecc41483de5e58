//! What is served: a project, a module, or a folder of files.

use std::path::{Path, PathBuf};

use crate::commands::Context;
use crate::commands::compile::{Prepared, What};
use crate::config::Settings;
use crate::error::{Code, Error, Result};
use crate::project::Language;

pub(super) enum Subject {
    /// It is built.
    Project(Box<Prepared>),
    /// It is there.
    Module {
        /// The module itself.
        file: PathBuf,
        /// The folder that it is in.
        folder: PathBuf,
    },
    /// There is nothing to build.
    Site {
        /// The folder.
        folder: PathBuf,
        /// The page, as its URL.
        page: String,
    },
}

impl Subject {
    /// Finds out what is at a path.
    pub(super) fn find(context: &Context, what: &What, settings: &Settings) -> Result<Self> {
        let path = what.path()?;
        let real = path.canonicalize();
        let real = real.map_err(|error| Error::io("serve", &path, &error))?;
        if !real.is_dir() {
            let folder = real.parent().unwrap_or(&real).to_owned();
            return match ending(&real).as_str() {
                "wasm" => Ok(Self::Module { file: real, folder }),
                "html" | "htm" => Ok(Self::Site {
                    page: url_of(&folder, &real),
                    folder,
                }),
                _ => Self::project(context, what, settings),
            };
        }
        let index = real.join("index.html").is_file();
        let site = || Self::Site {
            folder: real.clone(),
            page: "/".to_owned(),
        };
        match what.prepare(context, settings.clone()) {
            // Somebody has built already what is in there.
            Ok(found) if index && found.project.language == Language::Wasm => Ok(site()),
            Ok(found) => Ok(Self::Project(Box::new(found))),
            Err(error) if index && error.code() == Code::NoProject => Ok(site()),
            Err(error) if error.code() == Code::NoProject => {
                // What is advised is told of the command that was meant.
                let help = error.help_text().unwrap_or_default();
                let help = help.replace("`wasmrun compile ", "`wasmrun run ");
                let more = "a folder with an index.html is served as it is; `wasmrun --help` lists \
                            all commands";
                Err(error.help(format!("{help}\n{more}").trim_start().to_owned()))
            }
            Err(error) => Err(error),
        }
    }

    fn project(context: &Context, what: &What, settings: &Settings) -> Result<Self> {
        let prepared = what.prepare(context, settings.clone())?;
        Ok(Self::Project(Box::new(prepared)))
    }

    /// The folder that it is in.
    pub(super) fn folder(&self) -> &Path {
        match self {
            Self::Project(prepared) => &prepared.project.root,
            Self::Module { folder, .. } | Self::Site { folder, .. } => folder,
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        let of = |path: &Path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        match self {
            Self::Project(prepared) => prepared.project.name.clone(),
            Self::Module { file, .. } => of(file).unwrap_or_default(),
            Self::Site { folder, .. } => of(folder).unwrap_or_else(|| "/".to_owned()),
        }
    }

    /// Whether a change of a file may change what is served. A module and a single
    /// file of text stand for themselves.
    pub(super) fn depends_on(&self, file: &Path) -> bool {
        match self {
            Self::Module { file: own, folder } => {
                let stem = own.file_stem();
                folder.join(file) == *own || (file.file_stem() == stem && ending(file) == "js")
            }
            Self::Project(prepared) => {
                let project = &prepared.project;
                let alone = project.single_file
                    && matches!(project.language, Language::Wat | Language::Wasm);
                !alone
                    || project
                        .entry
                        .as_deref()
                        .is_some_and(|entry| Path::new(entry) == file)
            }
            Self::Site { .. } => true,
        }
    }
}

pub(super) fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    ending.to_ascii_lowercase()
}

/// The URL of a file below the folder that is served.
pub(super) fn url_of(folder: &Path, file: &Path) -> String {
    let below = file.strip_prefix(folder).unwrap_or(file);
    let parts = below.iter().map(|part| part.to_string_lossy());
    parts.fold(String::new(), |url, part| format!("{url}/{part}"))
}
