//! Which room uses which: what `docs/architecture.md` says, and what the code
//! does.

use std::collections::{BTreeMap, BTreeSet};

use crate::rust::{Token, program_tokens, stands_at, tokens};
use crate::tree::{expect_none, files_in, quoted, table};

const PAGE: &str = "docs/architecture.md";

/// Crates of their own inside of a room: their manifests keep their doors.
const CORE: &str = "src/runtime/core/";
const WASI: &str = "src/runtime/wasi/";

/// From a room to the rooms that it may use.
type Doors = BTreeMap<String, Vec<String>>;

#[test]
fn rooms_use_what_the_page_says_and_nothing_else() {
    let doors = doors();
    let mut used = BTreeSet::new();
    let mut findings = Vec::new();
    for file in files_in("src/", ".rs") {
        if file.path.starts_with(CORE) || file.path.starts_with(WASI) {
            continue;
        }
        let Some((room, depth)) = room_of(&file.path) else {
            continue;
        };
        let Some(allowed) = doors.get(&room) else {
            findings.push(format!("{}: {PAGE} has no row for `{room}`", file.path));
            continue;
        };
        for (target, line) in uses(&tokens(&file.text.unwrap()), depth) {
            if target == room || !doors.contains_key(&target) {
                continue;
            }
            if !allowed.contains(&target) {
                findings.push(format!(
                    "{}:{line}: `{room}` uses `{target}`, which is no door",
                    file.path
                ));
            }
            used.insert((room.clone(), target));
        }
    }
    for (room, targets) in &doors {
        for target in targets {
            if !used.contains(&(room.clone(), target.clone())) {
                findings.push(format!("{PAGE}: nothing in `{room}` uses `{target}`"));
            }
        }
    }
    expect_none("the code and the table of doors disagree", &findings);
}

/// They are crates so that they can be used without the rest.
#[test]
fn the_crates_that_run_modules_use_no_part_of_wasmrun() {
    for (folder, allowed) in [(CORE, None), (WASI, Some("path = \"../core\""))] {
        let manifest = files_in(folder, "Cargo.toml").remove(0).text.unwrap();
        let rest = allowed.map_or(manifest.clone(), |allowed| manifest.replace(allowed, ""));
        for part in ["wasmrun =", "plugin-protocol", "path = \".."] {
            assert!(!rest.contains(part), "{folder}: {part}");
        }
    }
}

#[test]
fn doors_open_downward_only() {
    let rows: Vec<String> = table(PAGE, "Doors")
        .iter()
        .map(|row| name(&row[0]))
        .collect();
    let place = |room: &String| rows.iter().position(|row| row == room);
    let mut findings = Vec::new();
    for (room, targets) in doors() {
        for target in targets {
            if place(&target) <= place(&room) {
                findings.push(format!("`{room}` -> `{target}`"));
            }
        }
    }
    expect_none("doors to a room that is missing or further up", &findings);
}

#[test]
fn every_room_is_on_the_page() {
    let rooms: BTreeSet<String> = table(PAGE, "Rooms")
        .iter()
        .map(|row| name(&row[0]))
        .collect();
    let findings: Vec<String> = files_in("src/", ".rs")
        .iter()
        .filter_map(|file| {
            let mut parts = file.path.splitn(3, '/');
            let (top, inner) = (parts.nth(1)?, parts.next());
            Some(match inner {
                Some(_) => format!("src/{top}/"),
                None => format!("src/{top}"),
            })
        })
        .filter(|path| path != "src/lib.rs" && !rooms.contains(path))
        .collect();
    expect_none("rooms that the page does not describe", &findings);
}

#[test]
fn what_is_done_in_one_place_is_done_nowhere_else() {
    let mut sources = files_in("src/", ".rs");
    // A build script speaks to cargo by printing.
    sources.retain(|file| !file.path.ends_with("/build.rs"));
    sources.extend(files_in("plugin-protocol/src/", ".rs"));
    let mut findings = Vec::new();
    for row in table(PAGE, "One place") {
        let places = quoted(&row[1]);
        for word in quoted(&row[2]) {
            let wanted = tokens(&word);
            for file in &sources {
                if places.iter().any(|place| file.path.starts_with(place)) {
                    continue;
                }
                let code = program_tokens(file.text.as_deref().unwrap());
                let hits = (0..code.len()).filter(|&at| stands_at(&code[at..], &wanted));
                findings.extend(
                    hits.map(|at| format!("{}:{}: {word} ({})", file.path, code[at].line, row[0])),
                );
            }
        }
    }
    expect_none("things that have one place, in another", &findings);
}

fn doors() -> Doors {
    let rows = table(PAGE, "Doors");
    rows.iter()
        .map(|row| (name(&row[0]), quoted(&row[1])))
        .collect()
}

fn name(cell: &str) -> String {
    quoted(cell).remove(0)
}

/// The room that a file belongs to, and how many modules deep it is. The
/// library's root belongs to none.
fn room_of(path: &str) -> Option<(String, usize)> {
    let inner = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let inner = inner.strip_suffix("/mod").unwrap_or(inner);
    let room = inner.split('/').next()?;
    (room != "lib").then(|| (room.to_owned(), inner.split('/').count()))
}

/// The first name of each path that starts at the crate's root or in the
/// protocol crate, with its line.
fn uses(tokens: &[Token], depth: usize) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let step = |from: usize| tokens.get(from).is_some_and(|t| t.text == ":");
        let mut next = at + 1;
        let after = |at: usize| (step(at) && step(at + 1)).then_some(at + 2);
        match tokens[at].text.as_str() {
            "crate" | "wasmrun" => {
                if let Some(start) = after(next) {
                    found.extend(heads(&tokens[start..]));
                }
            }
            "super" => {
                let mut supers = 1;
                while let Some(start) = after(next) {
                    if supers == depth {
                        found.extend(heads(&tokens[start..]));
                        break;
                    }
                    if tokens.get(start).is_none_or(|t| t.text != "super") {
                        break;
                    }
                    (supers, next) = (supers + 1, start + 1);
                }
            }
            "plugin_protocol" if step(next) => {
                found.push(("plugin-protocol".to_owned(), tokens[at].line));
            }
            _ => {}
        }
        at = next;
    }
    found
}

/// What a path goes on with: one name, or the first names in its braces.
fn heads(tokens: &[Token]) -> Vec<(String, usize)> {
    let head = |token: &Token| (token.text.clone(), token.line);
    match tokens.first() {
        Some(first) if first.text == "{" => {
            let (mut depth, mut fresh, mut found) = (0_usize, true, Vec::new());
            for token in tokens {
                match token.text.as_str() {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    "," => fresh = depth == 1,
                    _ if depth == 1 && fresh => {
                        found.push(head(token));
                        fresh = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            found
        }
        Some(first) => vec![head(first)],
        None => Vec::new(),
    }
}

#[test]
fn paths_are_followed_to_their_room() {
    let names = |source: &str, depth| {
        let found: Vec<_> = uses(&tokens(source), depth)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        found.join(" ")
    };
    assert_eq!(names("use crate::error::{Code, Error};", 1), "error");
    assert_eq!(
        names("use crate::{config::{Home, x::Y}, error, wasm as w};", 1),
        "config error wasm"
    );
    assert_eq!(
        names("let x = crate::process::run(&a); super::b();", 2),
        "process"
    );
    assert_eq!(
        names("use super::super::plugin::P; use super::plugin::Q;", 2),
        "plugin"
    );
    assert_eq!(names("use super::plugin::Q;", 1), "plugin");
    assert_eq!(
        names("use plugin_protocol::Event; // crate::cli", 1),
        "plugin-protocol"
    );
    assert_eq!(names("fn main() { wasmrun::cli::main() }", 1), "cli");
}
