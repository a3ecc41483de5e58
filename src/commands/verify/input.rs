use std::collections::HashSet;
use std::fmt;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use crate::commands::bytes::Bytes;
use crate::error::{Code, Error};

/// Something to check.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Input {
    /// Standard input, which has no name.
    Stdin,
    /// A regular file.
    File(PathBuf),
}

impl Input {
    pub(super) fn read(&self) -> Result<Bytes, Error> {
        match self {
            Self::Stdin => Bytes::of_stdin()
                .map_err(|error| Error::io("read", "standard input".as_ref(), &error)),
            Self::File(path) => {
                Bytes::of_file(path).map_err(|error| Error::io("read", path, &error))
            }
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// What there is to check, and what was named but cannot be.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// In the order named; a folder's files sorted by name.
    pub(super) found: Vec<Input>,
    /// One for each name that leads nowhere.
    pub(super) errors: Vec<Error>,
}

impl Inputs {
    /// Looks up names: files, folders, and `-` for standard input. A folder
    /// stands for each `.wasm` file under it, except in hidden folders and
    /// `node_modules`; links to folders in it are not followed.
    pub(super) fn of(names: &[PathBuf]) -> Self {
        let mut this = Self::default();
        for name in names {
            if name.as_os_str() == "-" {
                this.found.push(Input::Stdin);
            } else if let Err(error) = this.add(name) {
                this.errors.push(error);
            }
        }
        let mut seen = HashSet::new();
        this.found.retain(|input| seen.insert(input.clone()));
        this
    }

    fn add(&mut self, path: &Path) -> Result<(), Error> {
        let about = std::fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(path),
            _ => Error::io("read", path, &error),
        })?;
        if about.is_dir() {
            let before = (self.found.len(), self.errors.len());
            self.walk(path);
            if before == (self.found.len(), self.errors.len()) {
                return Err(no_modules(path));
            }
            return Ok(());
        }
        refuse(path, &about)?;
        self.found.push(Input::File(path.to_owned()));
        Ok(())
    }

    fn walk(&mut self, folder: &Path) {
        let mut folders = Vec::new();
        let mut files = Vec::new();
        let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.errors.push(Error::io("read", folder, &error)),
        };
        for entry in entries {
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            let name = entry.file_name();
            // `.` itself is not shown in the names of what is in it.
            let path = match folder.as_os_str() == "." {
                true => PathBuf::from(&name),
                false => entry.path(),
            };
            if kind.is_dir() {
                let hidden = name.as_encoded_bytes().starts_with(b".");
                if !hidden && name != "node_modules" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|end| end == "wasm") && path.is_file() {
                files.push(path);
            }
        }
        folders.sort();
        files.sort();
        self.found.extend(files.into_iter().map(Input::File));
        for folder in folders {
            self.walk(&folder);
        }
    }
}

fn missing(path: &Path) -> Error {
    let error = Error::new(Code::NotFound, format!("there is no {}", path.display()));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let siblings: Vec<_> = std::fs::read_dir(folder.unwrap_or(Path::new(".")))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    match crate::error::nearest(&name, siblings.iter().map(String::as_str)) {
        Some(near) => error.help(format!(
            "did you mean `{}`?",
            folder.unwrap_or(Path::new("")).join(near).display()
        )),
        None => error.help("check the path; `-` is standard input"),
    }
}

fn no_modules(path: &Path) -> Error {
    let shown = match path.as_os_str() == "." {
        true => "this folder".to_owned(),
        false => path.display().to_string(),
    };
    Error::new(Code::NotFound, format!("there is no .wasm file in {shown}"))
    .help("name a file, or build first with `wasmrun compile`; hidden folders and `node_modules` are only searched when named")
}

/// Says why something that is no module's file cannot be checked.
fn refuse(path: &Path, about: &Metadata) -> Result<(), Error> {
    let shown = path.display();
    if !about.is_file() {
        let what = special(about);
        return Err(
            Error::new(Code::Usage, format!("{shown} is {what}, not a file")).help(format!(
                "to check what it delivers: `wasmrun verify - < {shown}`"
            )),
        );
    }
    let text = path
        .extension()
        .is_some_and(|end| end == "wat" || end == "wast");
    if text {
        return Err(Error::new(
            Code::Usage,
            format!("{shown} is WebAssembly text, and `verify` checks binaries"),
        )
        .help(format!("`wasmrun compile {shown}` builds and verifies it")));
    }
    Ok(())
}

#[cfg(unix)]
fn special(about: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = about.file_type();
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn special(_about: &Metadata) -> &'static str {
    "a device"
}
