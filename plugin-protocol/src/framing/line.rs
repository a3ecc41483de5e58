use std::io::{self, BufRead};

/// How much of a line over the limit is kept: enough to see what it was.
const KEPT: usize = 1024;

/// A byte order mark and a CR may stand around a line of the full length.
const AROUND: usize = 4;

/// What came up to a line's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A line within the limit that is not blank.
    Whole,
    /// A line over the limit. It was read to its end; [`LineReader::text`] has
    /// its beginning.
    TooLong {
        /// Its length in bytes.
        length: u64,
        /// Whether the word that the reader looks for was in it.
        marked: bool,
    },
    /// The input ended inside this line.
    Truncated,
}

/// Splits input into lines. LF and CRLF end a line; a byte order mark at its
/// start is dropped; blank lines are skipped. Memory is bounded by the limit.
#[derive(Debug)]
pub struct LineReader<R> {
    input: R,
    limit: usize,
    mark: Vec<u8>,
    buffer: Vec<u8>,
    range: (usize, usize),
}

/// How far a line over the limit has come.
struct Overflow {
    length: u64,
    marked: bool,
    tail: Vec<u8>,
}

impl<R: BufRead> LineReader<R> {
    /// Reads lines of at most `limit` bytes, their ends not counted.
    pub fn new(input: R, limit: usize) -> Self {
        Self::looking_for(input, limit, Vec::new())
    }

    /// The same, and says of a line over the limit whether `mark` was in it.
    pub fn looking_for(input: R, limit: usize, mark: impl Into<Vec<u8>>) -> Self {
        Self {
            input,
            limit,
            mark: mark.into(),
            buffer: Vec::new(),
            range: (0, 0),
        }
    }

    /// The line that [`LineReader::read`] returned last.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.buffer
            .get(self.range.0..self.range.1)
            .unwrap_or_default()
    }

    /// Reads the next line that is not blank; nothing at the end of the input.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            self.buffer.clear();
            self.range = (0, 0);
            let (ended, overflow) = self.fill()?;
            self.trim();
            if let Some(overflow) = overflow {
                let line = Line::TooLong {
                    length: overflow.length,
                    marked: overflow.marked,
                };
                return Ok(Some(if ended { line } else { Line::Truncated }));
            }
            let length = self.range.1 - self.range.0;
            let blank = self.text().iter().all(u8::is_ascii_whitespace);
            match (ended, blank) {
                (false, true) => return Ok(None),
                (true, true) => {}
                (false, false) => return Ok(Some(Line::Truncated)),
                (true, false) if length > self.limit => {
                    let marked = contains(self.text(), &self.mark);
                    self.range.1 = self.range.0 + KEPT.min(length);
                    let length = length as u64;
                    return Ok(Some(Line::TooLong { length, marked }));
                }
                (true, false) => return Ok(Some(Line::Whole)),
            }
        }
    }

    /// Reads up to and including the next LF. Returns whether there was one, and
    /// what was not kept.
    fn fill(&mut self) -> io::Result<(bool, Option<Overflow>)> {
        let mut overflow: Option<Overflow> = None;
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok((false, overflow));
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let piece = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            let used = piece.len() + usize::from(end.is_some());
            match &mut overflow {
                Some(overflow) => overflow.push(piece, &self.mark),
                None if self.buffer.len() + piece.len() > self.limit + AROUND => {
                    let mut over = Overflow::new(&self.buffer, &self.mark);
                    over.push(piece, &self.mark);
                    overflow = Some(over);
                    let wanted = KEPT.saturating_sub(self.buffer.len()).min(piece.len());
                    self.buffer.extend(piece.iter().take(wanted));
                    self.buffer.truncate(KEPT);
                }
                None => self.buffer.extend_from_slice(piece),
            }
            self.input.consume(used);
            if end.is_some() {
                return Ok((true, overflow));
            }
        }
    }

    /// Leaves out a byte order mark and the CR of a CRLF.
    fn trim(&mut self) {
        let text = self.buffer.as_slice();
        let start = if text.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let end = text.len() - usize::from(text.len() > start && text.ends_with(b"\r"));
        self.range = (start, end);
    }
}

impl Overflow {
    fn new(kept: &[u8], mark: &[u8]) -> Self {
        let mut this = Self {
            length: 0,
            marked: false,
            tail: Vec::new(),
        };
        this.push(kept, mark);
        this
    }

    /// Counts a piece and looks for the mark in it and across its start.
    fn push(&mut self, piece: &[u8], mark: &[u8]) {
        self.length += piece.len() as u64;
        let overlap = mark.len().saturating_sub(1);
        if self.marked || overlap == 0 {
            self.marked |= contains(piece, mark);
            return;
        }
        let mut seam = std::mem::take(&mut self.tail);
        seam.extend(piece.iter().take(overlap));
        self.marked = contains(&seam, mark) || contains(piece, mark);
        self.tail = match piece.len().checked_sub(overlap) {
            Some(start) => piece.iter().skip(start).copied().collect(),
            None => seam.split_off(seam.len().saturating_sub(overlap)),
        };
    }
}

/// Whether `mark` stands in `text`. Nothing is in nothing.
pub(super) fn contains(text: &[u8], mark: &[u8]) -> bool {
    !mark.is_empty() && text.windows(mark.len()).any(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read, repeat};

    use super::*;

    #[test]
    fn an_endless_line_takes_bounded_memory() {
        let input = BufReader::new(repeat(b'x').take(50 << 20).chain(&b"key\nnext\n"[..]));
        let mut lines = LineReader::looking_for(input, 100_000, "key");
        let length = (50 << 20) + 3;
        assert_eq!(
            lines.read().unwrap(),
            Some(Line::TooLong {
                length,
                marked: true
            })
        );
        assert_eq!(lines.text().len(), KEPT);
        assert!(lines.buffer.capacity() <= 2 * (100_000 + AROUND));
        assert_eq!(lines.read().unwrap(), Some(Line::Whole));
        assert_eq!(lines.text(), b"next");
    }
}
