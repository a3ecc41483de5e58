use std::borrow::Cow;
use std::fmt::Write;

use console::Style;

use crate::terminal::Terminal;

/// Where text without a terminal is wrapped.
const PLAIN_WIDTH: usize = 96;
/// The narrowest terminal that is taken into account.
const MIN_WIDTH: usize = 40;

/// Text in the making, as wide as the terminal.
pub(super) struct Page<'a> {
    terminal: &'a Terminal,
    /// None when nobody looks: then lines are as long as they are.
    width: Option<usize>,
    text: String,
}

/// Which side a column keeps to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl<'a> Page<'a> {
    pub(super) fn new(terminal: &'a Terminal) -> Self {
        let width = console::Term::stdout()
            .size_checked()
            .map(|(_, columns)| usize::from(columns).max(MIN_WIDTH));
        Self {
            terminal,
            width,
            text: String::new(),
        }
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// A title over what follows, with an empty line before it.
    pub(super) fn title(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let title = self.terminal.paint_out(&Style::new().bold(), title);
        self.line(&title);
    }

    /// A label and its text, wrapped between words.
    pub(super) fn field(&mut self, label: &str, indent: usize, text: &str) {
        let width = self.width.unwrap_or(PLAIN_WIDTH).max(indent + 20);
        let mut line = format!("{label:<indent$}");
        let mut used = line.chars().count();
        let mut first = true;
        for word in safe(text).split(' ') {
            let length = word.chars().count();
            if !first && used + 1 + length > width {
                self.line(line.trim_end());
                line = " ".repeat(indent);
                used = indent;
                first = true;
            }
            if !first {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
            first = false;
        }
        self.line(line.trim_end());
    }

    /// Rows of cells in columns, indented by two. The last column is cut to
    /// the terminal.
    pub(super) fn rows(&mut self, sides: &[Side], rows: &[&[String]]) {
        let rows: Vec<Vec<Cow<'_, str>>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| safe(cell)).collect())
            .collect();
        let mut widths = vec![0; sides.len()];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                // One endless name must not push all others off the screen.
                *width = cell.chars().count().min(self.widest()).max(*width);
            }
        }
        for row in &rows {
            let mut line = String::from(" ");
            for (at, cell) in row.iter().enumerate() {
                let width = widths.get(at).copied().unwrap_or_default();
                let _ = match sides.get(at) {
                    Some(Side::Right) => write!(line, " {cell:>width$} "),
                    _ => write!(line, " {cell:<width$} "),
                };
            }
            let line = self.cut(line.trim_end());
            self.line(&line);
        }
    }

    fn widest(&self) -> usize {
        self.width.unwrap_or(PLAIN_WIDTH) / 2
    }

    fn cut(&self, line: &str) -> String {
        match self.width {
            Some(width) if line.chars().count() > width => {
                line.chars().take(width - 3).chain("...".chars()).collect()
            }
            _ => line.to_owned(),
        }
    }
}

/// Text that comes from a file, with nothing in it that a terminal would obey
/// or that would turn the direction of writing.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    let harmful = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if harmful(letter) {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// `30,635,497`
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 memory`, `2 memories`
pub(super) fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// A number of bytes of memory, which comes in powers of two: `29.2 MiB`.
#[allow(
    clippy::cast_precision_loss,
    reason = "one digit after the point is shown"
)]
pub(super) fn binary(count: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if count < 1024 {
        return plural(count, "byte", "bytes");
    }
    let mut size = count as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1023.95 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let text = format!("{size:.1}");
    format!("{} {}", text.trim_end_matches(".0"), UNITS[unit])
}

/// `12.3%`
#[allow(
    clippy::cast_precision_loss,
    reason = "one digit after the point is shown"
)]
pub(super) fn share(part: u64, whole: u64) -> String {
    let share = if whole == 0 {
        0.0
    } else {
        part as f64 * 100.0 / whole as f64
    };
    format!("{share:.1}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(binary(1), "1 byte");
        assert_eq!(binary(1023), "1,023 bytes");
        assert_eq!(binary(65_536), "64 KiB");
        assert_eq!(binary(30_635_497), "29.2 MiB");
        assert_eq!(binary(u64::MAX), "16384 PiB");
        assert_eq!(binary(1024 * 1024 - 1), "1 MiB");
        assert_eq!(share(1, 3), "33.3%");
        assert_eq!(share(1, 0), "0.0%");
    }

    #[test]
    fn a_name_cannot_command_the_terminal() {
        assert_eq!(safe("plain ü"), "plain ü");
        assert_eq!(safe("a\x1b[2Jb\n"), "a\\u{1b}[2Jb\\u{a}");
        assert_eq!(safe("a\u{202e}b"), "a\\u{202e}b");
    }
}
