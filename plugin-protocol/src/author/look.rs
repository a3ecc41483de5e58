use std::path::Path;

use crate::{Manifest, Match};

/// What a manifest says of a project: whether its marks are there, and which of
/// its entries is. Looks at names alone and starts nothing.
#[must_use]
pub fn look(project: &Path, manifest: &Manifest) -> Option<Match> {
    let seen = manifest.detect.seen(|mark| is_there(project, mark))?;
    Some(Match {
        score: manifest.detect.score.clamp(1, 100),
        why: seen.join(", "),
        entry: manifest
            .entry
            .iter()
            .find(|entry| project.join(entry).is_file())
            .cloned(),
    })
}

/// Whether a mark is there. Its last part may be a pattern.
fn is_there(project: &Path, mark: &str) -> bool {
    let (folder, name) = mark.rsplit_once('/').unwrap_or(("", mark));
    if !name.contains('*') {
        return project.join(mark).exists();
    }
    let Ok(entries) = project.join(folder).read_dir() else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_str().is_some_and(|it| fits(name, it)))
}

/// Whether a name fits a pattern in which `*` stands for any characters.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Detect;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*.go", "main.go", true),
            ("*.go", ".go", true),
            ("*.go", "main.god", false),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "abc", true),
            ("a*bc*c", "abc", false),
            ("aa*a", "aa", false),
            ("*", "", true),
            ("a", "a", true),
            ("a", "ab", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_project_is_recognised_by_its_marks() {
        let project = tempfile::tempdir().unwrap();
        std::fs::create_dir(project.path().join("src")).unwrap();
        std::fs::write(project.path().join("src/é main.x"), "").unwrap();
        let manifest = Manifest::new("x", "1")
            .detects(Detect::all(["src/*.x"], 70))
            .enters(["main.x", "src/é main.x"]);
        let found = look(project.path(), &manifest).unwrap();
        assert_eq!((found.score, found.why.as_str()), (70, "src/*.x"));
        assert_eq!(found.entry.as_deref(), Some("src/é main.x"));
        let manifest = manifest.detects(Detect::all(["src/*.x", "other"], 70));
        assert_eq!(look(project.path(), &manifest), None);
    }
}
