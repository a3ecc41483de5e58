use super::super::folder::Folder;
use super::Found;

const CMAKE: &str = "CMakeLists.txt";

/// A CMake project whose sources lie deeper than names were looked for.
pub(super) fn probe(folder: &Folder) -> Option<Found> {
    let text = folder.has(CMAKE).then(|| folder.read(CMAKE))??;
    let call = ["add_executable", "add_library", "add_subdirectory"]
        .into_iter()
        .find(|name| argument(&text, name).is_some())?;
    Some((70, format!("{CMAKE}, {call}"), None))
}

/// What `project(...)` says.
pub(super) fn name(folder: &Folder) -> Option<String> {
    let name = argument(&folder.read(CMAKE)?, "project")?;
    (!name.contains('$')).then_some(name)
}

/// The first argument of the first call of a CMake command.
fn argument(text: &str, command: &str) -> Option<String> {
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    let text = lines.collect::<Vec<_>>().join("\n");
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower.get(from..)?.find(command) {
        let start = from + at;
        from = start + command.len();
        let before = text[..start].chars().next_back();
        if before.is_some_and(|c| !c.is_whitespace() && c != ')') {
            continue;
        }
        let Some(inner) = text[from..].trim_start().strip_prefix('(') else {
            continue;
        };
        let inner = inner.trim_start();
        let (inner, quoted) = match inner.strip_prefix('"') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let is_end = |c: char| c == '"' || (!quoted && (c.is_whitespace() || c == ')'));
        let word = inner.split(is_end).next().unwrap_or_default();
        return (!word.is_empty()).then(|| word.to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_found_as_cmake_finds_them() {
        let text = "# project(no)\nmy_project(no)\nPROJECT (\n  \"My App\" C)\nadd_library(x)";
        assert_eq!(argument(text, "project").as_deref(), Some("My App"));
        assert_eq!(argument(text, "add_library").as_deref(), Some("x"));
        assert_eq!(argument("project", "project"), None);
        assert_eq!(argument("project(", "project"), None);
    }
}
