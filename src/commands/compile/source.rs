//! A diagnostic with the source line that it is about.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use plugin_protocol::{Diagnostic, Span};

/// No source is read further than this, in bytes.
const MAX_SOURCE: u64 = 4 << 20;

/// No more of a line is shown, in characters.
const MAX_WIDTH: usize = 120;

/// The line that a span begins in, with what is marked in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) struct Excerpt {
    /// Its number, from 1.
    pub(in crate::commands) line: u32,
    /// The line, or the part of a long one around the mark; nothing in it moves
    /// a cursor.
    pub(in crate::commands) text: String,
    /// The first character of the mark, and the one behind its last.
    pub(in crate::commands) mark: std::ops::Range<usize>,
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before: String = self.text.chars().take(self.mark.start).collect();
        let indent = " ".repeat(console::measure_text_width(&before));
        let gutter = " ".repeat(self.line.to_string().len());
        let carets = "^".repeat(self.mark.len());
        write!(
            f,
            "  {} | {}\n  {gutter} | {indent}{carets}",
            self.line, self.text
        )
    }
}

/// The line that a diagnostic is about.
pub(in crate::commands) fn excerpt(root: &Path, diagnostic: &Diagnostic) -> Option<Excerpt> {
    let (file, span) = (diagnostic.file.as_ref()?, diagnostic.span?);
    let path = root.join(file);
    // A pipe would never end.
    if !path.is_file() {
        return None;
    }
    let reader = BufReader::new(File::open(path).ok()?.take(MAX_SOURCE));
    let index = usize::try_from(span.start[0]).ok()?.checked_sub(1)?;
    let line = reader.split(b'\n').nth(index)?.ok()?;
    Some(mark(&String::from_utf8_lossy(&line), span))
}

fn mark(line: &str, span: Span) -> Excerpt {
    let [number, column] = span.start;
    let column = usize::try_from(column)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    let chars: Vec<char> = line.trim_end().chars().collect();
    let column = column.min(chars.len());
    // A long line is cut so that the place stays in sight.
    let skipped = column.saturating_sub(MAX_WIDTH / 2);
    let length = match span.end {
        [line, end] if line == number => {
            let end = usize::try_from(end).unwrap_or(usize::MAX).saturating_sub(1);
            end.saturating_sub(column)
        }
        _ => 1,
    };
    let length = length.clamp(1, MAX_WIDTH.min(chars.len().saturating_sub(column)).max(1));
    let shown = chars.iter().skip(skipped).take(MAX_WIDTH);
    let from = column - skipped;
    Excerpt {
        line: number,
        text: shown.map(plain).collect(),
        mark: from..from + length,
    }
}

/// A character that cannot move the cursor.
fn plain(letter: &char) -> char {
    match *letter {
        '\t' => ' ',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_under_the_place() {
        let span = Span {
            start: [12, 5],
            end: [12, 8],
            bytes: None,
        };
        assert_eq!(
            mark("\tlet foo = 1;", span).to_string(),
            "  12 |  let foo = 1;\n     |     ^^^"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_line_and_no_place_is_too_odd(line: String, start: [u32; 2], end: [u32; 2]) {
            let text = mark(&line, Span { start, end, bytes: None }).to_string();
            proptest::prop_assert!(!text.contains(char::from(27)));
            proptest::prop_assert_eq!(text.lines().count(), 2);
        }
    }
}
