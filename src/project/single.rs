use std::path::Path;

use super::folder::read_start;
use super::probe::is_program;
use super::{Candidate, Language};

/// The endings of source files, by language.
const ENDINGS: &[(Language, &[&str])] = &[
    (Language::Rust, &["rs"]),
    (Language::Go, &["go"]),
    (Language::Python, &["py"]),
    (Language::C, &["c", "cpp", "cc", "cxx", "c++"]),
    (Language::AssemblyScript, &["ts"]),
    (Language::Wat, &["wat", "wast"]),
    (Language::Wasm, &["wasm"]),
];

/// Files that stand for their folder, and the language they make it. The
/// builder of C takes such a file as its entry: a folder may have several.
const BUILD_FILES: &[(&str, Language)] = &[
    ("Cargo.toml", Language::Rust),
    ("go.mod", Language::Go),
    ("pyproject.toml", Language::Python),
    ("setup.py", Language::Python),
    ("asconfig.json", Language::AssemblyScript),
    ("package.json", Language::AssemblyScript),
    ("CMakeLists.txt", Language::C),
    ("Makefile", Language::C),
    ("makefile", Language::C),
    ("GNUmakefile", Language::C),
];

/// All endings, for those whose file has another.
pub(super) fn endings() -> String {
    let first = ENDINGS
        .iter()
        .map(|(_, endings)| format!(".{}", endings[0]));
    first.collect::<Vec<_>>().join(", ")
}

/// The language that a file's ending says.
pub(super) fn by_ending(file: &Path) -> Option<Language> {
    let ending = file.extension()?.to_str()?.to_ascii_lowercase();
    ENDINGS
        .iter()
        .find(|(_, endings)| endings.contains(&ending.as_str()))
        .map(|(language, _)| *language)
}

/// The language of the folder that a file stands for.
pub(super) fn build_file(file: &Path) -> Option<Language> {
    let name = file.file_name()?.to_str()?;
    BUILD_FILES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, language)| *language)
}

/// What a single file is: by its ending, else by its content.
pub(super) fn look(file: &Path, name: &str) -> Option<Candidate> {
    let found = |language, score, why: String| {
        Some(Candidate {
            language,
            score,
            why,
            entry: Some(name.to_owned()),
        })
    };
    if let Some(language) = by_ending(file) {
        return found(language, 100, name.to_owned());
    }
    let (language, sign) = by_content(&read_start(file)?)?;
    found(language, 60, format!("{name}, {sign}"))
}

/// The language that the beginning of a file shows, and what shows it.
fn by_content(bytes: &[u8]) -> Option<(Language, &'static str)> {
    if bytes.starts_with(b"\0asm") {
        return Some((Language::Wasm, "\\0asm"));
    }
    let text = std::str::from_utf8(match bytes.utf8_chunks().next() {
        // The end of what was read may cut a character.
        Some(chunk) if chunk.invalid().len() + chunk.valid().len() + 3 >= bytes.len() => {
            chunk.valid().as_bytes()
        }
        _ => return None,
    })
    .ok()?;
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    if first.starts_with("#!") {
        return first
            .contains("python")
            .then_some((Language::Python, "#!python"));
    }
    if is_wat(text) {
        return Some((Language::Wat, "(module"));
    }
    if is_program(text) {
        return Some((Language::Go, "package main"));
    }
    let has = |sign: &str| text.lines().any(|line| line.trim_start().starts_with(sign));
    let signs = [
        (Language::C, "#include"),
        (Language::Rust, "fn main("),
        (Language::Rust, "pub fn "),
        (Language::C, "int main("),
        (Language::Python, "def "),
    ];
    let sign = signs.into_iter().find(|(_, sign)| has(sign));
    sign.map(|(language, sign)| (language, sign.trim_end_matches(['(', ' '])))
}

fn is_wat(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix(";;") {
            rest = comment.split_once('\n').map_or("", |(_, behind)| behind);
        } else if let Some(comment) = rest.strip_prefix("(;") {
            rest = comment.split_once(";)").map_or("", |(_, behind)| behind);
        } else {
            break;
        }
        rest = rest.trim_start();
    }
    let form = rest.strip_prefix('(').unwrap_or_default().trim_start();
    ["module", "component"].into_iter().any(|word| {
        form.strip_prefix(word)
            .is_some_and(|behind| !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_where_the_ending_does_not() {
        let of = |text: &str| by_content(text.as_bytes()).map(|(language, _)| language);
        assert_eq!(of("\0asm\x01\0\0\0"), Some(Language::Wasm));
        assert_eq!(of(";; a\n(; b ;) ( module $x)"), Some(Language::Wat));
        assert_eq!(of("(module_x)"), None);
        assert_eq!(of("#!/usr/bin/env python3\n"), Some(Language::Python));
        assert_eq!(of("#!/bin/sh\ndef x\n"), None);
        assert_eq!(of("// x\npackage main\n"), Some(Language::Go));
        assert_eq!(of("/* x */\n#include <a.h>\n"), Some(Language::C));
        assert_eq!(of("use std::fs;\nfn main() {}\n"), Some(Language::Rust));
        assert_eq!(of(""), None);
        assert_eq!(of("hello"), None);
        assert_eq!(by_content(b"\xff\xfe#include many bytes behind"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_content_is_too_odd(bytes: Vec<u8>) {
            let _ = by_content(&bytes);
        }
    }
}
