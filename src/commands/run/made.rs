//! What a build has made, or what is there already.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use plugin_protocol::ArtifactKind;

use super::subject::{Subject, ending, url_of};
use super::told::Told;
use crate::commands::Context;
use crate::compiler::{self, Change, Outcome, Output, Place};
use crate::error::{Code, Error, Result};
use crate::process::Cancel;
use crate::server::{OutputFile, Source};
use crate::wasm::{self, Sizes};

/// A file, with its content.
struct File {
    path: PathBuf,
    kind: ArtifactKind,
    sha256: String,
    bytes: Bytes,
}

/// The files of a build.
pub(super) struct Made {
    /// What the builder says of it.
    pub(super) outcome: Outcome,
    /// The folder below which they are named.
    folder: PathBuf,
    files: Vec<File>,
}

/// The same, as the server wants them.
#[derive(Default)]
pub(super) struct Served {
    /// What is told of each.
    pub(super) outputs: Vec<OutputFile>,
    /// The files themselves.
    pub(super) sources: Vec<Source>,
    /// The main module.
    pub(super) main: Option<(OutputFile, Bytes)>,
}

impl Made {
    /// Builds a project, or reads what is there. `before` is the last main
    /// module, `changed` what a plugin may know.
    pub(super) fn of(
        subject: &Subject,
        (before, changed): (Option<&[u8]>, Option<&[String]>),
        context: &Context,
        told: &mut Told<'_>,
        cancel: &Cancel,
    ) -> Result<Self> {
        match subject {
            Subject::Project(prepared) => {
                let outcome = prepared.build(context, cancel, changed, told);
                context.terminal.progress_end();
                Self::built(outcome?, &prepared.place)
            }
            Subject::Module { file, folder } => {
                let bytes = read(file)?;
                wasm::validate(&bytes).map_err(|fault| {
                    let file = file.display();
                    Error::new(Code::InvalidModule, format!("{file} is not a valid module"))
                        .because(format!("{} (at offset {:#x})", fault.message, fault.offset))
                        .help(format!("`wasmrun verify {file}` tells more"))
                })?;
                let mut files = vec![File::new(file.clone(), ArtifactKind::Wasm, bytes)];
                if let Some(script) = companion(file) {
                    let bytes = read(&script)?;
                    files.push(File::new(script, ArtifactKind::Js, bytes));
                }
                Ok(Self::loaded(folder, files, before))
            }
            Subject::Site { folder, .. } => Ok(Self::loaded(folder, Vec::new(), before)),
        }
    }

    fn built(outcome: Outcome, place: &Place) -> Result<Self> {
        let folder = match place {
            Place::Folder(folder) => folder.clone(),
            Place::File(file) => file.parent().unwrap_or(file).to_owned(),
            Place::Stdout => {
                return Err(
                    Error::new(Code::Usage, "a server cannot serve standard output")
                        .help("name a folder as `output` in wasmrun.toml, or with `-o dist/`"),
                );
            }
        };
        let mut files = Vec::new();
        for output in &outcome.outputs {
            if let Some(path) = &output.path {
                files.push(File {
                    path: path.clone(),
                    kind: output.kind,
                    sha256: output.sha256.clone(),
                    bytes: read(path)?.into(),
                });
            }
        }
        Ok(Self {
            outcome,
            folder,
            files,
        })
    }

    /// What was there already, as if it had been built.
    fn loaded(folder: &Path, files: Vec<File>, before: Option<&[u8]>) -> Self {
        let outputs = files.iter().map(|file| Output {
            path: Some(file.path.clone()),
            kind: file.kind,
            size: file.bytes.len() as u64,
            sha256: file.sha256.clone(),
            written: false,
        });
        let main = files.first().map_or(&[][..], |file| &file.bytes[..]);
        let outcome = Outcome {
            change: match before {
                None => Change::First,
                Some(before) if before == main => Change::Same,
                Some(before) => Change::From(Sizes::of(before)),
            },
            sizes: Sizes::of(main),
            outputs: outputs.collect(),
            cached: false,
            stdout: None,
        };
        Self {
            outcome,
            folder: folder.to_owned(),
            files,
        }
    }

    /// As the server wants them; `root` is the project's folder.
    pub(super) fn served(self, root: &Path) -> Served {
        let mut served = Served::default();
        for File {
            path,
            kind,
            sha256,
            bytes,
        } in self.files
        {
            let below = path.strip_prefix(root).unwrap_or(&path);
            let output = OutputFile {
                kind,
                url: url_of(&self.folder, &path),
                path: below.display().to_string(),
                size: bytes.len() as u64,
                sha256,
            };
            if served.main.is_none() && kind == ArtifactKind::Wasm {
                served.main = Some((output.clone(), bytes.clone()));
            }
            served.sources.push(Source {
                url: output.url.clone(),
                path,
                bytes,
            });
            served.outputs.push(output);
        }
        served
    }
}

impl File {
    /// One that no builder has told of.
    fn new(path: PathBuf, kind: ArtifactKind, bytes: Vec<u8>) -> Self {
        Self {
            sha256: compiler::sha256(&bytes),
            path,
            kind,
            bytes: bytes.into(),
        }
    }
}

/// The script that belongs to a module: `app.js` to `app.wasm` or `app_bg.wasm`.
fn companion(module: &Path) -> Option<PathBuf> {
    let stem = module.file_stem()?.to_str()?;
    let names = [stem, stem.strip_suffix("_bg").unwrap_or(stem)];
    let mut scripts = names
        .map(|name| module.with_file_name(format!("{name}.js")))
        .into_iter();
    scripts.find(|script| script.is_file() && ending(script) == "js")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Error::io("read", path, &error))
}
