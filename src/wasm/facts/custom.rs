use serde::Serialize;
use wasmparser::{BinaryReader, CustomSectionReader, KnownCustom, ProducersSectionReader};

use super::names::{Names, lone_string};
use super::{Dylink, NameCounts, Problems, Section, section};

/// What the custom sections say.
#[derive(Debug, Clone, Default)]
pub struct Custom<'a> {
    /// All of them, in the order of the file.
    pub sections: Vec<CustomSection<'a>>,
    /// Who made the module.
    pub producers: Producers<'a>,
    /// What the compiler was told the target has.
    pub target_features: Vec<Feature<'a>>,
    /// What helps a debugger.
    pub debug: Debug<'a>,
    /// What a dynamic loader has to do.
    pub dylink: Option<Dylink<'a>>,
    /// Whether it is an object file, not linked yet.
    pub object: bool,
    pub(super) names: Names<'a>,
}

/// A custom section.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CustomSection<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where its data begin, in bytes from the start of the file.
    pub offset: u64,
    /// How long its data are, in bytes.
    pub size: u64,
}

/// The `producers` section.
/// <https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md>
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Producers<'a> {
    /// The languages it was written in.
    pub languages: Vec<Producer<'a>>,
    /// The tools that worked on it.
    pub processed_by: Vec<Producer<'a>>,
    /// The kits that brought the tools.
    pub sdks: Vec<Producer<'a>>,
}

/// A language or a tool, and its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Producer<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version; may be empty.
    pub version: &'a str,
}

/// A feature of the `target_features` section.
/// <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md#target-features-section>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Feature<'a> {
    /// Its name, as LLVM has it.
    pub name: &'a str,
    /// Whether it may be used (`+`), or must not be (`-`).
    pub used: bool,
}

/// What helps a debugger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Debug<'a> {
    /// How many sections of DWARF there are.
    pub dwarf_sections: u32,
    /// Their bytes.
    pub dwarf_size: u64,
    /// Where a source map is.
    pub source_map_url: Option<&'a str>,
    /// Where a file with DWARF is.
    pub external_dwarf_url: Option<&'a str>,
    /// What tells this build from all others, in hexadecimal.
    pub build_id: Option<String>,
}

impl<'a> Custom<'a> {
    /// How many things the name section names.
    #[must_use]
    pub fn name_counts(&self) -> NameCounts<'a> {
        self.names.counts
    }
}

/// Takes in custom sections as they come.
#[derive(Debug, Default)]
pub(super) struct Reader<'a>(Custom<'a>);

impl<'a> Reader<'a> {
    pub(super) fn finish(self) -> Custom<'a> {
        self.0
    }

    pub(super) fn names(&self) -> &Names<'a> {
        &self.0.names
    }

    /// Reads one, and tells its name.
    pub(super) fn read(
        &mut self,
        frame: &mut Section<'a>,
        reader: BinaryReader<'a>,
        problems: &mut Problems,
    ) {
        let section = match CustomSectionReader::new(reader) {
            Ok(section) => section,
            Err(error) => return problems.parse(Some("custom"), &error),
        };
        let name = section.name();
        frame.custom = Some(name);
        let range = section.data_range();
        let size = range.end - range.start;
        self.0.sections.push(CustomSection {
            name,
            offset: range.start,
            size,
        });
        if let Err(error) = self.contents(&section, size, problems) {
            problems.parse(Some("custom"), &error);
        }
    }

    fn contents(
        &mut self,
        section: &CustomSectionReader<'a>,
        size: u64,
        problems: &mut Problems,
    ) -> wasmparser::Result<()> {
        let this = &mut self.0;
        match section.name() {
            "name" => {
                if let KnownCustom::Name(_) = section.as_known() {
                    this.names.read(section.data_reader())?;
                }
            }
            "producers" => this.producers.read(section.data_reader())?,
            "dylink.0" => this
                .dylink
                .get_or_insert_default()
                .read(section.data_reader())?,
            "target_features" => features(section.data_reader(), this, problems),
            "sourceMappingURL" => this.debug.source_map_url = lone_string(section.data_reader()),
            "external_debug_info" => {
                this.debug.external_dwarf_url = lone_string(section.data_reader());
            }
            "build_id" => this.debug.build_id = build_id(section.data_reader()),
            "linking" => this.object = true,
            name if name.starts_with(".debug_") => {
                this.debug.dwarf_sections += 1;
                this.debug.dwarf_size += size;
            }
            _ => {}
        }
        Ok(())
    }
}

impl<'a> Producers<'a> {
    fn read(&mut self, reader: BinaryReader<'a>) -> wasmparser::Result<()> {
        for field in ProducersSectionReader::new(reader)? {
            let field = field?;
            let list = match field.name {
                "language" => &mut self.languages,
                "sdk" => &mut self.sdks,
                _ => &mut self.processed_by,
            };
            for value in field.values {
                let value = value?;
                list.push(Producer {
                    name: value.name,
                    version: value.version,
                });
            }
        }
        Ok(())
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.languages.is_empty() && self.processed_by.is_empty() && self.sdks.is_empty()
    }

    /// The tool whose name begins like this.
    pub(super) fn tool(&self, prefix: &str) -> Option<&Producer<'a>> {
        self.processed_by
            .iter()
            .chain(&self.sdks)
            .find(|tool| tool.name.starts_with(prefix))
    }
}

struct Prefixed<'a>(u8, &'a str);

impl<'a> wasmparser::FromReader<'a> for Prefixed<'a> {
    fn from_reader(reader: &mut BinaryReader<'a>) -> wasmparser::Result<Self> {
        Ok(Self(reader.read_u8()?, reader.read()?))
    }
}

fn features<'a>(reader: BinaryReader<'a>, custom: &mut Custom<'a>, problems: &mut Problems) {
    section::each("custom", reader, problems, |Prefixed(prefix, name)| {
        custom.target_features.push(Feature {
            name,
            used: prefix != b'-',
        });
    });
}

/// <https://github.com/WebAssembly/tool-conventions/blob/main/BuildId.md>
fn build_id(mut reader: BinaryReader<'_>) -> Option<String> {
    let length = reader.read_var_u32().ok()?;
    let bytes = reader.read_bytes(length as usize).ok()?;
    let hex = bytes.iter().take(64).map(|byte| format!("{byte:02x}"));
    Some(hex.collect())
}
