use std::fmt::Write;
use std::path::Path;

use super::Report;
use crate::wasm::check::{Checked, Finding};

/// One workflow command a finding or error, which GitHub Actions shows as an
/// annotation. A fault whose source is under `root` is shown on that source's
/// line, all others on the module.
#[must_use]
pub fn github(report: &Report, root: &Path) -> String {
    let mut text = String::new();
    for file in &report.files {
        for finding in &file.findings {
            annotate(&mut text, file, finding, root);
        }
    }
    for error in &report.errors {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "::error title=wasmrun::{}", data(&super::line(error)));
    }
    text
}

fn annotate(text: &mut String, file: &Checked, finding: &Finding, root: &Path) {
    let mut at = format!("file={}", property(&file.name));
    let mut message = finding.message().to_owned();
    if let Finding::Invalid(invalid) = finding {
        message = format!("{}: {invalid}", file.name);
        if let Some(source) = &invalid.place.source
            && let Some(path) = inside(root, &source.file)
        {
            at = format!("file={}", property(&path));
            for (name, number) in [("line", source.line), ("col", source.column)] {
                if let Some(number) = number {
                    let _ = write!(at, ",{name}={number}");
                }
            }
        }
    }
    if let Some(help) = finding.help() {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let title = property(&format!("wasmrun {}", finding.rule().name()));
    let _ = writeln!(text, "::error {at},title={title}::{}", data(&message));
}

/// The path relative to the root, with slashes, if it is in it.
fn inside(root: &Path, file: &str) -> Option<String> {
    let path = Path::new(file);
    // A relative path may be relative to any folder: believe it if it fits.
    let relative = match path.is_relative() && root.join(path).is_file() {
        true => path,
        false => path.strip_prefix(root).ok()?,
    };
    Some(relative.to_string_lossy().replace('\\', "/"))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm::{Invalid, Place, Source};

    #[test]
    fn a_fault_with_a_source_in_the_root_is_shown_there() {
        let root = std::env::temp_dir();
        let source = root.join("src").join("a,b.c");
        let invalid = Invalid {
            message: "100%\nwrong".to_owned(),
            offset: 9,
            place: Box::new(Place {
                source: Some(Source {
                    file: source.to_string_lossy().into_owned(),
                    line: Some(3),
                    column: None,
                }),
                ..Place::default()
            }),
            help: None,
        };
        let report = Report {
            files: vec![Checked {
                name: "a.wasm".to_owned(),
                size: 1,
                kind: None,
                findings: vec![Finding::Invalid(Box::new(invalid))],
                sizes: None,
                summary: None,
            }],
            errors: Vec::new(),
        };
        let text = github(&report, &root);
        let start =
            "::error file=src/a%2Cb.c,line=3,title=wasmrun invalid-module::a.wasm: 100%25%0Awrong";
        assert!(text.starts_with(start), "{text}");
        let text = github(&report, &root.join("other"));
        assert!(text.starts_with("::error file=a.wasm,title="), "{text}");
    }
}
