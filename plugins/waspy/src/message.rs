//! What the compiler says of a program that it does not take.

use std::error::Error;

use waspy::core::errors::{ChakraError, ErrorLocation};

/// The way out of the subset.
const WAY_OUT: &str = "to use it all the same, run the program with CPython for WASI instead";

/// An error of the compiler, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What kind it is: `syntax`, `unsupported`, `type`, `name`.
    pub(crate) code: &'static str,
    /// What is wrong: one line without the place.
    pub(crate) text: String,
    /// What to do about it.
    pub(crate) notes: Vec<String>,
    /// Where it is, when the compiler says so: line and column, from 1.
    pub(crate) place: Option<(usize, usize)>,
    /// The function that it is in.
    pub(crate) function: Option<String>,
    /// The file that it is in, as the compiler was given it.
    pub(crate) file: Option<String>,
    /// What to look for when the same program is compiled in another form.
    pub(crate) mark: String,
}

impl Refusal {
    /// Reads an error. `files` are the names that the compiler was given.
    pub(crate) fn of(error: &(dyn Error + 'static), files: &[&str]) -> Self {
        let mut chain = vec![error];
        let mut next = error.source();
        while let Some(source) = next {
            chain.push(source);
            next = source.source();
        }
        let root = chain.last().map(ToString::to_string).unwrap_or_default();
        let mark = root.lines().next().unwrap_or_default().to_owned();
        let known = chain.iter().find_map(|it| it.downcast_ref::<ChakraError>());
        let (code, message, place, mut function) = match known {
            Some(ChakraError::ParseError {
                message,
                line,
                column,
            }) => ("syntax", message.clone(), line.zip(*column), None),
            Some(ChakraError::TypeError { message, location }) => found("type", message, location),
            Some(ChakraError::NameError { message, location }) => found("name", message, location),
            Some(ChakraError::UnsupportedFeature { message, location }) => {
                found("unsupported", message, location)
            }
            _ => ("unsupported", root.clone(), None, None),
        };
        let message = message.lines().next().unwrap_or_default();
        let (message, named) = without_function(message);
        function = function.or(named);
        // The file is named in what the error was wrapped in.
        let wrapped: Vec<String> = chain.iter().map(ToString::to_string).collect();
        let file = files
            .iter()
            .find(|file| {
                let ends = |line: &String| line.ends_with(&format!(" {file}"));
                wrapped
                    .iter()
                    .any(|line| ends(line) || line.contains(&format!(" in {file}:")))
            })
            .map(|file| (*file).to_owned());
        let (text, notes) = worded(code, &message);
        Self {
            code,
            text,
            notes,
            place,
            function,
            file,
            mark,
        }
    }

    /// The names that the message puts in quotes, which stand in the source.
    pub(crate) fn quoted(&self) -> impl Iterator<Item = &str> {
        let quoted = self.mark.split('\'').skip(1).step_by(2);
        quoted.map(|it| it.trim_end_matches("()"))
    }
}

type Parts = (&'static str, String, Option<(usize, usize)>, Option<String>);

fn found(code: &'static str, message: &str, location: &Option<ErrorLocation>) -> Parts {
    let place = location
        .as_ref()
        .filter(|it| it.line > 0)
        .map(|it| (it.line, it.column.unwrap_or(1)));
    let function = location.as_ref().and_then(|it| it.function.clone());
    (code, message.to_owned(), place, function)
}

/// Takes ` (in function 'f')` off the end.
fn without_function(message: &str) -> (String, Option<String>) {
    match message.rsplit_once(" (in function '") {
        Some((text, rest)) if rest.ends_with("')") => {
            let name = rest.trim_end_matches("')").to_owned();
            (text.to_owned(), Some(name))
        }
        _ => (message.to_owned(), None),
    }
}

/// The message in this project's words, and what to do about it.
fn worded(code: &str, message: &str) -> (String, Vec<String>) {
    let (what, hint) = match message.split_once("Hint: ") {
        Some((what, hint)) => (what.trim_end(), Some(hint.trim())),
        None => (message, None),
    };
    let what = what.trim_end_matches(['.', ' ']);
    let what = match what {
        "No valid functions found in any of the provided files" => {
            "the program defines no function, and functions are what a module exports"
        }
        what => what,
    };
    let mut text = what.to_owned();
    // Not every error is the subset's: a name that is not defined is wrong in
    // all of Python.
    let mut foreign = false;
    if code == "unsupported" {
        for word in ["not supported", "not implemented"] {
            if text.contains(word) {
                text = text.replacen(word, &format!("{word} by waspy"), 1);
                foreign = true;
            }
        }
    }
    let mut notes = Vec::new();
    notes.extend(hint.map(|hint| format!("help: {}", hint.trim_end_matches('.'))));
    if foreign {
        notes.push(WAY_OUT.to_owned());
    }
    (text, notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_subset_lacks_is_told_from_what_is_wrong() {
        let (text, notes) = worded(
            "unsupported",
            "conditional expressions are not supported yet. Hint: use an if/else statement.",
        );
        assert_eq!(
            text,
            "conditional expressions are not supported by waspy yet"
        );
        assert_eq!(notes, ["help: use an if/else statement", WAY_OUT]);
        let (text, notes) = worded("unsupported", "name 'x' is not defined");
        assert_eq!(text, "name 'x' is not defined");
        assert!(notes.is_empty());
        let (text, notes) = worded("syntax", "invalid syntax");
        assert_eq!((text.as_str(), notes.len()), ("invalid syntax", 0));
    }

    #[test]
    fn the_function_comes_off_the_message() {
        let (text, name) = without_function("name 'x' is not defined (in function 'f')");
        assert_eq!(text, "name 'x' is not defined");
        assert_eq!(name.as_deref(), Some("f"));
        assert_eq!(without_function("a (b)").1, None);
    }

    #[test]
    fn errors_of_the_compiler_are_taken_apart() {
        let source = "def f(n: int) -> int:\n    match n:\n        case _: return 1\n";
        let error = waspy::compile_python_to_wasm(source).unwrap_err();
        let refusal = Refusal::of(error.as_ref(), &["m0.py"]);
        assert_eq!(refusal.code, "unsupported");
        assert_eq!(refusal.place, Some((2, 5)));
        assert_eq!(refusal.function.as_deref(), Some("f"));
        assert_eq!(refusal.quoted().next(), Some("match"));
        let sources = [
            ("m0.py", "def a() -> int:\n    return 1\n"),
            ("m1.py", "def f(:\n"),
        ];
        let error = waspy::compile_multiple_python_files(&sources, false).unwrap_err();
        let refusal = Refusal::of(error.as_ref(), &["m0.py", "m1.py"]);
        assert_eq!(
            (refusal.code, refusal.file.as_deref()),
            ("syntax", Some("m1.py"))
        );
    }
}
