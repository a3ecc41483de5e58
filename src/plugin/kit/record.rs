use std::time::{Duration, Instant};

use serde_json::Value;

use crate::process::Ended;

/// How much of one line is kept, in bytes. More than the host may write.
const LINE_KEPT: usize = 64 * 1024;

/// How many lines of one session are kept.
const LINES_KEPT: usize = 20_000;

/// How much of a line is shown, in characters.
const SHOWN: usize = 220;

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Host,
    Plugin,
    Stderr,
}

/// What a line of the plugin is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A frame, or a line of the host.
    Frame,
    /// A line without the session's key.
    Noise,
    /// A line with the key that is no frame, and why.
    Bad(String),
    /// A frame of this many bytes, which are too many.
    TooLong(u64),
    /// The output ended inside this line.
    Truncated,
}

/// One line.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) at: Duration,
    pub(super) from: From,
    pub(super) text: String,
    pub(super) what: What,
    /// The line as JSON; `null` if it is none.
    pub(super) value: Value,
}

/// All that was said in one session, and how it ended.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) start: Instant,
    pub(super) said: Vec<Said>,
    /// Whether standard input was closed, or the process killed, before all was
    /// answered.
    pub(super) hung_up: bool,
    /// Whether the version was one that the plugin does not speak, or the hello
    /// never sent: then nothing is due.
    pub(super) odd: bool,
    /// How it ended, if it ended by itself.
    pub(super) ended: Option<Ended>,
    pub(super) stderr_bytes: u64,
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            said: Vec::new(),
            hung_up: false,
            odd: false,
            ended: None,
            stderr_bytes: 0,
        }
    }

    pub(super) fn host(&mut self, bytes: &[u8]) {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.add(From::Host, line.trim_ascii(), What::Frame);
        }
    }

    pub(super) fn add(&mut self, from: From, line: &[u8], what: What) {
        if self.said.len() >= LINES_KEPT {
            return;
        }
        let value = serde_json::from_slice(line).unwrap_or_default();
        let kept = line.get(..line.len().min(LINE_KEPT)).unwrap_or_default();
        self.said.push(Said {
            at: self.start.elapsed(),
            from,
            text: String::from_utf8_lossy(kept).into_owned(),
            what,
            value,
        });
    }

    pub(super) fn stderr(&mut self, at: Instant, line: &str) {
        let at = at.saturating_duration_since(self.start);
        let place = self.said.partition_point(|said| said.at <= at);
        let said = Said {
            at,
            from: From::Stderr,
            text: line.to_owned(),
            what: What::Frame,
            value: Value::Null,
        };
        self.said.insert(place, said);
    }

    /// The frames of one side.
    pub(super) fn frames(&self, from: From) -> impl Iterator<Item = &Said> {
        let mine = move |said: &&Said| said.from == from && said.what == What::Frame;
        self.said
            .iter()
            .filter(mine)
            .filter(|said| said.value.is_object())
    }

    /// The request with this number.
    pub(super) fn request(&self, id: u64) -> Option<&Said> {
        self.frames(From::Host).find(|said| said.id() == Some(id))
    }

    /// The last lines, as they are shown.
    pub(super) fn excerpt(&self) -> Vec<String> {
        let skip = self.said.len().saturating_sub(8);
        self.said.iter().skip(skip).map(Said::shown).collect()
    }

    /// The lines about one request up to a place, as they are shown.
    pub(super) fn around(&self, place: &Said) -> Vec<String> {
        let id = place.id();
        let ours = |said: &&Said| said.at <= place.at && (id.is_some() && said.id() == id);
        let mut lines: Vec<_> = self.said.iter().filter(ours).map(Said::shown).collect();
        if lines.is_empty() {
            lines.push(place.shown());
        }
        lines.split_off(lines.len().saturating_sub(8))
    }
}

impl Said {
    /// The number in the frame.
    pub(super) fn id(&self) -> Option<u64> {
        self.value.get("id")?.as_u64()
    }

    /// The frame's type.
    pub(super) fn kind(&self) -> &str {
        self.text_of("type")
    }

    /// A field of text, empty when it is not there.
    pub(super) fn text_of(&self, field: &str) -> &str {
        self.value
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// One line with its time in milliseconds: `>` is the host's, `<` the
    /// plugin's, `!` standard error.
    pub(super) fn shown(&self) -> String {
        let mark = match (self.from, &self.what) {
            (From::Host, _) => '>',
            (From::Stderr, _) => '!',
            (From::Plugin, What::Frame) => '<',
            (From::Plugin, _) => '?',
        };
        format!("{:>6} ms {mark} {}", self.at.as_millis(), short(&self.text))
    }
}

/// The beginning of a line, without what would move a cursor.
pub(super) fn short(text: &str) -> String {
    let mut shown: String = text
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
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}
