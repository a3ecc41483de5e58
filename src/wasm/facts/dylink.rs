use serde::Serialize;
use wasmparser::{BinaryReader, Dylink0SectionReader, Dylink0Subsection};

/// What the `dylink.0` section asks of a dynamic loader.
/// <https://github.com/WebAssembly/tool-conventions/blob/main/DynamicLinking.md>
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Dylink<'a> {
    /// The memory to set aside, in bytes.
    pub memory_size: u32,
    /// The table to set aside, in elements.
    pub table_size: u32,
    /// The libraries to load first.
    pub needed: Vec<&'a str>,
}

impl<'a> Dylink<'a> {
    pub(super) fn read(&mut self, reader: BinaryReader<'a>) -> wasmparser::Result<()> {
        for part in Dylink0SectionReader::new(reader) {
            match part? {
                Dylink0Subsection::MemInfo(info) => {
                    self.memory_size = info.memory_size;
                    self.table_size = info.table_size;
                }
                Dylink0Subsection::Needed(needed) => self.needed = needed,
                _ => {}
            }
        }
        Ok(())
    }
}
