use serde_json::{Value, json};

use super::Report;
use crate::wasm::check::{Checked, Finding};
use crate::wasm::policy::Rule;
use crate::wasm::validate::Invalid;

/// A SARIF 2.1.0 log with one run. Places in modules are byte offsets; source
/// that DWARF tells of is a related location.
#[must_use]
pub fn sarif(report: &Report) -> Value {
    let rules: Vec<_> = Rule::ALL.iter().map(|rule| describe(*rule)).collect();
    let results: Vec<_> = report
        .files
        .iter()
        .flat_map(|file| {
            file.findings
                .iter()
                .map(move |finding| result(file, finding))
        })
        .collect();
    let notifications: Vec<_> = report
        .errors
        .iter()
        .map(|error| {
            json!({
                "level": "error",
                "message": { "text": super::line(error) },
                "descriptor": { "id": error.code().name() },
            })
        })
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "wasmrun",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "invocations": [{
                "executionSuccessful": report.errors.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "artifacts": report.files.iter().map(artifact).collect::<Vec<_>>(),
            "results": results,
        }],
    })
}

fn describe(rule: Rule) -> Value {
    json!({
        "id": rule.name(),
        "shortDescription": { "text": rule.description() },
        "defaultConfiguration": { "level": "error" },
    })
}

fn artifact(file: &Checked) -> Value {
    json!({
        "location": { "uri": uri(&file.name) },
        "length": file.size,
        "mimeType": "application/wasm",
    })
}

fn result(file: &Checked, finding: &Finding) -> Value {
    let message = match (finding, finding.help()) {
        (Finding::Invalid(invalid), None) => invalid.to_string(),
        (Finding::Invalid(invalid), Some(help)) => format!("{invalid}\nhelp: {help}"),
        (Finding::Violation(violation), None) => violation.message.clone(),
        (Finding::Violation(violation), Some(help)) => {
            format!("{}\nhelp: {help}", violation.message)
        }
    };
    let mut physical = json!({ "artifactLocation": { "uri": uri(&file.name) } });
    let mut location = json!({});
    let mut related = Vec::new();
    if let Finding::Invalid(invalid) = finding {
        physical["region"] = json!({ "byteOffset": invalid.offset });
        if let Some(logical) = logical(invalid) {
            location["logicalLocations"] = json!([logical]);
        }
        related.extend(source(invalid));
    }
    location["physicalLocation"] = physical;
    let index = Rule::ALL.iter().position(|rule| *rule == finding.rule());
    let mut result = json!({
        "ruleId": finding.rule().name(),
        "ruleIndex": index,
        "level": "error",
        "message": { "text": message },
        "locations": [location],
    });
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn logical(invalid: &Invalid) -> Option<Value> {
    let function = invalid.place.function.as_ref()?;
    let numbered = format!("function {}", function.index);
    let name = function.name.as_ref().unwrap_or(&numbered);
    Some(json!({ "name": name, "kind": "function" }))
}

fn source(invalid: &Invalid) -> Option<Value> {
    let source = invalid.place.source.as_ref()?;
    let mut physical = json!({ "artifactLocation": { "uri": uri(&source.file) } });
    if let Some(line) = source.line {
        physical["region"] = json!({ "startLine": line });
        if let Some(column) = source.column {
            physical["region"]["startColumn"] = column.into();
        }
    }
    Some(json!({
        "id": 1,
        "message": { "text": "compiled from here" },
        "physicalLocation": physical,
    }))
}

/// A path as a URI reference (RFC 3986): relative ones stay so, absolute ones
/// become `file:`.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::new();
    let mut bytes = path.bytes().peekable();
    if path.starts_with('/') {
        uri.push_str("file://");
    } else if path.as_bytes().get(1) == Some(&b':') {
        uri.push_str("file:///");
        uri.extend(bytes.next().map(char::from));
        uri.extend(bytes.next().map(char::from));
    }
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("a b/ü.wasm"), "a%20b/%C3%BC.wasm");
        assert_eq!(uri("/x/y.wasm"), "file:///x/y.wasm");
        assert_eq!(uri("C:\\x\\y.wasm"), "file:///C:/x/y.wasm");
    }
}
