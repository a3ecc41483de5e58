use serde::Serialize;
use wasmparser::{BinaryReader, FromReader, SectionLimited};

use super::{Kind, Problems};

/// A section, as the file frames it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Section<'a> {
    /// Its number in the binary format.
    pub id: u8,
    /// What the specification calls it.
    pub name: &'static str,
    /// The name inside, of a custom section.
    pub custom: Option<&'a str>,
    /// Where its contents begin, in bytes from the start of the file.
    pub offset: u64,
    /// How long its contents are, in bytes, as far as they are there.
    pub size: u64,
}

/// Goes from section to section. Only the frames are believed, and only as far
/// as the file reaches.
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    base: u64,
    position: usize,
    kind: Kind,
}

impl<'a> Walk<'a> {
    /// `bytes` begin `base` bytes into the file, with a header of eight bytes.
    pub(super) fn new(bytes: &'a [u8], base: u64, kind: Kind) -> Self {
        Self {
            bytes,
            base,
            position: 8,
            kind,
        }
    }

    /// The next section and a reader over its contents.
    pub(super) fn next(
        &mut self,
        problems: &mut Problems,
    ) -> Option<(Section<'a>, BinaryReader<'a>)> {
        let rest = self.bytes.get(self.position..)?;
        if rest.is_empty() {
            return None;
        }
        let start = self.base + self.position as u64;
        let mut frame = BinaryReader::new(rest, start);
        let (id, claimed) = match frame
            .read_u8()
            .and_then(|id| Ok((id, frame.read_var_u32()?)))
        {
            Ok(frame) => frame,
            Err(error) => {
                self.position = self.bytes.len();
                problems.add(None, error.offset(), || {
                    "the file ends inside the header of a section".to_owned()
                });
                return None;
            }
        };
        let name = match self.kind {
            Kind::Module => module_section(id),
            Kind::Component => component_section(id),
        };
        let left = frame.bytes_remaining();
        let offset = frame.original_position();
        let size = left.min(claimed as usize);
        let Some(name) = name else {
            problems.add(None, start, || {
                format!("there is no section with the number {id}")
            });
            self.position = self.bytes.len();
            return None;
        };
        if (claimed as usize) > left {
            problems.add(Some(name), offset, || {
                format!("the section claims {claimed} bytes, but the file has {left} more")
            });
        }
        let begin = self.position + frame.current_position();
        self.position = begin + size;
        let contents = &self.bytes[begin..self.position];
        let section = Section {
            id,
            name,
            custom: None,
            offset,
            size: size as u64,
        };
        Some((section, BinaryReader::new(contents, offset)))
    }
}

/// Reads a section that is a list, item by item, up to the first fault.
pub(super) fn each<'a, T: FromReader<'a>>(
    name: &'static str,
    reader: BinaryReader<'a>,
    problems: &mut Problems,
    mut take: impl FnMut(T),
) {
    let read = || {
        for item in SectionLimited::new(reader)? {
            take(item?);
        }
        Ok(())
    };
    if let Err(error) = read() {
        problems.parse(Some(name), &error);
    }
}

/// <https://webassembly.github.io/spec/core/binary/modules.html#sections>
fn module_section(id: u8) -> Option<&'static str> {
    Some(match id {
        0 => "custom",
        1 => "type",
        2 => "import",
        3 => "function",
        4 => "table",
        5 => "memory",
        6 => "global",
        7 => "export",
        8 => "start",
        9 => "element",
        10 => "code",
        11 => "data",
        12 => "data_count",
        13 => "tag",
        _ => return None,
    })
}

/// <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>
fn component_section(id: u8) -> Option<&'static str> {
    Some(match id {
        0 => "custom",
        1 => "core_module",
        2 => "core_instance",
        3 => "core_type",
        4 => "component",
        5 => "instance",
        6 => "alias",
        7 => "type",
        8 => "canon",
        9 => "start",
        10 => "import",
        11 => "export",
        12 => "value",
        _ => return None,
    })
}
