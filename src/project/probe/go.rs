use super::super::folder::Folder;
use super::Found;

/// How many files are read to find the one that is a program.
const MOST_FILES: usize = 50;

pub(super) fn probe(folder: &Folder) -> Option<Found> {
    let sources: Vec<_> = folder
        .all("*.go")
        .into_iter()
        .filter(|name| !name.ends_with("_test.go"))
        .collect();
    let entry = program(folder, &sources);
    if folder.has("go.mod") {
        let found = |score, what: String, entry| Some((score, format!("go.mod, {what}"), entry));
        if entry.is_some() {
            return found(90, "package main".to_owned(), entry);
        }
        let commands = folder.all("cmd/*/main.go");
        return match commands.as_slice() {
            [] => found(60, "library".to_owned(), None),
            [only] => found(85, only.clone(), Some(only.clone())),
            _ => {
                let module = name(folder).unwrap_or_default();
                let own = format!("cmd/{module}/main.go");
                let entry = commands.contains(&own).then_some(own);
                found(85, format!("{} programs in cmd/", commands.len()), entry)
            }
        };
    }
    if let Some(entry) = entry {
        let score = if entry == "main.go" { 70 } else { 62 };
        return Some((score, format!("{entry}, package main"), Some(entry)));
    }
    if folder.has("go.work") {
        return Some((55, "go.work, workspace".to_owned(), None));
    }
    let first = sources.into_iter().next()?;
    Some((30, first, None))
}

/// The last part of the module's path, without a version.
pub(super) fn name(folder: &Folder) -> Option<String> {
    let text = folder.read("go.mod")?;
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("module"))?;
    let line = line.split("//").next()?;
    let path = line.trim().trim_matches(['"', '`']);
    let is_version = |part: &&str| {
        part.strip_prefix('v')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut parts = path.rsplit('/').skip_while(is_version);
    parts.next().map(ToOwned::to_owned)
}

/// The file that makes the folder a program: `main.go` before others.
fn program(folder: &Folder, sources: &[String]) -> Option<String> {
    let main = sources.iter().filter(|name| *name == "main.go");
    let others = sources.iter().filter(|name| *name != "main.go");
    main.chain(others)
        .take(MOST_FILES)
        .find(|name| folder.read(name).is_some_and(|text| is_program(&text)))
        .cloned()
}

/// Whether a Go source belongs to `package main`. One that the build leaves out
/// (`//go:build ignore`) is a tool of the project, not the project.
pub(in super::super) fn is_program(text: &str) -> bool {
    package(text) == Some("main")
}

fn package(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("//") {
            let (line, behind) = comment.split_once('\n')?;
            if line.trim() == "go:build ignore" || line.trim() == "+build ignore" {
                return None;
            }
            rest = behind.trim_start();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/")?.1.trim_start();
        } else {
            break;
        }
    }
    let name = rest.strip_prefix("package")?;
    let name = name.strip_prefix(char::is_whitespace)?.trim_start();
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
    Some(&name[..end.unwrap_or(name.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_read_past_comments() {
        assert_eq!(
            package("// a\n/* b\npackage c */\npackage main // d\n"),
            Some("main")
        );
        assert_eq!(package("package mainly;"), Some("mainly"));
        assert_eq!(package("//go:build ignore\n\npackage main\n"), None);
        for text in ["", "//", "/*", "package", "packagemain", "\u{feff}"] {
            assert_eq!(package(text), None, "{text}");
        }
    }
}
