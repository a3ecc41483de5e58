use std::borrow::Cow;

/// The longest part of a line that is kept, in bytes. A tool that prints a
/// gigabyte without a line end must not fill the memory.
pub(super) const LONGEST: usize = 64 * 1024;

/// Makes lines of chunks of bytes: without their ends, invalid UTF-8 replaced,
/// and the rest of a line of more than 64 KiB left out.
#[derive(Debug)]
pub struct Lines {
    line: Vec<u8>,
    dropped: u64,
    longest: usize,
}

impl Default for Lines {
    fn default() -> Self {
        Self::up_to(LONGEST)
    }
}

impl Lines {
    /// The same with another limit, in bytes.
    #[must_use]
    pub fn up_to(longest: usize) -> Self {
        Self {
            line: Vec::new(),
            dropped: 0,
            longest,
        }
    }

    /// Takes the next chunk and hands over each line that it ends.
    pub fn push(&mut self, mut chunk: &[u8], line: &mut dyn FnMut(&str)) {
        while let Some(end) = chunk.iter().position(|&byte| byte == b'\n') {
            self.keep(&chunk[..end]);
            self.hand_over(line);
            chunk = &chunk[end + 1..];
        }
        self.keep(chunk);
    }

    /// Hands over the last line if it has no line end.
    pub fn finish(&mut self, line: &mut dyn FnMut(&str)) {
        if !self.line.is_empty() {
            self.hand_over(line);
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = self
            .longest
            .saturating_sub(self.line.len())
            .min(bytes.len());
        self.line.extend_from_slice(&bytes[..room]);
        self.dropped += (bytes.len() - room) as u64;
    }

    fn hand_over(&mut self, line: &mut dyn FnMut(&str)) {
        let bytes = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        let mut text = String::from_utf8_lossy(bytes);
        if self.dropped > 0 {
            text = Cow::Owned(format!("{text} [{} more bytes]", self.dropped));
        }
        line(&text);
        self.line.clear();
        self.dropped = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        for chunk in chunks {
            lines.push(chunk, &mut |line| out.push(line.to_owned()));
        }
        lines.finish(&mut |line| out.push(line.to_owned()));
        out
    }

    #[test]
    fn line_ends_of_both_kinds_go_and_the_last_line_stays() {
        assert_eq!(lines(&[b"a\r\n\nb", b"c\xff"]), ["a", "", "bc\u{fffd}"]);
    }

    #[test]
    fn a_huge_line_is_cut_and_counted() {
        let huge = vec![b'x'; LONGEST + 7];
        let out = lines(&[&huge, b"\nnext\n"]);
        assert!(out[0].ends_with("x [7 more bytes]"));
        assert_eq!(out[1], "next");
    }

    #[test]
    fn the_limit_can_be_another() {
        let (mut lines, mut out) = (Lines::up_to(2 * LONGEST), Vec::new());
        let huge = vec![b'x'; LONGEST + 7];
        lines.push(&huge, &mut |line| out.push(line.len()));
        lines.finish(&mut |line| out.push(line.len()));
        assert_eq!(out, [LONGEST + 7]);
    }

    proptest! {
        #[test]
        fn how_the_bytes_are_cut_into_chunks_does_not_matter(
            text in "[a-c\n\r]{0,60}", cuts in prop::collection::vec(0usize..60, 0..5)
        ) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<_> = cuts.windows(2).map(|w| &bytes[w[0]..w[1]]).collect();
            prop_assert_eq!(lines(&chunks), lines(&[bytes]));
        }
    }
}
