use std::fmt::Write;

use super::Report;
use crate::wasm::check::{Checked, Finding};
use crate::wasm::size::decimal;
use crate::wasm::validate::Invalid;

/// What a piece of text is, for whoever colours it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A file's name.
    Name,
    /// A verdict that all is well.
    Good,
    /// A verdict that something is wrong.
    Bad,
    /// What the eye may skip.
    Faint,
}

/// Colours a piece of text.
pub type Paint<'a> = &'a dyn Fn(Style, &str) -> String;

/// What is wrong, for a person; unless `quiet` also what is right and a last
/// line that sums up. Ends in a newline unless it is empty.
#[must_use]
pub fn human(report: &Report, quiet: bool, paint: Paint<'_>) -> String {
    let mut text = String::new();
    for file in &report.files {
        for finding in &file.findings {
            write_finding(&mut text, &file.name, finding, paint);
        }
        if file.passed() && file.summary.is_some() && !quiet {
            write_details(&mut text, file, paint);
        }
    }
    // One file's details have said it already.
    let said = matches!(report.files.as_slice(), [file] if file.passed() && file.summary.is_some());
    if !quiet && !report.files.is_empty() && !said {
        text.push_str(&verdict(report, paint));
        text.push('\n');
    }
    text
}

/// Adds a line. Writing to a string cannot fail.
macro_rules! line {
    ($text:expr, $($part:tt)*) => {{ let _ = writeln!($text, $($part)*); }};
}

fn write_finding(text: &mut String, file: &str, finding: &Finding, paint: Paint<'_>) {
    let label = match finding {
        Finding::Invalid(_) => "invalid",
        Finding::Violation(violation) => violation.rule.name(),
    };
    let label = paint(Style::Bad, &format!("{label}:"));
    line!(
        text,
        "{} {label} {}",
        paint(Style::Name, file),
        finding.message()
    );
    if let Finding::Invalid(invalid) = finding {
        write_place(text, invalid, paint);
    }
    if let Some(help) = finding.help() {
        line!(text, "  help: {help}");
    }
}

fn write_place(text: &mut String, invalid: &Invalid, paint: Paint<'_>) {
    line!(text, "  at {}", invalid.location());
    if let Some(source) = &invalid.place.source {
        line!(text, "  from {source}");
    }
    let lines = invalid
        .place
        .excerpt
        .iter()
        .flat_map(|excerpt| &excerpt.lines);
    for row in lines {
        let shown = format!("{:#8x}  {}", row.offset, row.text);
        match row.fault {
            true => line!(text, "  {} {shown}", paint(Style::Bad, ">")),
            false => line!(text, "    {}", paint(Style::Faint, &shown)),
        }
    }
}

fn write_details(text: &mut String, file: &Checked, paint: Paint<'_>) {
    let kind = file.kind.map_or("file", crate::wasm::Kind::name);
    let sizes = file.sizes.map_or_else(
        || decimal(file.size),
        |sizes| {
            let (raw, gzip) = (decimal(sizes.raw), decimal(sizes.gzip));
            format!("{raw}, gzip {gzip}, brotli {}", decimal(sizes.brotli))
        },
    );
    let good = paint(Style::Good, &format!("valid {kind},"));
    line!(text, "{} {good} {sizes}", paint(Style::Name, &file.name));
    for section in file.summary.iter().flat_map(|summary| &summary.sections) {
        let count = section.count.map(|n| n.to_string()).unwrap_or_default();
        let offset = paint(Style::Faint, &format!("at {:#x}", section.offset));
        let size = decimal(section.bytes);
        line!(
            text,
            "  {:<24} {count:>8} {size:>9}  {offset}",
            section.name
        );
    }
}

fn verdict(report: &Report, paint: Paint<'_>) -> String {
    let (failed, all) = (report.failed(), report.files.len());
    let total = decimal(report.files.iter().map(|file| file.size).sum());
    match (failed, report.files.as_slice()) {
        (0, [file]) => {
            let kind = file.kind.map_or("file", crate::wasm::Kind::name);
            let name = paint(Style::Name, &file.name);
            format!("{name} {} {kind} ({total})", paint(Style::Good, "valid"))
        }
        (0, _) => format!(
            "{} ({total})",
            paint(Style::Good, &format!("{all} files valid"))
        ),
        (_, [_]) => paint(Style::Bad, "1 file failed"),
        _ => paint(Style::Bad, &format!("{failed} of {all} files failed")),
    }
}
