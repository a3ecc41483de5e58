//! Links between the documents.

use std::collections::BTreeSet;

use crate::tree::{expect_none, files, root};

#[test]
fn links_lead_somewhere() {
    let mut findings = Vec::new();
    for file in files().iter().filter(|file| file.path.ends_with(".md")) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (number, target) in links(file.text.as_deref().unwrap()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let full = match path {
                "" => root().join(&file.path),
                _ => root().join(folder).join(path),
            };
            let there = match std::fs::read_to_string(&full) {
                Ok(text) => anchor.is_empty() || anchors(&text).contains(anchor),
                Err(_) => full.exists() && anchor.is_empty(),
            };
            if !there {
                findings.push(format!("{}:{number}: {target}", file.path));
            }
        }
    }
    expect_none("links that lead nowhere", &findings);
}

/// The targets of inline links outside code, with their lines.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        for piece in line.split("](").skip(1) {
            if let Some((target, _)) = piece.split_once(')') {
                found.push((number, target.trim().to_owned()));
            }
        }
    }
    found
}

/// The names that headings give themselves.
fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter_map(|(_, line)| Some(line.strip_prefix('#')?.trim_start_matches('#').trim()))
        .map(|heading| {
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

/// The lines outside fenced code, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((at + 1, line))
    })
}

#[test]
fn links_and_anchors_are_found() {
    let text = "# A `b` c!\nsee [x](y.md#z) and [q](#a-b-c)\n```\n# no\n[n](o)\n```\n";
    assert_eq!(
        links(text),
        [(2, "y.md#z".to_owned()), (2, "#a-b-c".to_owned())]
    );
    assert_eq!(anchors(text).into_iter().collect::<Vec<_>>(), ["a-b-c"]);
}
