//! How large files are, and what they are called.

use crate::tree::{expect_none, files};

/// Rust files that may be longer than the rest, with the reason.
const LONG: &[(&str, &str)] = &[];

/// Files that may be larger than the rest, with the reason.
const LARGE: &[(&str, &str)] = &[];

const LINES_ASKED: usize = 400;
const LINES_HARD: usize = 600;
const BYTES_HARD: u64 = 200_000;

#[test]
fn no_source_file_is_too_long() {
    let (mut asked, mut findings) = (Vec::new(), Vec::new());
    for file in files() {
        let Some(text) = file.text.filter(|_| file.path.ends_with(".rs")) else {
            continue;
        };
        let lines = text.lines().count();
        let excused = LONG.iter().any(|(path, _)| *path == file.path);
        match lines {
            _ if excused => {}
            LINES_HARD.. => findings.push(format!("{}: {lines} lines", file.path)),
            LINES_ASKED.. => asked.push(format!("{}: {lines} lines", file.path)),
            _ => {}
        }
    }
    if !asked.is_empty() {
        println!("long; can these be split?\n  {}", asked.join("\n  "));
    }
    expect_none(
        &format!("files over {LINES_HARD} lines, to be split"),
        &findings,
    );
}

#[test]
fn no_file_is_too_large() {
    let findings: Vec<String> = files()
        .iter()
        .filter(|file| file.length > BYTES_HARD)
        .filter(|file| LARGE.iter().all(|(path, _)| *path != file.path))
        .map(|file| format!("{}: {} bytes", file.path, file.length))
        .collect();
    expect_none("large files, which every clone carries for ever", &findings);
}

#[test]
fn excuses_are_for_files_that_are_there() {
    let paths: Vec<String> = files().into_iter().map(|file| file.path).collect();
    let findings: Vec<String> = LONG
        .iter()
        .chain(LARGE)
        .filter(|(path, reason)| reason.is_empty() || !paths.iter().any(|known| known == path))
        .map(|(path, _)| (*path).to_owned())
        .collect();
    expect_none("excuses without a file or a reason", &findings);
}

#[test]
fn no_room_is_named_after_nothing() {
    const VAGUE: [&str; 8] = [
        "utils", "util", "helpers", "helper", "common", "legacy", "misc", "shared",
    ];
    let findings: Vec<String> = files()
        .into_iter()
        .map(|file| file.path)
        .filter(|path| {
            let named = |part: &str| {
                part.split('.')
                    .next()
                    .is_some_and(|name| VAGUE.contains(&name))
            };
            path.ends_with(".rs") && path.split('/').any(named)
        })
        .collect();
    expect_none(
        "modules whose name does not say what they are for",
        &findings,
    );
}
