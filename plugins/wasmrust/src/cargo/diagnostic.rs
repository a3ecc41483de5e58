//! What rustc says, as the protocol says it.

use std::path::{Path, PathBuf};

use plugin_protocol::{Diagnostic, Edit, Fix, Severity, Span as Range};

use super::message::{Compiler, Rustc, Span};
use crate::path::Root;

/// Where rustc's file names are to be looked for.
#[derive(Debug)]
pub(super) struct Places<'a> {
    pub(super) root: &'a Root,
    pub(super) workspace: &'a Path,
}

/// The diagnostic in a message; nothing when it only sums up or points on.
pub(super) fn convert(compiler: Compiler, places: &Places<'_>) -> Option<Diagnostic> {
    let Compiler {
        manifest_path,
        message,
    } = compiler;
    let severity = match message.level.as_str() {
        // That there were errors is no error, nor is how to read about one.
        "failure-note" => return None,
        _ if is_summary(&message) => return None,
        "warning" => Severity::Warning,
        "note" | "help" => Severity::Note,
        _ => Severity::Error,
    };
    let package = manifest_path.parent().unwrap_or(Path::new(""));
    let files = Files { places, package };
    let mut lines = message.message.lines().map(str::to_owned);
    let mut diagnostic = Diagnostic::new(severity, lines.next().unwrap_or_default());
    diagnostic.notes = lines.collect();
    diagnostic.code = message.code.as_ref().map(|it| it.code.clone());
    let primary = message.spans.iter().find(|span| span.is_primary);
    if let Some(place) = primary.map(|span| files.nearest(span)) {
        diagnostic.file = files.name(place);
        diagnostic.span = Some(range(place));
    }
    let (first, others): (Vec<_>, Vec<_>) = message.spans.iter().partition(|it| it.is_primary);
    for span in first.into_iter().chain(others) {
        diagnostic.notes.extend(files.label(span));
    }
    for child in &message.children {
        diagnostic.notes.push(files.note(child));
        diagnostic.fixes.extend(files.fixes(child));
    }
    diagnostic.rendered = message.rendered;
    Some(diagnostic)
}

fn is_summary(message: &Rustc) -> bool {
    let text = &message.message;
    message.spans.is_empty()
        && (text.starts_with("aborting due to")
            || text.ends_with("warning emitted")
            || text.ends_with("warnings emitted"))
}

fn range(span: &Span) -> Range {
    Range {
        start: [span.line_start.max(1), span.column_start.max(1)],
        end: [span.line_end.max(1), span.column_end.max(1)],
        bytes: Some([span.byte_start, span.byte_end]),
    }
}

/// The files of one package.
struct Files<'a> {
    places: &'a Places<'a>,
    package: &'a Path,
}

impl Files<'_> {
    /// Where a file is. Rustc runs in the root of the workspace for the packages
    /// of that, and in the package's own folder for others.
    fn resolve(&self, name: &str) -> PathBuf {
        let in_workspace = self.places.workspace.join(name);
        match in_workspace.exists() {
            true => in_workspace,
            false => self.package.join(name),
        }
    }

    fn name(&self, span: &Span) -> Option<String> {
        self.places.root.write(&self.resolve(&span.file_name))
    }

    /// The place in the user's own code: when a macro of another crate is at
    /// fault, where it is used.
    fn nearest<'s>(&self, span: &'s Span) -> &'s Span {
        let mut at = span;
        loop {
            if self.is_own(at) {
                return at;
            }
            match &at.expansion {
                Some(expansion) => at = &expansion.span,
                None => return span,
            }
        }
    }

    fn is_own(&self, span: &Span) -> bool {
        let name = Path::new(&span.file_name);
        name.is_relative() && !span.file_name.starts_with('<')
            || name.starts_with(self.places.workspace)
            || name.starts_with(self.package)
    }

    fn label(&self, span: &Span) -> Option<String> {
        let label = span.label.as_ref().filter(|label| !label.is_empty())?;
        let place = self.nearest(span);
        Some(match (span.is_primary, self.name(place)) {
            (false, Some(file)) => {
                let (line, column) = (place.line_start, place.column_start);
                format!("{label} ({file}:{line}:{column})")
            }
            _ => label.clone(),
        })
    }

    fn note(&self, child: &Rustc) -> String {
        let text = format!("{}: {}", child.level, child.message);
        let [only] = child.spans.as_slice() else {
            return text;
        };
        match &only.suggested_replacement {
            Some(new) if !new.trim().is_empty() => format!("{text}: `{}`", new.trim()),
            Some(_) => text,
            None => match self.name(self.nearest(only)) {
                Some(file) => format!("{text} ({file}:{}:{})", only.line_start, only.column_start),
                None => text,
            },
        }
    }

    /// What a suggestion changes, if rustc is sure that it is right. Several
    /// suggestions for one place are one way to mend it each.
    fn fixes(&self, child: &Rustc) -> Vec<Fix> {
        let sure = |span: &&Span| {
            span.suggestion_applicability.as_deref() == Some("MachineApplicable")
                && self.is_own(span)
        };
        let spans: Vec<_> = child.spans.iter().filter(sure).collect();
        if spans.len() != child.spans.len() {
            return Vec::new();
        }
        let edits: Option<Vec<_>> = spans.iter().map(|span| self.edit(span)).collect();
        let Some(edits) = edits.filter(|edits| !edits.is_empty()) else {
            return Vec::new();
        };
        let fix = |edits| Fix {
            title: child.message.lines().next().unwrap_or_default().to_owned(),
            edits,
        };
        let same = |edit: &Edit| edit.span == edits[0].span && edit.file == edits[0].file;
        if edits.len() > 1 && edits.iter().all(same) {
            return edits.into_iter().map(|edit| fix(vec![edit])).collect();
        }
        match overlap(&edits) {
            true => Vec::new(),
            false => vec![fix(edits)],
        }
    }

    fn edit(&self, span: &Span) -> Option<Edit> {
        Some(Edit {
            file: self.name(span)?,
            span: range(span),
            text: span.suggested_replacement.clone()?,
        })
    }
}

fn overlap(edits: &[Edit]) -> bool {
    let mut ranges: Vec<_> = edits
        .iter()
        .map(|edit| (&edit.file, edit.span.start, edit.span.end))
        .collect();
    ranges.sort_unstable();
    ranges
        .windows(2)
        .any(|two| two[0].0 == two[1].0 && two[0].2 > two[1].1)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn span(file: &str, line: u32, columns: [u32; 2]) -> Value {
        json!({"file_name": file, "byte_start": 20, "byte_end": 24, "line_start": line,
            "line_end": line, "column_start": columns[0], "column_end": columns[1],
            "is_primary": true})
    }

    fn with(mut value: Value, more: Value) -> Value {
        let more = more.as_object().unwrap().clone();
        value.as_object_mut().unwrap().extend(more);
        value
    }

    fn converted(message: Value) -> Option<Diagnostic> {
        let compiler = json!({"manifest_path": "/w/app/Cargo.toml", "message": message});
        let root = Root::new(Path::new("/w/app"));
        let places = Places {
            root: &root,
            workspace: Path::new("/w/app"),
        };
        convert(serde_json::from_value(compiler).unwrap(), &places)
    }

    #[test]
    fn a_mistake_has_its_place_and_its_notes() {
        let other = with(
            span("src/main.rs", 3, [10, 13]),
            json!({"is_primary": false, "label": "expected due to this"}),
        );
        let first = with(
            span("src/main.rs", 3, [16, 19]),
            json!({"label": "expected `i32`"}),
        );
        let found = converted(json!({"message": "mismatched types\nreally",
            "level": "error", "code": {"code": "E0308", "explanation": "long"},
            "spans": [other, first], "rendered": "error[E0308]: ...",
            "children": [{"message": "see also", "level": "note", "spans": [],
                "children": []}]}))
        .unwrap();
        assert_eq!(found.severity, Severity::Error);
        assert_eq!(found.code.as_deref(), Some("E0308"));
        assert_eq!(found.message, "mismatched types");
        assert_eq!(found.file.as_deref(), Some("src/main.rs"));
        let range = found.span.unwrap();
        assert_eq!((range.start, range.end), ([3, 16], [3, 19]));
        assert_eq!(range.bytes, Some([20, 24]));
        assert_eq!(
            found.notes,
            [
                "really",
                "expected `i32`",
                "expected due to this (src/main.rs:3:10)",
                "note: see also"
            ]
        );
        assert_eq!(found.rendered.as_deref(), Some("error[E0308]: ..."));
    }

    #[test]
    fn a_macro_of_another_crate_is_at_fault_where_it_is_used() {
        let used = span("src/lib.rs", 7, [1, 9]);
        let inside = with(
            span("/rustc/abc/library/std/src/macros.rs", 100, [2, 3]),
            json!({"expansion": {"span": used}}),
        );
        let found =
            converted(json!({"message": "m", "level": "warning", "spans": [inside]})).unwrap();
        assert_eq!(found.file.as_deref(), Some("src/lib.rs"));
        assert_eq!(found.span.unwrap().start, [7, 1]);
    }

    #[test]
    fn only_what_is_sure_is_a_fix() {
        let suggestion = |applicability: &str, columns| {
            with(
                span("src/lib.rs", 1, columns),
                json!({"suggested_replacement": "_x", "suggestion_applicability": applicability}),
            )
        };
        let child = |spans: &[Value]| json!({"message": "do", "level": "help", "spans": spans});
        let sure = "MachineApplicable";
        let found = converted(json!({"message": "m", "level": "warning", "children": [
            child(&[suggestion(sure, [1, 2]), suggestion(sure, [5, 6])]),
            child(&[suggestion("MaybeIncorrect", [1, 2])]),
            child(&[suggestion(sure, [1, 4]), suggestion(sure, [3, 6])]),
            child(&[suggestion(sure, [1, 4]), suggestion(sure, [1, 4])]),
        ]}))
        .unwrap();
        let edits: Vec<_> = found.fixes.iter().map(|fix| fix.edits.len()).collect();
        assert_eq!(edits, [2, 1, 1]);
        assert_eq!(found.fixes[0].edits[0].text, "_x");
        assert_eq!(found.notes[1], "help: do: `_x`");
    }

    #[test]
    fn sums_are_left_out() {
        for (level, message) in [
            (
                "error",
                "aborting due to 2 previous errors; 1 warning emitted",
            ),
            ("warning", "2 warnings emitted"),
            ("failure-note", "For more information about this error, try"),
        ] {
            let found = converted(json!({"message": message, "level": level}));
            assert_eq!(found, None, "{message}");
        }
    }
}
