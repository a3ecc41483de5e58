//! `docs/errors.md` has each error and exit code that the program has.

use wasmrun::error::{Code, Exit};

const PAGE: &str = include_str!("../../docs/errors.md");

/// The rows of the table under a heading, as cells without backticks.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let section = PAGE.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let lines = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1);
    let cells = lines.map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    });
    cells
        .filter(|row: &Vec<String>| !row[0].starts_with("--"))
        .collect()
}

#[test]
fn each_error_has_its_row_in_order_with_its_exit_code() {
    let rows = rows("Errors");
    let on_page: Vec<_> = rows
        .iter()
        .map(|row| (row[0].as_str(), row[1].as_str()))
        .collect();
    let numbers: Vec<_> = Code::ALL
        .iter()
        .map(|code| (code.exit().code()).to_string())
        .collect();
    let in_code: Vec<_> = Code::ALL
        .iter()
        .zip(&numbers)
        .map(|(code, number)| (code.name(), number.as_str()))
        .collect();
    assert_eq!(on_page, in_code);
    for row in rows {
        assert!(
            row.len() == 4 && row.iter().all(|cell| !cell.is_empty()),
            "{row:?}"
        );
    }
}

#[test]
fn each_exit_code_is_explained() {
    let on_page: Vec<_> = rows("Exit codes")
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    let mut in_code: Vec<_> = Code::ALL.iter().map(|code| code.exit().code()).collect();
    in_code.push(Exit::Ok.code());
    in_code.sort_unstable();
    in_code.dedup();
    let in_code: Vec<_> = in_code.iter().map(ToString::to_string).collect();
    assert_eq!(on_page, in_code);
}
