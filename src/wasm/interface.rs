use std::collections::HashSet;

use wasmparser::{
    ComponentExportSectionReader, ComponentImportSectionReader, ExportSectionReader,
    ImportSectionReader,
};

use super::layout::{Kind, sections};

/// The names that a valid file exports.
pub(super) fn exports(bytes: &[u8], kind: Kind) -> Vec<String> {
    let mut names = Vec::new();
    for section in sections(bytes, 0..bytes.len()) {
        let reader = section.reader(bytes);
        match (kind, section.id) {
            (Kind::Module, 7) => {
                let list = ExportSectionReader::new(reader).into_iter().flatten();
                names.extend(list.flatten().map(|export| export.name.to_owned()));
            }
            (Kind::Component, 11) => {
                let list = ComponentExportSectionReader::new(reader)
                    .into_iter()
                    .flatten();
                names.extend(list.flatten().map(|export| export.name.name.to_owned()));
            }
            _ => {}
        }
    }
    names
}

/// What a valid file imports: `module.name` of a module's imports; the names of a component's. Each once.
pub(super) fn imports(bytes: &[u8], kind: Kind) -> Vec<String> {
    let mut names = Vec::new();
    for section in sections(bytes, 0..bytes.len()) {
        let reader = section.reader(bytes);
        match (kind, section.id) {
            (Kind::Module, 2) => {
                let list = ImportSectionReader::new(reader).into_iter();
                let list = list.flat_map(|imports| imports.into_imports().flatten());
                names.extend(list.map(|import| format!("{}.{}", import.module, import.name)));
            }
            (Kind::Component, 10) => {
                let list = ComponentImportSectionReader::new(reader)
                    .into_iter()
                    .flatten();
                names.extend(list.flatten().map(|import| import.name.name.to_owned()));
            }
            _ => {}
        }
    }
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}
