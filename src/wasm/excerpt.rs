use std::collections::VecDeque;
use std::fmt::Write;
use std::ops::Range;

use serde::Serialize;
use wasmparser::{BinaryReader, FunctionBody};

use super::operator;

const BEFORE: usize = 3;
const AFTER: usize = 2;
const ROW: usize = 8;

/// What stands around a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// What the lines are.
    pub kind: ExcerptKind,
    /// In the order of the file.
    pub lines: Vec<Line>,
}

/// What the lines of an [`Excerpt`] are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExcerptKind {
    /// Instructions in the text format.
    Instructions,
    /// Bytes in hexadecimal.
    Bytes,
}

/// One line of an [`Excerpt`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// In bytes from the start of the file.
    pub offset: u64,
    /// What stands there.
    pub text: String,
    /// Whether the fault is in it.
    pub fault: bool,
}

impl Excerpt {
    /// The instructions around `offset`, if it is in the code of a function
    /// with this body; else the bytes.
    pub(super) fn around(bytes: &[u8], offset: u64, body: Option<Range<usize>>) -> Option<Self> {
        body.and_then(|body| instructions(bytes, offset, body))
            .or_else(|| rows(bytes, offset))
    }
}

fn instructions(bytes: &[u8], offset: u64, body: Range<usize>) -> Option<Excerpt> {
    let start = body.start as u64;
    let body = FunctionBody::new(BinaryReader::new(bytes.get(body)?, start));
    let mut reader = body.get_operators_reader().ok()?;
    if offset < reader.original_position() {
        return None;
    }
    let mut lines = VecDeque::new();
    let mut after = 0;
    while after < AFTER && !reader.eof() {
        let at = reader.original_position();
        let read = reader.read();
        let next = reader.original_position();
        // A fault at the end of the body is that of its last instruction.
        let fault = at <= offset && (offset < next || read.is_err() || reader.eof());
        let text = match &read {
            Ok(operator) => operator::text(operator),
            Err(_) => format!("(cannot be read: {})", hex(bytes, at, 4)),
        };
        lines.push_back(Line {
            offset: at,
            text,
            fault,
        });
        if read.is_err() {
            break;
        }
        if at > offset {
            after += 1;
        } else if !fault && lines.len() > BEFORE {
            lines.pop_front();
        }
    }
    lines.iter().any(|line| line.fault).then(|| Excerpt {
        kind: ExcerptKind::Instructions,
        lines: lines.into(),
    })
}

/// Three rows of bytes, the fault's in the middle.
fn rows(bytes: &[u8], offset: u64) -> Option<Excerpt> {
    let at = usize::try_from(offset)
        .ok()?
        .min(bytes.len().checked_sub(1)?);
    let row = at / ROW;
    let lines = (row.saturating_sub(1)..=row + 1)
        .map(|nth| (nth, nth * ROW))
        .filter(|(_, start)| *start < bytes.len())
        .map(|(nth, start)| Line {
            offset: start as u64,
            text: hex(bytes, start as u64, ROW),
            fault: nth == row,
        })
        .collect();
    Some(Excerpt {
        kind: ExcerptKind::Bytes,
        lines,
    })
}

fn hex(bytes: &[u8], at: u64, count: usize) -> String {
    let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..));
    let mut text = String::new();
    for byte in rest.unwrap_or_default().iter().take(count) {
        let space = if text.is_empty() { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{space}{byte:02x}");
    }
    text
}
