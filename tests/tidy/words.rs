//! Words and characters that do not belong in the tree.

use crate::tree::{File, expect_none, files};

/// Finds words in the lines of all text files that `wanted` names.
fn find(words: &[String], wanted: impl Fn(&File) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files().iter().filter(|file| wanted(file)) {
        for (number, line) in file.text.iter().flat_map(|text| text.lines()).enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                findings.push(format!("{}:{}: {word}", file.path, number + 1));
            }
        }
    }
    findings
}

fn is_code(file: &File) -> bool {
    let code = [".rs", ".toml", ".sh", ".py", ".ts", ".tsx"];
    let script = file.path.starts_with("scripts/") || file.path.starts_with(".ci/");
    script || code.iter().any(|ending| file.path.ends_with(ending))
}

/// A word in two halves, so that this file does not hold it.
fn joined(halves: &[(&str, &str)]) -> Vec<String> {
    halves.iter().map(|(a, b)| format!("{a}{b}")).collect()
}

#[test]
fn nothing_is_left_for_later() {
    let words = joined(&[
        ("TO", "DO"),
        ("FIX", "ME"),
        ("XX", "X"),
        ("todo", "!("),
        ("unimplemented", "!("),
        ("coming ", "soon"),
        ("#[ig", "nore]"),
        ("allow(dead", "_code)"),
    ]);
    expect_none("unfinished work", &find(&words, is_code));
}

#[test]
fn code_has_no_emoji() {
    let emoji = |c: char| matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{26FF}' | '\u{FE0F}' | '\u{2728}' | '\u{2705}' | '\u{274C}' | '\u{2B50}');
    let findings: Vec<String> = files()
        .into_iter()
        .filter(|file| {
            file.text
                .as_deref()
                .is_some_and(|text| text.contains(emoji))
        })
        .map(|file| file.path)
        .collect();
    expect_none("emoji", &findings);
}

#[test]
fn nothing_names_one_machine_or_a_registry_host() {
    let mut words = joined(&[
        ("/ro", "ot/"),
        ("/wo", "rk/"),
        ("/tm", "p/"),
        ("registry.", "npmjs"),
        ("registry.", "yarnpkg"),
        ("pypi", ".org"),
        ("python", "hosted"),
        ("deb.", "debian"),
        ("static.", "crates.io"),
        ("index.", "crates.io"),
        ("static.", "rust-lang.org"),
    ]);
    // An example may speak of somebody's home, but not of the home here.
    let home = std::env::var("HOME").unwrap_or_default();
    if home.len() > 1 {
        words.push(format!("{}/", home.trim_end_matches('/')));
    }
    // Cargo writes the registry's proper name into its lock file.
    let found = find(&words, |file| file.path != "Cargo.lock");
    expect_none(
        "paths of one machine, or hosts that a mirror replaces",
        &found,
    );
}

#[test]
fn the_locks_of_packages_name_no_host() {
    let locks = ["tests/modules", "tests/browser", "ui"]
        .map(|folder| format!("{folder}/package-lock.json"));
    for file in files()
        .into_iter()
        .filter(|file| locks.contains(&file.path))
    {
        let text = file.text.unwrap();
        assert!(
            !text.contains("://"),
            "{}: set omit-lockfile-registry-resolved",
            file.path
        );
        assert!(text.contains("\"integrity\""), "{}", file.path);
    }
}
