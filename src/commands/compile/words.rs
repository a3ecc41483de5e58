//! The words that reports for people share.

use std::time::Duration;

use super::super::paths;
use crate::compiler::{Change, Outcome};
use crate::plugin::PluginInfo;
use crate::project::Project;
use crate::wasm::decimal;

/// `detected: C/C++ (Makefile, 34 sources), built by c`
pub(super) fn detected(project: &Project, plugin: &PluginInfo) -> String {
    format!(
        "detected: {} ({}), built by {}",
        project.language, project.why, plugin.name
    )
}

/// What else it might be, in one line.
pub(super) fn others(project: &Project) -> Option<String> {
    let name = |other: &crate::project::Candidate| {
        format!(
            "{} (`--language {}`; {})",
            other.language,
            other.language.name(),
            other.why
        )
    };
    let others: Vec<_> = project.others.iter().map(name).collect();
    (!others.is_empty()).then(|| format!("it may also be {}", others.join(", ")))
}

/// The line that says what came out.
pub(super) fn result(outcome: &Outcome, took: Duration) -> String {
    let main = outcome
        .outputs
        .first()
        .and_then(|output| output.path.as_deref());
    let main = main.map_or_else(|| "standard output".to_owned(), paths::short);
    let others: Vec<_> = outcome
        .outputs
        .iter()
        .skip(1)
        .filter_map(|output| Some(output.path.as_ref()?.file_name()?.to_string_lossy()))
        .collect();
    let with = match others.len() {
        0 => String::new(),
        1..=3 => format!(" (with {})", others.join(", ")),
        n => format!(" (with {n} more files)"),
    };
    let sizes = outcome.sizes;
    let how = if outcome.cached { "cached" } else { "built" };
    format!(
        "{main}{with}: {} (gzip {}, brotli {}), {}, {how} in {}",
        decimal(sizes.raw),
        decimal(sizes.gzip),
        decimal(sizes.brotli),
        change(outcome),
        time(took),
    )
}

fn change(outcome: &Outcome) -> String {
    let now = outcome.sizes.raw;
    match outcome.change {
        Change::First => "first build".to_owned(),
        Change::Same => "unchanged".to_owned(),
        Change::From(old) if old.raw == now => "changed, same size".to_owned(),
        Change::From(old) if old.raw < now => format!("+{}", decimal(now - old.raw)),
        Change::From(old) => format!("-{}", decimal(old.raw - now)),
    }
}

fn time(took: Duration) -> String {
    match took.as_secs() {
        0 if took.as_millis() < 100 => format!("{} ms", took.as_millis()),
        0..60 => format!("{:.2} s", took.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!(time(Duration::from_millis(7)), "7 ms");
        assert_eq!(time(Duration::from_millis(420)), "0.42 s");
        assert_eq!(time(Duration::from_secs(61)), "1 min 1 s");
    }
}
