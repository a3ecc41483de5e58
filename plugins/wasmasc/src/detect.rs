use std::path::Path;

use plugin_protocol::Match;

use crate::config::{Config, NAME};
use crate::entry;
use crate::folder::written;
use crate::package::Package;

/// Whether a project is AssemblyScript: its own configuration says it surest,
/// then what it lists, then sources where its projects have them.
pub(crate) fn detect(project: &Path) -> Option<Match> {
    let found = |score, why: &str, entry| {
        let why = why.to_owned();
        Some(Match { score, why, entry })
    };
    let usual = || Some(entry::usual(project)?.told.remove(0));
    if project.join(NAME).is_file() {
        let entries = Config::known(project).entries();
        let first = entries.first().filter(|entry| entry.is_file());
        let first = first.and_then(|entry| written(project, entry));
        return found(93, NAME, first.or_else(usual));
    }
    if Package::read(project).is_some_and(|it| it.needs().contains("assemblyscript")) {
        return found(86, "package.json, assemblyscript", usual());
    }
    let entry = usual().filter(|entry| entry.starts_with("assembly/"))?;
    found(72, &entry.clone(), Some(entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_recognised() {
        for (files, expected) in [
            (
                &[("asconfig.json", "{}"), ("index.ts", "")][..],
                Some((93, Some("index.ts"))),
            ),
            (
                &[
                    ("asconfig.json", r#"{"entries":["./lib/é.ts"]}"#),
                    ("lib/é.ts", ""),
                ],
                Some((93, Some("lib/é.ts"))),
            ),
            (&[("asconfig.json", "{")], Some((93, None))),
            (
                &[(
                    "package.json",
                    r#"{"devDependencies":{"assemblyscript":"*"}}"#,
                )],
                Some((86, None)),
            ),
            (
                &[("assembly/index.ts", "")],
                Some((72, Some("assembly/index.ts"))),
            ),
            (&[("package.json", "{}"), ("src/index.ts", "")], None),
            (&[], None),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in files {
                let file = folder.path().join(name);
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(file, text).unwrap();
            }
            let found = detect(folder.path());
            let found = found.as_ref().map(|it| (it.score, it.entry.as_deref()));
            assert_eq!(found, expected, "{files:?}");
        }
    }
}
