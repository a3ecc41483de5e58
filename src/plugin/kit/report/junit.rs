use std::fmt::Write;

use super::text::rule;
use crate::plugin::kit::{Family, Outcome, Report, Verdict};

/// JUnit XML: a suite for each family, a case for each check.
#[must_use]
pub fn junit(report: &Report) -> String {
    let (_, failed, skipped) = report.counts();
    let tests = report.outcomes.len();
    let name = report.plugin.as_ref().map_or("?", |(name, _, _)| name);
    // Writing to a string cannot fail.
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wasmrun plugin test {}\" \
         tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\">\n",
        escape(name)
    );
    for family in Family::ALL {
        let mine = report
            .outcomes
            .iter()
            .filter(|outcome| outcome.check.family == *family);
        let mine: Vec<_> = mine.collect();
        if mine.is_empty() {
            continue;
        }
        let count = |fits: fn(&Verdict) -> bool| mine.iter().filter(|it| fits(&it.verdict)).count();
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
            family.name(),
            mine.len(),
            count(|verdict| matches!(verdict, Verdict::Failed(_))),
            count(|verdict| matches!(verdict, Verdict::Skipped(_))),
        );
        for outcome in mine {
            case(&mut text, outcome);
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn case(text: &mut String, outcome: &Outcome) {
    let check = outcome.check;
    let _ = write!(
        text,
        "    <testcase classname=\"plugin.{}\" name=\"{}\" time=\"{:.3}\"",
        check.family.name(),
        check.name,
        outcome.time.as_secs_f64()
    );
    let _ = match &outcome.verdict {
        Verdict::Passed => writeln!(text, "/>"),
        Verdict::Skipped(why) => writeln!(
            text,
            ">\n      <skipped message=\"{}\"/>\n    </testcase>",
            escape(why)
        ),
        Verdict::Failed(finding) => {
            let body = format!(
                "{}\nexpected: {}\ncame: {}\n{}\nfix: {}",
                rule(finding),
                finding.expected,
                finding.came,
                finding.frames.join("\n"),
                finding.fix
            );
            writeln!(
                text,
                ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
                finding.must,
                escape(&format!(
                    "expected {}; came {}",
                    finding.expected, finding.came
                )),
                escape(&body)
            )
        }
    };
}

/// Text for XML 1.0. Characters that the format cannot hold become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\r' => escaped.push_str("&#13;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(escape("a<\"&\u{1}\n"), "a&lt;&quot;&amp;\u{fffd}&#10;");
    }
}
