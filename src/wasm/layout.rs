use std::ops::Range;

use serde::Serialize;
use wasmparser::{BinaryReader, CustomSectionReader};

/// What a binary is, as its first eight bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A core module.
    Module,
    /// A component.
    Component,
}

impl Kind {
    /// Reads the magic bytes, the version and the layer.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes.get(..8)? {
            b"\0asm\x01\0\0\0" => Some(Self::Module),
            [0, b'a', b's', b'm', _, _, 1, 0] => Some(Self::Component),
            _ => None,
        }
    }

    /// Its name in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Component => "component",
        }
    }
}

/// A section as its header tells it; nothing in it has been read. Offsets are
/// from the start of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) id: u8,
    /// Where its header starts.
    pub(super) header: usize,
    /// Its content, cut off where the file ends.
    pub(super) content: Range<usize>,
}

/// The sections of the module or component that is in `range`, up to the first
/// damaged header. Takes nothing for granted.
pub(super) fn sections(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Section> {
    let end = range.end.min(bytes.len());
    let mut at = range.start.saturating_add(8);
    std::iter::from_fn(move || {
        let header = at;
        let rest = bytes.get(header..end)?;
        let mut reader = BinaryReader::new(rest, header as u64);
        let id = reader.read_u8().ok()?;
        let size = reader.read_var_u32().ok()? as usize;
        let start = header + reader.current_position();
        let content = start..start.saturating_add(size).min(end);
        at = content.end;
        Some(Section {
            id,
            header,
            content,
        })
    })
}

impl Section {
    pub(super) fn reader<'a>(&self, bytes: &'a [u8]) -> BinaryReader<'a> {
        let content = bytes.get(self.content.clone()).unwrap_or_default();
        BinaryReader::new(content, self.content.start as u64)
    }

    /// The name and the data, if this is a custom section.
    pub(super) fn custom<'a>(&self, bytes: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
        let section = (self.id == 0).then(|| CustomSectionReader::new(self.reader(bytes)))?;
        section.ok().map(|section| (section.name(), section.data()))
    }

    /// What the specification calls it; a custom section by its own name.
    pub(super) fn name(&self, bytes: &[u8], kind: Kind) -> String {
        match (self.id, kind) {
            (0, _) => match self.custom(bytes) {
                Some((name, _)) => format!("custom \"{}\"", name.escape_debug()),
                None => "custom".to_owned(),
            },
            (id, Kind::Module) => named(id, MODULE),
            (id, Kind::Component) => named(id, COMPONENT),
        }
    }

    /// How many entries it says it has.
    fn count(&self, bytes: &[u8], kind: Kind) -> Option<u32> {
        let single = match kind {
            Kind::Module => matches!(self.id, 0 | 8 | 12),
            Kind::Component => matches!(self.id, 0 | 1 | 4 | 9),
        };
        (!single).then(|| self.reader(bytes).read_var_u32().ok())?
    }
}

/// Core specification 5.5.2, and the proposals that add to it.
const MODULE: &[&str] = &[
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
];

/// The component model's `Binary.md`.
const COMPONENT: &[&str] = &[
    "custom",
    "core module",
    "core instance",
    "core type",
    "component",
    "instance",
    "alias",
    "type",
    "canon",
    "start",
    "import",
    "export",
    "value",
];

fn named(id: u8, names: &[&str]) -> String {
    names
        .get(usize::from(id))
        .map_or_else(|| format!("unknown ({id})"), |name| (*name).to_owned())
}

/// What was found in a valid file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Its sections in the order of the file, without those of modules in it.
    pub sections: Vec<SectionSummary>,
}

/// A section in a [`Summary`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionSummary {
    /// What the specification calls it; `custom "NAME"` for a custom section.
    pub name: String,
    /// Where its header starts, in bytes from the start of the file.
    pub offset: u64,
    /// The length of its content in bytes.
    pub bytes: u64,
    /// How many entries it has, if it is a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

impl Summary {
    /// Of a file that is known to be valid.
    #[must_use]
    pub fn of(bytes: &[u8], kind: Kind) -> Self {
        let sections = sections(bytes, 0..bytes.len())
            .map(|section| SectionSummary {
                name: section.name(bytes, kind),
                offset: section.header as u64,
                bytes: section.content.len() as u64,
                count: section.count(bytes, kind),
            })
            .collect();
        Self { sections }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_named_and_counted() {
        let bytes =
            wat::parse_str(r#"(module (func) (func) (memory 1) (@custom "a\nb" "x"))"#).unwrap();
        let summary = Summary::of(&bytes, Kind::of(&bytes).unwrap());
        let shown: Vec<_> = summary
            .sections
            .iter()
            .map(|s| (s.name.as_str(), s.count))
            .collect();
        assert_eq!(
            shown,
            [
                ("type", Some(1)),
                ("function", Some(2)),
                ("memory", Some(1)),
                ("code", Some(2)),
                ("custom \"a\\nb\"", None)
            ]
        );
    }

    #[test]
    fn a_claim_of_four_gigabytes_ends_with_the_file() {
        let bytes = b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\x0fabc";
        let found: Vec<_> = sections(bytes, 0..bytes.len()).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].content, 14..17);
    }
}
