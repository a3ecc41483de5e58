use std::io::{self, BufRead};

use super::line::{Line, LineReader, contains};
use crate::frame::Head;
use crate::{PluginFrame, PluginLine, limits};

/// How much of a line that is no frame is shown.
const SHOWN: usize = 200;

/// What a plugin's output has up to the next line end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incoming {
    /// A frame of this session.
    Frame(PluginFrame),
    /// A line that the plugin did not mean for the host: a stray `print`, a
    /// tool's output. Its beginning, to be logged and never obeyed.
    Noise(String),
    /// A line with the session key that is not a frame.
    Bad {
        /// The request that it seems to belong to.
        id: Option<u64>,
        /// What is wrong with it.
        reason: String,
        /// Its beginning.
        line: String,
    },
    /// A line with the session key that is over the limit.
    TooLong {
        /// The request that it seems to belong to.
        id: Option<u64>,
        /// Its length in bytes.
        length: u64,
    },
    /// The output ended inside this line, of which this is the beginning.
    Truncated(String),
}

/// Reads a plugin's standard output.
#[derive(Debug)]
pub struct PluginReader<R> {
    lines: LineReader<R>,
    session: String,
}

impl<R: BufRead> PluginReader<R> {
    /// Reads the frames of a session.
    pub fn new(output: R, session: impl Into<String>) -> Self {
        let session = session.into();
        let mark = session.as_bytes().to_vec();
        Self {
            lines: LineReader::looking_for(output, limits::PLUGIN_FRAME, mark),
            session,
        }
    }

    /// The next line; nothing at a clean end.
    ///
    /// # Errors
    /// When the output cannot be read.
    pub fn read(&mut self) -> io::Result<Option<Incoming>> {
        let Some(line) = self.lines.read()? else {
            return Ok(None);
        };
        let text = self.lines.text();
        Ok(Some(match line {
            Line::Whole => classify(text, &self.session),
            Line::TooLong {
                length,
                marked: true,
            } => Incoming::TooLong {
                id: id_in(text),
                length,
            },
            Line::TooLong { .. } => Incoming::Noise(beginning(text)),
            Line::Truncated => Incoming::Truncated(beginning(text)),
        }))
    }

    /// The line that [`PluginReader::read`] returned last, as it came; of one
    /// that is over the limit, its beginning.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.lines.text()
    }
}

/// What a line is. The key is random, so that a line that has it anywhere was
/// meant for the host, and one that has it nowhere was not.
fn classify(line: &[u8], session: &str) -> Incoming {
    let bad = |reason: String| {
        if contains(line, session.as_bytes()) {
            let line_start = beginning(line);
            Incoming::Bad {
                id: id_in(line),
                reason,
                line: line_start,
            }
        } else {
            Incoming::Noise(beginning(line))
        }
    };
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => return bad(error.to_string()),
    };
    match Head::read(text) {
        Ok(head) if head.s.as_deref() == Some(session) => {}
        Ok(_) => return bad("its session key is not under `s`".into()),
        Err(error) => return bad(error.to_string()),
    }
    match PluginLine::parse(text) {
        Ok(line) => Incoming::Frame(line.frame),
        Err(error) => bad(error.to_string()),
    }
}

/// The number under `"id"` in a line that cannot be read as a whole.
pub(crate) fn id_in(line: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"\"id\":";
    let start = line.windows(NAME.len()).position(|part| part == NAME)? + NAME.len();
    let digits: String = line
        .iter()
        .skip(start)
        .skip_while(|byte| **byte == b' ')
        .take_while(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    digits.parse().ok()
}

/// The beginning of a line, to be shown: no control characters, no half ones.
fn beginning(line: &[u8]) -> String {
    let start = line.get(..line.len().min(SHOWN * 4)).unwrap_or_default();
    let mut shown: String = String::from_utf8_lossy(start)
        .chars()
        .take(SHOWN)
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect();
    if shown.chars().count() == SHOWN {
        shown.push_str("...");
    }
    shown
}
