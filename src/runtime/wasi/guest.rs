//! A program's memory: every address and length that comes from it is checked.

use crate::errno::Errno;

/// The bytes of a program's memory.
#[derive(Debug)]
pub(crate) struct Guest<'m>(pub(crate) &'m mut [u8]);

/// Some bytes of the memory: where they begin and how many they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) at: u32,
    pub(crate) length: u32,
}

/// As many parts of one read or write are used; the rest is left for the next.
const MOST_SPANS: usize = 1024;

impl Guest<'_> {
    pub(crate) fn bytes(&self, at: u32, length: u32) -> Result<&[u8], Errno> {
        let (at, length) = (at as usize, length as usize);
        let end = at.checked_add(length).ok_or(Errno::Fault)?;
        self.0.get(at..end).ok_or(Errno::Fault)
    }

    pub(crate) fn bytes_mut(&mut self, at: u32, length: u32) -> Result<&mut [u8], Errno> {
        let (at, length) = (at as usize, length as usize);
        let end = at.checked_add(length).ok_or(Errno::Fault)?;
        self.0.get_mut(at..end).ok_or(Errno::Fault)
    }

    pub(crate) fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Errno> {
        let length = u32::try_from(bytes.len()).map_err(|_| Errno::Fault)?;
        self.bytes_mut(at, length)?.copy_from_slice(bytes);
        Ok(())
    }

    pub(crate) fn write_u32(&mut self, at: u32, value: u32) -> Result<(), Errno> {
        self.write(at, &value.to_le_bytes())
    }

    pub(crate) fn write_u64(&mut self, at: u32, value: u64) -> Result<(), Errno> {
        self.write(at, &value.to_le_bytes())
    }

    /// The parts of a read or write: an address and a length each, of 32 bits.
    /// All are inside the memory.
    pub(crate) fn spans(&self, at: u32, count: u32) -> Result<Vec<Span>, Errno> {
        let all = self.bytes(at, count.checked_mul(8).ok_or(Errno::Inval)?)?;
        let mut spans = Vec::new();
        for raw in all.chunks_exact(8).take(MOST_SPANS) {
            let word = |at: usize| {
                let bytes = raw.get(at..).and_then(|raw| raw.first_chunk());
                bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
            };
            let span = Span {
                at: word(0),
                length: word(4),
            };
            self.bytes(span.at, span.length)?;
            spans.push(span);
        }
        Ok(spans)
    }

    /// Strings, each with a zero behind it, and their addresses: what `argv` and
    /// `environ` are.
    pub(crate) fn write_strings(
        &mut self,
        strings: &[Vec<u8>],
        mut addresses: u32,
        mut buffer: u32,
    ) -> Result<(), Errno> {
        for string in strings {
            self.write_u32(addresses, buffer)?;
            addresses = addresses.checked_add(4).ok_or(Errno::Fault)?;
            self.write(buffer, string)?;
            let end = buffer.checked_add(string.len() as u32);
            buffer = end.ok_or(Errno::Fault)?;
            self.write(buffer, &[0])?;
            buffer = buffer.checked_add(1).ok_or(Errno::Fault)?;
        }
        Ok(())
    }

    /// How many strings there are, and the bytes that they take.
    pub(crate) fn write_sizes(
        &mut self,
        strings: &[Vec<u8>],
        count: u32,
        size: u32,
    ) -> Result<(), Errno> {
        let bytes: usize = strings.iter().map(|string| string.len() + 1).sum();
        let number = u32::try_from(strings.len()).map_err(|_| Errno::Overflow)?;
        self.write_u32(count, number)?;
        self.write_u32(size, u32::try_from(bytes).map_err(|_| Errno::Overflow)?)
    }
}
