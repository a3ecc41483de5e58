//! What compiles, and does something else than its author may think.

use plugin_protocol::{Diagnostic, Severity};
use rustpython_parser::ast::{self, Expr, Ranged, Stmt};
use rustpython_parser::lexer::lex;
use rustpython_parser::{Mode, Parse, Tok};

use crate::place::{at, span};
use crate::program::{File, Program};

/// Warnings about a program that compiles.
pub(crate) fn of(program: &Program) -> Vec<Diagnostic> {
    let mut found: Vec<_> = program.files.iter().filter_map(prints).collect();
    found.extend(program.files.first().and_then(start));
    found
}

/// `print` writes nothing. Told once a file, where it is first called.
fn prints(file: &File) -> Option<Diagnostic> {
    let mut tokens = lex(&file.text, Mode::Module).flatten().peekable();
    let mut last = None;
    while let Some((token, range)) = tokens.next() {
        let called = matches!(tokens.peek(), Some((Tok::Lpar, _)));
        let own = !matches!(last, Some(Tok::Dot | Tok::Def));
        if called && own && matches!(&token, Tok::Name { name } if name == "print") {
            let place = span(&file.text, range.start().into(), range.end().into());
            let message = "print writes nothing in a module that waspy makes";
            let mut found = at(Severity::Warning, message, &file.name, place);
            found.code = Some("print".into());
            let note = "help: return the text, or run the program with CPython for WASI instead";
            found.notes.push(note.into());
            return Some(found);
        }
        last = Some(token);
    }
    None
}

/// Behind `if __name__ == "__main__":` only a call of `main` counts.
fn start(file: &File) -> Option<Diagnostic> {
    let module = ast::Suite::parse(&file.text, "<module>").ok()?;
    let guard = module.iter().find_map(|stmt| match stmt {
        Stmt::If(it) if names_itself(&it.test) => Some((stmt, &it.body)),
        _ => None,
    });
    let (stmt, body) = guard?;
    let has_main = module
        .iter()
        .any(|it| matches!(it, Stmt::FunctionDef(function) if function.name.as_str() == "main"));
    let only_main = matches!(body.as_slice(), [Stmt::Expr(it)] if calls_main(&it.value));
    let message = match (has_main, only_main) {
        (true, true) => return None,
        (true, false) => "of this block, waspy runs nothing but the function main",
        (false, _) => "waspy does not run this block; it only looks for a function main",
    };
    let head = body.first().map_or(stmt.end(), Ranged::start);
    let text = file.text.get(stmt.start().into()..head.into());
    let end = usize::from(stmt.start()) + text.unwrap_or_default().trim_end().len();
    let place = span(&file.text, stmt.start().into(), end);
    let mut found = at(Severity::Warning, message, &file.name, place);
    found.code = Some("main".into());
    found
        .notes
        .push("help: put the block's code into `def main():`".into());
    Some(found)
}

fn names_itself(test: &Expr) -> bool {
    let Expr::Compare(compare) = test else {
        return false;
    };
    matches!(compare.left.as_ref(), Expr::Name(name) if name.id.as_str() == "__name__")
}

fn calls_main(value: &Expr) -> bool {
    let Expr::Call(call) = value else {
        return false;
    };
    matches!(call.func.as_ref(), Expr::Name(name) if name.id.as_str() == "main")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, [u32; 2])> {
        let file = File {
            name: "main.py".into(),
            text: text.into(),
        };
        let found = of(&Program { files: vec![file] });
        let place = |it: &Diagnostic| it.span.unwrap().start;
        found
            .iter()
            .map(|it| (it.code.clone().unwrap(), place(it)))
            .collect()
    }

    #[test]
    fn a_print_is_told_once() {
        let text = "# print(1)\ndef f() -> str:\n    é = 'print(1)'\n    print(é)\n    print(é)\n";
        assert_eq!(told(text), [("print".to_owned(), [4, 5])]);
        assert_eq!(told("def f(a: A):\n    a.print()\n"), []);
        assert_eq!(told("def print(x: int):\n    pass\n"), []);
    }

    #[test]
    fn code_that_never_runs_is_told() {
        let guard = "if __name__ == \"__main__\":\n    ";
        let main = "def main() -> int:\n    return 1\n";
        assert_eq!(told(&format!("{main}{guard}main()\n")), []);
        assert_eq!(told(main), []);
        let only = [("main".to_owned(), [3, 1])];
        assert_eq!(told(&format!("{main}{guard}x = main()\n")), only);
        assert_eq!(told(&format!("x = 1\n\n{guard}f()\n")), only);
    }
}
