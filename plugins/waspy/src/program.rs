//! A program: its entry and all modules that it imports.

use std::fs;
use std::path::Path;

use plugin_protocol::{Diagnostic, Severity};
use waspy::analysis::imports::{extract_imports, resolve_user_modules};

/// One file of a program.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Relative to the project, with `/`.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The files, the entry first.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) files: Vec<File>,
}

impl Program {
    /// Reads the entry and what it imports, from the working directory.
    ///
    /// # Errors
    /// A message about the file that cannot be read.
    pub(crate) fn read(entry: &str) -> Result<Self, Box<Diagnostic>> {
        let text =
            fs::read_to_string(entry).map_err(|cause| Box::new(unreadable(entry, &cause)))?;
        let modules = resolve_user_modules(Path::new(entry), &text).map_err(|error| {
            let message = format!("a module that {entry} imports cannot be read");
            let mut diagnostic = Diagnostic::new(Severity::Error, message);
            diagnostic.notes = error.chain().map(ToString::to_string).collect();
            Box::new(diagnostic)
        })?;
        let entry = File {
            name: entry.to_owned(),
            text,
        };
        let others = modules.into_iter().map(|(_, path, text)| File {
            name: spell(&path),
            text,
        });
        Ok(Self {
            files: std::iter::once(entry).chain(others).collect(),
        })
    }

    /// The files that an import could lead to, there or not: one that appears
    /// may be taken in the place of another.
    pub(crate) fn sought(&self) -> Vec<String> {
        let entry = self.files.first().map_or("", |file| file.name.as_str());
        let base = entry.rsplit_once('/').map_or("", |(folder, _)| folder);
        let imports = self
            .files
            .iter()
            .flat_map(|file| extract_imports(&file.text));
        let mut sought: Vec<String> = imports
            .map(|import| import.module_name.trim_start_matches('.').replace('.', "/"))
            .filter(|path| !path.is_empty() && path.split('/').all(|part| !part.is_empty()))
            .flat_map(|path| [format!("{path}.py"), format!("{path}/__init__.py")])
            .map(|path| match base {
                "" => path,
                base => format!("{base}/{path}"),
            })
            .collect();
        sought.sort();
        sought.dedup();
        sought
    }

    /// The file of this name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.files.iter().position(|file| file.name == name)
    }
}

fn spell(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = text.strip_prefix("./").unwrap_or(&text);
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.to_owned()
    }
}

fn unreadable(file: &str, cause: &std::io::Error) -> Diagnostic {
    let message = match cause.kind() {
        std::io::ErrorKind::InvalidData => format!("{file} is not UTF-8"),
        _ => format!("could not read {file}"),
    };
    let mut diagnostic = Diagnostic::new(Severity::Error, message);
    diagnostic.file = Some(file.to_owned());
    diagnostic.notes.push(cause.to_string());
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_import_could_lead_to_is_sought() {
        let file = File {
            name: "src/main.py".into(),
            text: "import a.b\nfrom . import c\nfrom .d import e\nimport a.b\n".into(),
        };
        let program = Program { files: vec![file] };
        let wanted = [
            "src/a/b.py",
            "src/a/b/__init__.py",
            "src/d.py",
            "src/d/__init__.py",
        ];
        assert_eq!(program.sought(), wanted);
    }
}
