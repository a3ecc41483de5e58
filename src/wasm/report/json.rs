use serde::Serialize;

use super::Report;
use crate::wasm::check::Finding;
use crate::wasm::layout::{Kind, SectionSummary};
use crate::wasm::policy::Rule;
use crate::wasm::size::Sizes;

/// The report as one document; `docs/verify.md` has its schema.
#[derive(Debug, Serialize)]
struct Document<'a> {
    version: u32,
    valid: bool,
    files: Vec<File<'a>>,
    errors: Vec<Unread<'a>>,
}

#[derive(Debug, Serialize)]
struct File<'a> {
    path: &'a str,
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    bytes: u64,
    findings: Vec<Found<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sizes: Option<Sizes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sections: Option<&'a [SectionSummary]>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Found<'a> {
    Invalid {
        rule: Rule,
        #[serde(flatten)]
        invalid: &'a crate::wasm::Invalid,
    },
    Violation(&'a crate::wasm::Violation),
}

#[derive(Debug, Serialize)]
struct Unread<'a> {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// One JSON document, to be serialised by whoever prints it.
#[must_use]
pub fn json(report: &Report) -> impl Serialize + '_ {
    let files = report.files.iter().map(|file| File {
        path: &file.name,
        valid: file.passed(),
        kind: file.kind,
        bytes: file.size,
        findings: file.findings.iter().map(found).collect(),
        sizes: file.sizes,
        sections: file
            .summary
            .as_ref()
            .map(|summary| summary.sections.as_slice()),
    });
    let errors = report.errors.iter().map(|error| Unread {
        code: error.code().name(),
        message: super::line(error),
        help: error.help_text(),
    });
    Document {
        version: 1,
        valid: report.passed(),
        files: files.collect(),
        errors: errors.collect(),
    }
}

fn found(finding: &Finding) -> Found<'_> {
    match finding {
        Finding::Invalid(invalid) => Found::Invalid {
            rule: Rule::InvalidModule,
            invalid,
        },
        Finding::Violation(violation) => Found::Violation(violation),
    }
}
