use std::path::Path;

use plugin_protocol::Match;

use crate::manifest::Manifest;
use crate::web::{framework, is_application};

/// Whether a project is Rust, and what kind, by its files alone.
pub(crate) fn detect(project: &Path) -> Option<Match> {
    if !project.join("Cargo.toml").is_file() {
        return None;
    }
    let Some(manifest) = Manifest::read(project) else {
        return Some(found(50, vec!["Cargo.toml, which is no TOML".into()], None));
    };
    let mut why = vec!["Cargo.toml".to_owned()];
    if !manifest.is_package() {
        if !manifest.is_workspace() {
            return None;
        }
        let members = manifest.members();
        why.push(format!("workspace of {}", members.len()));
        let crates: Vec<_> = members.iter().flat_map(Manifest::dependencies).collect();
        why.extend(framework(crates.iter().map(String::as_str)).map(str::to_owned));
        return Some(found(60, why, None));
    }
    let crates = manifest.dependencies();
    let programs = manifest.programs();
    let (score, what, entry) = match (manifest.cdylib(), programs.as_slice()) {
        (Some(entry), _) => (95, "cdylib", Some(entry)),
        (None, [only]) => (90, "program", Some(only.clone())),
        (None, [_, ..]) => {
            let usual = programs.iter().find(|it| *it == "src/main.rs");
            (90, "programs", usual.cloned())
        }
        (None, []) => match manifest.library() {
            Some(entry) => (70, "library", Some(entry)),
            // A macro, or nothing yet.
            None => return Some(found(30, why, None)),
        },
    };
    why.push(what.to_owned());
    why.extend(framework(crates.iter().map(String::as_str)).map(str::to_owned));
    if is_application(project) {
        why.push("index.html".into());
    }
    Some(found(score, why, entry))
}

fn found(score: u8, why: Vec<String>, entry: Option<String>) -> Match {
    Match {
        score,
        why: why.join(", "),
        entry,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn detected(files: &[(&str, &str)]) -> Option<String> {
        let project = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = project.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = detect(project.path())?;
        let entry = found.entry.as_deref().unwrap_or("-").to_owned();
        Some(format!("{} | {} | {entry}", found.score, found.why))
    }

    #[test]
    fn what_is_seen_is_said() {
        let package = "[package]\nname='a'\n";
        let web = "[package]\nname='a'\n[dependencies]\nyew='1'\n";
        let cdylib = "[package]\nname='a'\n[lib]\ncrate-type=['cdylib']\n\
                      [dependencies.dioxus]\nversion='1'\n";
        let workspace = "[workspace]\nmembers=['x']\n";
        for (files, expected) in [
            (
                &[("Cargo.toml", package), ("src/main.rs", "")][..],
                "90 | Cargo.toml, program | src/main.rs",
            ),
            (
                &[("Cargo.toml", package), ("src/lib.rs", "")],
                "70 | Cargo.toml, library | src/lib.rs",
            ),
            (
                &[("Cargo.toml", web), ("src/main.rs", ""), ("index.html", "")],
                "90 | Cargo.toml, program, Yew, index.html | src/main.rs",
            ),
            (
                &[("Cargo.toml", cdylib), ("src/lib.rs", "")],
                "95 | Cargo.toml, cdylib, Dioxus | src/lib.rs",
            ),
            (
                &[("Cargo.toml", workspace), ("x/Cargo.toml", web)],
                "60 | Cargo.toml, workspace of 1, Yew | -",
            ),
            (
                &[
                    ("Cargo.toml", package),
                    ("src/bin/a.rs", ""),
                    ("src/bin/b.rs", ""),
                ],
                "90 | Cargo.toml, programs | -",
            ),
            (&[("Cargo.toml", package)], "30 | Cargo.toml | -"),
            (
                &[("Cargo.toml", "[")],
                "50 | Cargo.toml, which is no TOML | -",
            ),
        ] {
            assert_eq!(detected(files).as_deref(), Some(expected));
        }
        assert_eq!(detected(&[("src/main.rs", "")]), None);
        assert_eq!(detected(&[("Cargo.toml", "[profile.x]\n")]), None);
    }
}
