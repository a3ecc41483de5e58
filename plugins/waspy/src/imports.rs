//! Imports that lead nowhere.

use plugin_protocol::{Diagnostic, Severity};
use rustpython_parser::Parse;
use rustpython_parser::ast::{self, Ranged, Stmt};

use crate::locate::blocks;
use crate::place::{at, span};
use crate::program::Program;

/// Modules that matter to readers and type checkers alone.
const SILENT: &[&str] = &["typing", "typing_extensions", "__future__", "types"];

/// An error for each import of a module that is neither in the project nor known
/// to the compiler, which itself passes over them.
pub(crate) fn unresolved(program: &Program) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for file in &program.files {
        let Ok(module) = ast::Suite::parse(&file.text, "<module>") else {
            continue;
        };
        let mut names = Vec::new();
        imported(&module, &mut names);
        for (name, start, end) in names {
            if is_known(&name, program) {
                continue;
            }
            let message = format!("the module `{name}` is not in the project");
            let place = span(&file.text, start, end);
            let mut diagnostic = at(Severity::Error, message, &file.name, place);
            diagnostic.code = Some("import".into());
            let why = "waspy compiles modules of the project alone, those in Python";
            diagnostic.notes.push(why.into());
            let way = "to use installed packages, run the program with CPython for WASI instead";
            diagnostic.notes.push(way.into());
            found.push(diagnostic);
        }
    }
    found
}

/// All modules that are imported, but for those whose absence the program itself
/// expects (`try: import x`).
fn imported(block: &[Stmt], names: &mut Vec<(String, usize, usize)>) {
    for stmt in block {
        let (start, end) = (usize::from(stmt.start()), usize::from(stmt.end()));
        match stmt {
            Stmt::Import(it) => {
                let modules = it.names.iter();
                names.extend(modules.map(|alias| (alias.name.to_string(), start, end)));
            }
            Stmt::ImportFrom(it) => {
                // `from . import x` names no module.
                names.extend(it.module.iter().map(|name| (name.to_string(), start, end)));
            }
            Stmt::Try(_) => {}
            _ => blocks(stmt).iter().for_each(|block| imported(block, names)),
        }
    }
}

fn is_known(name: &str, program: &Program) -> bool {
    let top = name.split('.').next().unwrap_or(name);
    if SILENT.contains(&top) || waspy::stdlib::is_stdlib_module(top) {
        return true;
    }
    let path = name.replace('.', "/");
    program.files.iter().any(|file| {
        let ends = |end: String| file.name == end || file.name.ends_with(&format!("/{end}"));
        ends(format!("{path}.py")) || ends(format!("{path}/__init__.py"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::File;

    #[test]
    fn what_is_neither_here_nor_known_is_told() {
        let file = |name: &str, text: &str| File {
            name: name.into(),
            text: text.into(),
        };
        let program = Program {
            files: vec![
                file(
                    "src/main.py",
                    "import math, numpy\nfrom typing import List\nimport pkg.mod as m\n\
                     try:\n    import ujson\nexcept ImportError:\n    import json\n\n\
                     def f():\n    from requests.api import get\n",
                ),
                file("src/pkg/mod.py", "from . import x\nimport os.path\n"),
            ],
        };
        let found = unresolved(&program);
        let told: Vec<_> = found
            .iter()
            .map(|it| (it.message.as_str(), it.span.unwrap().start))
            .collect();
        assert_eq!(
            told,
            [
                ("the module `numpy` is not in the project", [1, 1]),
                ("the module `requests.api` is not in the project", [10, 5]),
            ]
        );
    }
}
