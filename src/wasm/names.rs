use std::ops::Range;

use wasmparser::{BinaryReader, ExportSectionReader, ExternalKind, Name, NameSectionReader};

use super::layout::{Section, sections};

/// The name of a function of the core module in `module`: from its name
/// section, else the first name it is exported by. Not demangled.
pub(super) fn function(bytes: &[u8], module: Range<usize>, index: u32) -> Option<String> {
    let all: Vec<_> = sections(bytes, module).collect();
    let given = all.iter().find_map(|section| match section.custom(bytes) {
        Some(("name", data)) => in_name_section(data, index),
        _ => None,
    });
    given.or_else(|| {
        all.iter()
            .find_map(|section| exported(bytes, section, index))
    })
}

fn in_name_section(data: &[u8], index: u32) -> Option<String> {
    // A damaged name section still names what stands before the damage.
    for part in NameSectionReader::new(BinaryReader::new(data, 0)) {
        let Name::Function(names) = part.ok()? else {
            continue;
        };
        let mut names = names.into_iter().map_while(Result::ok);
        return names
            .find(|naming| naming.index == index)
            .map(|naming| naming.name.to_owned());
    }
    None
}

fn exported(bytes: &[u8], section: &Section, index: u32) -> Option<String> {
    if section.id != 7 {
        return None;
    }
    ExportSectionReader::new(section.reader(bytes))
        .ok()?
        .into_iter()
        .map_while(Result::ok)
        .find(|export| export.kind == ExternalKind::Func && export.index == index)
        .map(|export| export.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_name_section_then_from_exports() {
        let named = wat::parse_str(r#"(module (func $a (export "b")))"#).unwrap();
        assert_eq!(function(&named, 0..named.len(), 0).as_deref(), Some("a"));
        let bare = wat::parse_str(r#"(module (func (export "b")))"#).unwrap();
        assert_eq!(function(&bare, 0..bare.len(), 0).as_deref(), Some("b"));
        assert_eq!(function(&bare, 0..bare.len(), 1), None);
    }
}
