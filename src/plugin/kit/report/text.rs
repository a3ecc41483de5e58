use crate::plugin::kit::{Family, Finding, Must, Outcome, Report, Verdict};

/// How a part of the text is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// A heading.
    Heading,
    /// Something good.
    Good,
    /// Something bad.
    Bad,
    /// Something of less weight.
    Dim,
}

/// A part of the text.
pub type Part = (Tone, String);

/// One line a check, grouped, and under each that failed what its author needs.
#[must_use]
pub fn text(report: &Report) -> Vec<Part> {
    let mut parts = Vec::new();
    for family in Family::ALL {
        let mine = report
            .outcomes
            .iter()
            .filter(|outcome| outcome.check.family == *family);
        for (number, outcome) in mine.enumerate() {
            if number == 0 {
                parts.push((Tone::Heading, format!("{}\n", family.name())));
            }
            line(&mut parts, outcome);
        }
    }
    let (passed, failed, skipped) = report.counts();
    let tone = if failed == 0 { Tone::Good } else { Tone::Bad };
    parts.push((
        tone,
        format!("{passed} passed, {failed} failed, {skipped} skipped\n"),
    ));
    parts
}

fn line(parts: &mut Vec<Part>, outcome: &Outcome) {
    let (tone, word) = match &outcome.verdict {
        Verdict::Passed => (Tone::Good, "ok"),
        Verdict::Failed(_) => (Tone::Bad, "FAILED"),
        Verdict::Skipped(_) => (Tone::Dim, "skipped"),
    };
    parts.push((tone, format!("  {word:<7}")));
    let name = format!(" {:<22} ", outcome.check.name);
    parts.push((Tone::Plain, name));
    match &outcome.verdict {
        Verdict::Skipped(why) => parts.push((Tone::Dim, format!("{why}\n"))),
        Verdict::Passed => parts.push((Tone::Plain, format!("{}\n", outcome.check.says))),
        Verdict::Failed(finding) => {
            parts.push((Tone::Plain, format!("{}\n", outcome.check.says)));
            found(parts, finding);
        }
    }
}

fn found(parts: &mut Vec<Part>, finding: &Finding) {
    let mut row = |name: &str, text: &str| {
        parts.push((Tone::Dim, format!("          {name:<9}")));
        parts.push((Tone::Plain, format!("{text}\n")));
    };
    row("rule", &rule(finding));
    row("expected", &finding.expected);
    row("came", &finding.came);
    for (number, frame) in finding.frames.iter().enumerate() {
        row(if number == 0 { "frames" } else { "" }, frame);
    }
    row("fix", &finding.fix);
}

/// The id of the rule, and where it can be read.
pub(super) fn rule(finding: &Finding) -> String {
    let place = Must::of(finding.must)
        .map(Must::document)
        .unwrap_or_default();
    format!("{} ({place})", finding.must)
}
