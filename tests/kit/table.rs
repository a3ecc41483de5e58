//! The table of rules, and the document that it is of.

use std::collections::BTreeSet;
use std::path::Path;

use libtest_mimic::Trial;
use wasmrun::plugin::kit::{CHECKS, MUSTS};

use super::table;

pub(crate) fn tests() -> impl IntoIterator<Item = Trial> {
    tests![table:
        each_rule_of_the_document_has_somebody_who_sees_to_it,
        checks_and_tests_that_the_table_names_are_there,
        each_check_looks_at_a_rule,
        the_page_lists_the_checks,
    ]
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The ids of the document in their order, with the anchor of the section.
fn document() -> Vec<(String, String)> {
    let (mut section, mut found) = (String::new(), Vec::new());
    for line in read("docs/plugin-protocol.md").lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.to_lowercase().replace(' ', "-");
        }
        if let Some((id, _)) = line
            .strip_prefix("- **P-")
            .and_then(|rest| rest.split_once("**"))
        {
            found.push((format!("P-{id}"), section.clone()));
        }
    }
    assert!(found.len() > 60, "{}", found.len());
    found
}

pub(crate) fn each_rule_of_the_document_has_somebody_who_sees_to_it() {
    let table: Vec<_> = MUSTS
        .iter()
        .map(|must| (must.id.to_owned(), must.section.to_owned()))
        .collect();
    assert_eq!(table, document(), "the table and the document disagree");
    let nobody: Vec<_> = MUSTS
        .iter()
        .filter(|must| must.checks.is_empty() && must.host.is_empty())
        .collect();
    assert!(nobody.is_empty(), "{nobody:?}");
}

pub(crate) fn checks_and_tests_that_the_table_names_are_there() {
    let known: BTreeSet<_> = CHECKS.iter().map(|check| check.name).collect();
    assert_eq!(known.len(), CHECKS.len(), "two checks of one name");
    for must in MUSTS {
        for check in must.checks {
            assert!(
                known.contains(check),
                "{}: there is no check {check}",
                must.id
            );
        }
        for test in must.host {
            let (file, function) = test.split_once("::").unwrap();
            let wanted = format!("fn {function}()");
            assert!(
                read(file).contains(&wanted),
                "{}: {test} is not there",
                must.id
            );
        }
    }
}

pub(crate) fn each_check_looks_at_a_rule() {
    let none: Vec<_> = CHECKS
        .iter()
        .filter(|check| check.musts().next().is_none())
        .collect();
    assert!(none.is_empty(), "{none:?}");
}

pub(crate) fn the_page_lists_the_checks() {
    let page = read("docs/plugin-kit.md");
    let rows: Vec<String> = page
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| `")?
                .split('`')
                .next()
                .map(str::to_owned)
        })
        .filter(|name| !name.starts_with('-'))
        .collect();
    let checks: Vec<_> = CHECKS.iter().map(|check| check.name.to_owned()).collect();
    assert_eq!(rows, checks, "docs/plugin-kit.md is stale");
    for check in CHECKS.iter() {
        let rules: Vec<_> = check.musts().collect();
        let row = format!(
            "| `{}` | {} | {} |",
            check.name,
            check.says,
            rules.join(" ")
        );
        assert!(page.contains(&row), "docs/plugin-kit.md lacks\n{row}");
    }
}
