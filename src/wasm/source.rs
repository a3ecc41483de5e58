use std::fmt;
use std::ops::Range;

use addr2line::Context;
use addr2line::gimli::{Dwarf, EndianSlice, Error, LittleEndian};
use serde::Serialize;

use super::layout::sections;

/// A place in source code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The file, as the compiler noted it.
    pub file: String,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column in bytes, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        Ok(())
    }
}

/// What DWARF tells of the code of a core module. It counts from the start of the
/// code section's content.
pub struct Lines<'a> {
    /// Where that is in the file.
    start: u64,
    context: Context<EndianSlice<'a, LittleEndian>>,
}

impl<'a> Lines<'a> {
    /// That of a file with one module; none if there is nothing to read.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        Self::of(bytes, 0..bytes.len())
    }

    pub(super) fn of(bytes: &'a [u8], module: Range<usize>) -> Option<Self> {
        let all: Vec<_> = sections(bytes, module).collect();
        let code = all.iter().find(|section| section.id == 10)?;
        let dwarf = Dwarf::load(|id| -> Result<_, Error> {
            let data = all.iter().find_map(|section| match section.custom(bytes) {
                Some((name, data)) if name == id.name() => Some(data),
                _ => None,
            });
            Ok(EndianSlice::new(data.unwrap_or_default(), LittleEndian))
        });
        Some(Self {
            start: code.content.start as u64,
            context: Context::from_dwarf(dwarf.ok()?).ok()?,
        })
    }

    /// Where the code at `offset` of the file comes from.
    #[must_use]
    pub fn find(&self, offset: u64) -> Option<Source> {
        let address = offset.checked_sub(self.start)?;
        // An `end` has no row of its own in some tables; it belongs to what
        // stands before it.
        let rows = [Some(address), address.checked_sub(1)];
        let location = rows
            .into_iter()
            .flatten()
            .find_map(|address| self.context.find_location(address).ok()?)?;
        let known = |number: Option<u32>| number.filter(|n| *n > 0);
        let file = location.file?;
        Some(Source {
            file: file.strip_prefix("./").unwrap_or(file).to_owned(),
            line: known(location.line),
            column: known(location.column),
        })
    }
}

impl fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("start", &self.start)
            .finish_non_exhaustive()
    }
}
