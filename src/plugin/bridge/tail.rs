use std::collections::VecDeque;

/// How much of a plugin's standard error is remembered, in bytes.
const REMEMBERED: usize = 64 * 1024;

/// How much of it stands under an error, in lines.
const SHOWN: usize = 10;

/// How long such a line is, in characters.
const WIDTH: usize = 300;

/// The last lines that a plugin wrote to standard error.
#[derive(Debug, Default)]
pub(super) struct Tail {
    lines: VecDeque<String>,
    bytes: usize,
}

impl Tail {
    /// Takes a line, and forgets old ones to make room for it.
    pub(super) fn push(&mut self, line: String) {
        self.bytes += line.len();
        self.lines.push_back(line);
        while self.bytes > REMEMBERED
            && let Some(old) = self.lines.pop_front()
        {
            self.bytes -= old.len();
        }
    }

    /// The last ones, to be shown under an error.
    pub(super) fn shown(&self) -> Vec<String> {
        let hidden = self.lines.len().saturating_sub(SHOWN);
        self.lines
            .iter()
            .skip(hidden)
            .map(|line| plain(line))
            .collect()
    }

    /// Forgets all: the next request has its own.
    pub(super) fn clear(&mut self) {
        self.lines.clear();
        self.bytes = 0;
    }
}

/// The beginning of a line, without what would move a terminal's cursor.
fn plain(line: &str) -> String {
    let mut shown: String = line
        .chars()
        .take(WIDTH)
        .map(|letter| match letter {
            '\t' => ' ',
            letter if letter.is_control() => '\u{fffd}',
            letter => letter,
        })
        .collect();
    if line.chars().nth(WIDTH).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_stay_and_memory_is_bounded() {
        let mut tail = Tail::default();
        for number in 0..100_000 {
            tail.push(format!("line {number}"));
        }
        assert!(tail.bytes <= REMEMBERED);
        assert_eq!(tail.shown().last().unwrap(), "line 99999");
        assert_eq!(tail.shown().len(), SHOWN);
        tail.push("x".repeat(REMEMBERED * 2));
        assert!(tail.bytes <= REMEMBERED && tail.shown().is_empty());
        tail.push("\u{1b}[31mé\tx".to_owned());
        assert_eq!(tail.shown(), ["\u{fffd}[31mé x"]);
    }
}
