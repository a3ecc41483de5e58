//! Rustc's and cargo's records of what was read: rules for make, one file each
//! (`name-0123456789abcdef.d`).

use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::Artifact;

/// What a record says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) files: Vec<String>,
    pub(super) env: Vec<String>,
}

/// Reads a record. `#` begins a comment, and `# env-dep:NAME=VALUE` tells of a
/// variable that the source asked for.
pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    for line in text.lines() {
        if let Some(variable) = line.strip_prefix("# env-dep:") {
            let name = variable.split('=').next().unwrap_or(variable);
            read.env.push(name.to_owned());
        } else if let Some((_, files)) = line.split_once(": ").filter(|_| !line.starts_with('#')) {
            read.files.extend(words(files));
        }
    }
    read
}

/// Words with spaces between them; a space in a word has a backslash before it,
/// and no other letter has one.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let last = words.len() - 1;
        match letter {
            ' ' => words.push(String::new()),
            '\\' if letters.next_if_eq(&' ').is_some() => words[last].push(' '),
            letter => words[last].push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The records about an artifact. Rustc writes one beside what it makes; of what
/// cargo then puts elsewhere, it writes one more that names the sources of all
/// of the user's crates.
pub(super) fn records(artifact: &Artifact, made: &[&Path]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for file in &artifact.filenames {
        let (Some(folder), Some(stem)) = (file.parent(), file.file_stem()) else {
            continue;
        };
        let stem = stem.to_string_lossy();
        let beside = folder.join(format!("{stem}.d"));
        let without_lib = stem.strip_prefix("lib");
        let beside_library = without_lib.map(|stem| folder.join(format!("{stem}.d")));
        found.extend([Some(beside), beside_library].into_iter().flatten());
        // The same below the folder for what is not for cargo's user.
        let name = artifact.target.name.replace('-', "_");
        found.extend(named(folder, &name));
        found.extend(named(&folder.join("deps"), &name));
        for other in made {
            if let Some(below) = made.iter().find_map(|it| folder.strip_prefix(it).ok()) {
                found.extend(named(&other.join(below).join("deps"), &name));
            }
        }
    }
    found.retain(|file| file.is_file());
    found.sort();
    found.dedup();
    found
}

/// The records in a folder that are called like a crate, whichever of its builds
/// they are of.
fn named(folder: &Path, name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "d"))
        .filter(|path| {
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let rest = stem.and_then(|stem| stem.strip_prefix(name));
            rest.is_some_and(|rest| {
                rest.is_empty()
                    || rest.strip_prefix('-').is_some_and(|hash| {
                        hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
                    })
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_record_is_read() {
        let text = "/t/app.wasm: src/main.rs /w/my\\ app/data.txt\n\nsrc/main.rs:\n\n\
                    # env-dep:GREETING=hello=1\n# env-dep:OTHER\n# checksum:x: y\n";
        let read = read(text);
        assert_eq!(read.files, ["src/main.rs", "/w/my app/data.txt"]);
        assert_eq!(read.env, ["GREETING", "OTHER"]);
    }

    #[test]
    fn a_path_of_windows_keeps_its_backslashes() {
        let read = read("C:\\t\\a.exe: C:\\w\\src\\main.rs C:\\my\\ app\\x.rs\n");
        assert_eq!(read.files, ["C:\\w\\src\\main.rs", "C:\\my app\\x.rs"]);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(files in prop::collection::vec("[a-z\u{e9} ]{0,4}[a-z]", 0..5)) {
            let escaped: Vec<_> = files.iter().map(|it| it.replace(' ', "\\ ")).collect();
            let read = read(&format!("out: {}\n", escaped.join(" ")));
            prop_assert_eq!(read.files, files);
        }
    }
}
