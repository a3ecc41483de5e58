//! Finds the statement that the compiler refuses, when it does not say which.
//!
//! The compiler is asked again about shorter and shorter forms of the program:
//! the first statement with which its complaint comes up is the one. That needs
//! no knowledge of what the compiler checks, and cannot name an innocent one.

use std::ops::Range;
use std::time::{Duration, Instant};

use rustpython_parser::Parse;
use rustpython_parser::ast::{self, Ranged, Stmt};

use crate::compile::quiet;
use crate::message::Refusal;
use crate::program::Program;

/// How long the search may take; a coarse place is better than a late one.
const LIMIT: Duration = Duration::from_secs(3);

/// A search.
pub(crate) struct Locator<'a> {
    program: &'a Program,
    refusal: &'a Refusal,
    /// The names that the compiler is given: not the real ones, because it
    /// leaves out files that are called as if they were no part of a program.
    names: Vec<String>,
    until: Instant,
}

impl<'a> Locator<'a> {
    pub(crate) fn new(program: &'a Program, refusal: &'a Refusal) -> Self {
        Self {
            program,
            refusal,
            names: (0..program.files.len())
                .map(|at| format!("m{at}.py"))
                .collect(),
            until: Instant::now() + LIMIT,
        }
    }

    /// The file, and the bytes of it that are meant.
    pub(crate) fn find(&self) -> Option<(usize, Range<usize>)> {
        let named = self.refusal.file.as_deref();
        let named = named.and_then(|name| self.program.find(name));
        let all = 0..self.program.files.len();
        let candidates: Vec<usize> = named.map_or(all.collect(), |one| vec![one]);
        for file in candidates {
            let text = &self.program.files[file].text;
            let Ok(module) = ast::Suite::parse(text, "<module>") else {
                continue;
            };
            let found = match &self.refusal.function {
                // A class and a function in it have one name between dots.
                Some(function) => {
                    named_function(&module, last(function)).map(|stmt| self.within(file, stmt))
                }
                None => self.block(file, &module, true),
            };
            if let Some(range) = found {
                return Some((file, self.narrow(file, range)));
            }
        }
        None
    }

    /// The narrowest part of a statement that is at fault.
    fn within(&self, file: usize, stmt: &Stmt) -> Range<usize> {
        let blocks = blocks(stmt);
        let inner = blocks
            .iter()
            .find_map(|block| self.block(file, block, false));
        inner.unwrap_or_else(|| {
            let start = usize::from(stmt.start());
            let first = blocks.iter().filter_map(|block| block.first()).next();
            // Of a compound statement only its first line.
            let end = first.map_or(stmt.end(), Ranged::start);
            let text = &self.program.files[file].text;
            let line = text.get(start..usize::from(end)).unwrap_or_default();
            start..start + line.trim_end().len()
        })
    }

    /// The statement of a block that is at fault, if one is.
    fn block(&self, file: usize, block: &[Stmt], is_module: bool) -> Option<Range<usize>> {
        let (first, last) = (block.first()?, block.last()?);
        let (start, end) = (usize::from(first.start()), usize::from(last.end()));
        if self.complains(file, start..end, "pass") {
            return None;
        }
        // What the whole block does and no block at all does not, some shortest
        // beginning of it does.
        let (mut without, mut with) = (0, block.len());
        while with - without > 1 {
            let middle = usize::midpoint(without, with);
            let cut = block
                .get(middle - 1)
                .map_or(start, |it| usize::from(it.end()));
            if self.complains(file, cut..end, "") {
                with = middle;
            } else {
                without = middle;
            }
        }
        let found = block.get(with - 1)?;
        if is_module && with == block.len() && block.len() > 1 && !self.alone(file, found) {
            // Only all of it together is refused.
            return None;
        }
        Some(self.within(file, found))
    }

    /// Whether the complaint is gone without a statement.
    fn alone(&self, file: usize, stmt: &Stmt) -> bool {
        let range = usize::from(stmt.start())..usize::from(stmt.end());
        !self.complains(file, range, "pass")
    }

    /// Whether the compiler says the same of the program with a part of it
    /// replaced.
    fn complains(&self, file: usize, part: Range<usize>, by: &str) -> bool {
        if Instant::now() > self.until {
            return false;
        }
        let mut texts: Vec<&str> = self
            .program
            .files
            .iter()
            .map(|it| it.text.as_str())
            .collect();
        let whole = texts[file];
        let (before, after) = (whole.get(..part.start), whole.get(part.end..));
        let changed = format!(
            "{}{by}{}",
            before.unwrap_or_default(),
            after.unwrap_or_default()
        );
        texts[file] = &changed;
        let names = self.names.iter().map(String::as_str);
        let sources: Vec<(&str, &str)> = names.clone().zip(texts).collect();
        let names: Vec<&str> = names.collect();
        match waspy::compile_multiple_python_files_with_options(&sources, &quiet()) {
            Ok(_) => false,
            Err(error) => Refusal::of(error.as_ref(), &names).mark == self.refusal.mark,
        }
    }

    /// The name that the complaint quotes, where it stands in the range.
    fn narrow(&self, file: usize, range: Range<usize>) -> Range<usize> {
        let text = &self.program.files[file].text;
        let part = text.get(range.clone()).unwrap_or_default();
        let found = self.refusal.quoted().find_map(|name| word(part, name));
        found.map_or(range.clone(), |at| {
            range.start + at.start..range.start + at.end
        })
    }
}

/// Where a word stands by itself.
fn word(text: &str, wanted: &str) -> Option<Range<usize>> {
    let part_of_word = |it: char| it.is_alphanumeric() || it == '_';
    if !wanted.starts_with(part_of_word) {
        return None;
    }
    text.match_indices(wanted)
        .map(|(at, _)| at..at + wanted.len())
        .find(|range| {
            let before = text
                .get(..range.start)
                .and_then(|it| it.chars().next_back());
            let after = text.get(range.end..).and_then(|it| it.chars().next());
            !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
        })
}

fn last(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
}

/// The function of a name, in classes and other functions too.
fn named_function<'a>(block: &'a [Stmt], name: &str) -> Option<&'a Stmt> {
    block.iter().find_map(|stmt| match stmt {
        Stmt::FunctionDef(function) if function.name.as_str() == name => Some(stmt),
        _ => blocks(stmt)
            .into_iter()
            .find_map(|block| named_function(block, name)),
    })
}

/// The blocks of a compound statement, in order.
pub(crate) fn blocks(stmt: &Stmt) -> Vec<&[Stmt]> {
    let blocks: Vec<&[Stmt]> = match stmt {
        Stmt::FunctionDef(it) => vec![&it.body],
        Stmt::ClassDef(it) => vec![&it.body],
        Stmt::If(it) => vec![&it.body, &it.orelse],
        Stmt::For(it) => vec![&it.body, &it.orelse],
        Stmt::While(it) => vec![&it.body, &it.orelse],
        Stmt::With(it) => vec![&it.body],
        Stmt::Try(it) => {
            let handlers = it.handlers.iter().map(|handler| {
                let ast::ExceptHandler::ExceptHandler(handler) = handler;
                handler.body.as_slice()
            });
            std::iter::once(it.body.as_slice())
                .chain(handlers)
                .chain([it.orelse.as_slice(), it.finalbody.as_slice()])
                .collect()
        }
        _ => vec![],
    };
    blocks
        .into_iter()
        .filter(|block| !block.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::File;

    /// What is found in a program of these files.
    fn found(texts: &[&str]) -> (usize, String) {
        let files = texts.iter().enumerate().map(|(at, text)| File {
            name: format!("m{at}.py"),
            text: (*text).to_owned(),
        });
        let program = Program {
            files: files.collect(),
        };
        let sources: Vec<_> = program
            .files
            .iter()
            .map(|it| (it.name.as_str(), it.text.as_str()))
            .collect();
        let error = waspy::compile_multiple_python_files_with_options(&sources, &quiet());
        let names: Vec<_> = sources.iter().map(|(name, _)| *name).collect();
        let refusal = Refusal::of(error.unwrap_err().as_ref(), &names);
        assert_eq!(refusal.place, None, "the compiler says it itself");
        let (file, range) = Locator::new(&program, &refusal).find().unwrap();
        (file, program.files[file].text[range].to_owned())
    }

    #[test]
    fn an_unknown_name_is_found_in_its_function() {
        let text = "def a(n: int) -> int:\n    return n\n\ndef b(n: int) -> int:\n    x = n\n    \
                    if x > 1:\n        x = 2\n    else:\n        x = lost + 1\n    return x\n";
        assert_eq!(found(&[text]), (0, "lost".to_owned()));
    }

    #[test]
    fn an_expression_that_is_not_supported_is_found_without_a_name() {
        let text = "def a(n: int) -> int:\n    for i in range(n):\n        y = 1 if i else 2\n    \
                    return n\n\ndef b() -> int:\n    return 1\n";
        assert_eq!(found(&[text]).1, "y = 1 if i else 2");
    }

    #[test]
    fn the_right_file_is_found() {
        let main = "def main() -> float:\n    return root(2.0)\n";
        let other = "import math\n\ndef root(x: float) -> float:\n    return math.sqrt(x)\n";
        assert_eq!(found(&[main, other]), (1, "math.sqrt".to_owned()));
    }

    #[test]
    fn a_method_is_found_in_its_class() {
        let text = "class A:\n    def size(self, n) -> int:\n        return len(n)\n\n\
                    def f() -> int:\n    return A().size(1)\n";
        let (_, part) = found(&[text]);
        assert!(part.contains("len"), "{part}");
    }

    #[test]
    fn words_stand_by_themselves() {
        assert_eq!(word("alert(ale, r.ale)", "ale"), Some(6..9));
        assert_eq!(word("éale ale_ xale", "ale"), None);
        assert_eq!(word("a - b", "-"), None);
    }
}
