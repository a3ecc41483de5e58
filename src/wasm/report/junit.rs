use std::fmt::Write;

use super::Report;
use crate::wasm::check::{Checked, Finding};

/// JUnit XML: one test case a file. A file that could not be checked is an
/// error, one with findings a failure.
#[must_use]
pub fn junit(report: &Report) -> String {
    let tests = report.files.len() + report.errors.len();
    let counts = format!(
        "tests=\"{tests}\" failures=\"{}\" errors=\"{}\"",
        report.failed(),
        report.errors.len()
    );
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wasmrun\" {counts}>\n  \
        <testsuite name=\"wasmrun verify\" {counts} skipped=\"0\">\n"
    );
    for file in &report.files {
        case(&mut text, file);
    }
    for error in &report.errors {
        let (message, body) = (escape(&super::line(error)), escape(&error.to_string()));
        let code = error.code().name();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "    <testcase classname=\"verify\" name=\"{message}\">\n      \
            <error type=\"{code}\" message=\"{message}\">{body}</error>\n    </testcase>"
        );
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn case(text: &mut String, file: &Checked) {
    let name = escape(&file.name);
    let _ = write!(text, "    <testcase classname=\"verify\" name=\"{name}\"");
    if file.passed() {
        text.push_str("/>\n");
        return;
    }
    text.push_str(">\n");
    // Readers of the format expect at most one failure a case.
    let types: Vec<_> = file.findings.iter().map(|f| f.rule().name()).collect();
    let messages: Vec<_> = file.findings.iter().map(Finding::message).collect();
    let bodies: Vec<_> = file.findings.iter().map(body).collect();
    let _ = writeln!(
        text,
        "      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
        types.first().copied().unwrap_or_default(),
        escape(&messages.join("; ")),
        escape(&bodies.join("\n")),
    );
}

fn body(finding: &Finding) -> String {
    let mut text = match finding {
        Finding::Invalid(invalid) => invalid.to_string(),
        Finding::Violation(violation) => violation.message.clone(),
    };
    if let Finding::Invalid(invalid) = finding {
        for line in invalid
            .place
            .excerpt
            .iter()
            .flat_map(|excerpt| &excerpt.lines)
        {
            let mark = if line.fault { ">" } else { " " };
            let _ = write!(text, "\n{mark} {:#8x}  {}", line.offset, line.text);
        }
    }
    if let Some(help) = finding.help() {
        let _ = write!(text, "\nhelp: {help}");
    }
    text
}

/// Text for XML 1.0, in content and in attributes. Characters that the format
/// cannot hold become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\r' => escaped.push_str("&#13;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            escape("a<b>&\"\n\x01"),
            "a&lt;b&gt;&amp;&quot;&#10;\u{fffd}"
        );
    }
}
