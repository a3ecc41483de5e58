//! Lines and columns.

use plugin_protocol::{Diagnostic, Severity, Span};

/// A position in a text: line and column, both from 1. Columns count bytes, as
/// the compiler's own do.
pub(crate) fn place(text: &str, offset: usize) -> [u32; 2] {
    let before = text.as_bytes();
    let before = before.get(..offset.min(before.len())).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count();
    let column = before
        .iter()
        .rev()
        .take_while(|byte| **byte != b'\n')
        .count();
    [narrow(line + 1), narrow(column + 1)]
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A range of a text.
pub(crate) fn span(text: &str, start: usize, end: usize) -> Span {
    Span {
        start: place(text, start),
        end: place(text, end),
        bytes: Some([start as u64, end as u64]),
    }
}

/// A message about a range of a file.
pub(crate) fn at(
    severity: Severity,
    message: impl Into<String>,
    file: &str,
    span: Span,
) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(severity, message);
    diagnostic.file = Some(file.to_owned());
    diagnostic.span = Some(span);
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = "ab\né=1\n";
        for (offset, expected) in [
            (0, [1, 1]),
            (2, [1, 3]),
            (3, [2, 1]),
            (5, [2, 3]),
            (99, [3, 1]),
        ] {
            assert_eq!(place(text, offset), expected, "{offset}");
        }
    }
}
