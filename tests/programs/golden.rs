//! Expectations in files, written anew with `BLESS=1`.

use crate::tools::root;

/// Compares with `tests/programs/expected/NAME`.
pub(crate) fn expect(name: &str, found: &str) {
    let path = root().join("tests/programs/expected").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (found, wanted)) in found.lines().zip(wanted.lines()).enumerate() {
        assert_eq!(found, wanted, "{name}:{}", line + 1);
    }
    assert_eq!(found, wanted, "{name}");
}

#[test]
fn the_page_lists_each_program() {
    let page = std::fs::read_to_string(root().join("docs/programs.md")).unwrap();
    let mut listed: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split('`').nth(1))
        .filter(|name| name.ends_with(".rs"))
        .collect();
    listed.sort_unstable();
    let mut names = vec![];
    for entry in std::fs::read_dir(root().join("tests/programs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let parts = ["build.rs", "golden.rs", "main.rs", "run.rs", "tools.rs"];
        if path.is_file() && !parts.contains(&&*name) {
            names.push(name);
        }
    }
    names.sort_unstable();
    assert_eq!(listed, names);
}
