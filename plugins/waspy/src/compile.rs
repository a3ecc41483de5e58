//! Compiles a program, and says what is wrong with it and where.

use std::fs;
use std::path::Path;

use plugin_protocol::{Diagnostic, Severity};
use serde::{Deserialize, Serialize};
use waspy::{CompilerOptions, Verbosity};

use crate::imports;
use crate::locate::Locator;
use crate::message::Refusal;
use crate::place::{at, span};
use crate::program::Program;
use crate::remarks;

/// What came of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Whether a module was made.
    pub(crate) compiled: bool,
    /// The files that were read or looked for, relative to the project.
    pub(crate) files: Vec<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The compiler's settings: it prints nothing, and there is no Binaryen here.
pub(crate) fn quiet() -> CompilerOptions {
    CompilerOptions {
        optimize: false,
        verbosity: Verbosity::Quiet,
    }
}

/// Compiles the program that starts with `entry`, relative to the working
/// directory. Without `output` it only looks whether that can be done.
///
/// # Errors
/// When the module cannot be written.
pub(crate) fn compile(entry: &str, output: Option<&Path>) -> std::io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let program = match Program::read(entry) {
        Ok(program) => program,
        Err(diagnostic) => {
            outcome.diagnostics.push(*diagnostic);
            return Ok(outcome);
        }
    };
    outcome.files = program.files.iter().map(|it| it.name.clone()).collect();
    outcome.files.extend(program.sought());
    outcome.files.sort();
    outcome.files.dedup();
    let lost = imports::unresolved(&program);
    match waspy::compile_python_file_with_options(entry, &quiet()) {
        Ok(module) => {
            if let Some(output) = output {
                fs::write(output, module)?;
            }
            outcome.compiled = true;
            outcome.diagnostics.extend(lost.into_iter().map(|mut it| {
                it.severity = Severity::Warning;
                it
            }));
            outcome.diagnostics.extend(remarks::of(&program));
        }
        Err(error) => {
            let names: Vec<&str> = program.files.iter().map(|it| it.name.as_str()).collect();
            let refusal = Refusal::of(error.as_ref(), &names);
            // An import that leads nowhere is why a name is not known.
            outcome.diagnostics.extend(lost);
            outcome.diagnostics.push(diagnostic(&program, &refusal));
        }
    }
    Ok(outcome)
}

/// The error with its place, as narrow as it can be found.
fn diagnostic(program: &Program, refusal: &Refusal) -> Diagnostic {
    let (file, span) = match refusal.place {
        Some((line, column)) => {
            let named = refusal.file.as_deref().and_then(|name| program.find(name));
            let file = &program.files[named.unwrap_or(0)];
            let start = offset(&file.text, line, column);
            (file, Some(span(&file.text, start, start)))
        }
        None => match Locator::new(program, refusal).find() {
            Some((file, range)) => {
                let file = &program.files[file];
                (file, Some(span(&file.text, range.start, range.end)))
            }
            None => (&program.files[0], None),
        },
    };
    let mut found = match span {
        Some(span) => at(Severity::Error, &*refusal.text, &file.name, span),
        None => {
            let mut found = Diagnostic::new(Severity::Error, &*refusal.text);
            found.file = Some(file.name.clone());
            found
        }
    };
    found.code = Some(refusal.code.to_owned());
    found.notes.clone_from(&refusal.notes);
    if let Some(function) = &refusal.function {
        found.notes.insert(0, format!("in function `{function}`"));
    }
    found
}

/// The offset of a line and column, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (before + column.saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_stay_inside() {
        assert_eq!(offset("ab\ncd", 2, 2), 4);
        assert_eq!(offset("ab\ncd", 9, 9), 5);
        assert_eq!(offset("", 0, 0), 0);
    }
}
