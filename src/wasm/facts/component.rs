use serde::Serialize;
use wasmparser::{BinaryReader, ComponentExport, ComponentImport};

use super::interface::{Member, Types};
use super::section::{Section, Walk, each};
use super::{Facts, MAX_DEPTH, Problems, Proposals, custom};

/// What is in a component.
#[derive(Debug, Clone, Default)]
pub struct Component<'a> {
    /// What it imports.
    pub imports: Vec<ComponentItem<'a>>,
    /// What it exports.
    pub exports: Vec<ComponentItem<'a>>,
    /// The core modules inside, in the order of the file.
    pub modules: Vec<Facts<'a>>,
    /// The components inside, in the order of the file.
    pub components: Vec<Facts<'a>>,
}

impl<'a> Component<'a> {
    /// The core modules inside, those of components inside too.
    #[must_use]
    pub fn all_modules(&self) -> Vec<&Facts<'a>> {
        let mut all: Vec<&Facts<'a>> = self.modules.iter().collect();
        for inner in &self.components {
            all.extend(inner.component().map(Self::all_modules).unwrap_or_default());
        }
        all
    }

    /// The proposals that its core modules make use of.
    #[must_use]
    pub fn proposals(&self) -> Proposals {
        let mut all = Proposals::default();
        for inner in self.all_modules() {
            all.insert(
                inner
                    .module()
                    .map(|module| module.proposals)
                    .unwrap_or_default(),
            );
        }
        all
    }
}

/// An import or an export of a component.
#[derive(Debug, Clone, Serialize)]
pub struct ComponentItem<'a> {
    /// Its whole name: `wasi:cli/run@0.2.0`.
    pub name: &'a str,
    /// `instance`, `func`, `type`, `component`, `module` or `value`.
    pub kind: &'static str,
    /// The parts of the name, if it names an interface.
    #[serde(flatten)]
    pub package: Option<Package<'a>>,
    /// Of an instance its functions, of a function itself. Empty when the
    /// component is not valid.
    pub functions: Vec<Member>,
}

/// The parts of `wasi:cli/run@0.2.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Package<'a> {
    /// `wasi:cli`
    pub package: &'a str,
    /// `run`
    pub interface: &'a str,
    /// `0.2.0`
    pub version: Option<&'a str>,
}

impl<'a> Package<'a> {
    fn parse(name: &'a str) -> Option<Self> {
        let (package, rest) = name.split_once('/')?;
        if !package.contains(':') {
            return None;
        }
        let (interface, version) = match rest.split_once('@') {
            Some((interface, version)) => (interface, Some(version)),
            None => (rest, None),
        };
        Some(Self {
            package,
            interface,
            version,
        })
    }
}

/// Reads a component to its end.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    base: u64,
    depth: u32,
    component: Component<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], base: u64, depth: u32) -> Self {
        Self {
            bytes,
            base,
            depth,
            component: Component::default(),
        }
    }

    pub(super) fn read(
        &mut self,
        walk: &mut Walk<'a>,
        custom: &mut custom::Reader<'a>,
        problems: &mut Problems,
    ) -> (Vec<Section<'a>>, Component<'a>) {
        let mut sections = Vec::new();
        while let Some((mut section, reader)) = walk.next(problems) {
            match section.name {
                "custom" => custom.read(&mut section, reader, problems),
                "core_module" | "component" => self.nested(&section, problems),
                "import" => self.imports(reader, problems),
                "export" => self.exports(reader, problems),
                _ => {}
            }
            sections.push(section);
        }
        let mut component = std::mem::take(&mut self.component);
        // The types of the outermost component hold those of all inside it.
        if self.depth == 0
            && let Some(types) = Types::of(self.bytes)
        {
            for import in &mut component.imports {
                import.functions = types.import(import.name);
            }
            for export in &mut component.exports {
                export.functions = types.export(export.name);
            }
        }
        (sections, component)
    }

    fn nested(&mut self, section: &Section<'a>, problems: &mut Problems) {
        if self.depth >= MAX_DEPTH {
            problems.add(Some(section.name), section.offset, || {
                format!("components nest deeper than {MAX_DEPTH}; this one is skipped")
            });
            return;
        }
        let within = |at: u64| usize::try_from(at - self.base).unwrap_or(usize::MAX);
        let range = within(section.offset)..within(section.offset + section.size);
        let bytes = self.bytes.get(range).unwrap_or_default();
        match Facts::read_nested(bytes, section.offset, self.depth + 1) {
            Ok(facts) => {
                problems.nested(&facts.problems);
                if section.name == "component" {
                    self.component.components.push(facts);
                } else {
                    self.component.modules.push(facts);
                }
            }
            Err(why) => problems.add(Some(section.name), section.offset, || {
                format!("what is nested here cannot be read: {why}")
            }),
        }
    }

    fn imports(&mut self, reader: BinaryReader<'a>, problems: &mut Problems) {
        let imports = &mut self.component.imports;
        each("import", reader, problems, |import: ComponentImport<'a>| {
            imports.push(item(import.name.name, import.ty.kind().desc()));
        });
    }

    fn exports(&mut self, reader: BinaryReader<'a>, problems: &mut Problems) {
        let exports = &mut self.component.exports;
        each("export", reader, problems, |export: ComponentExport<'a>| {
            exports.push(item(export.name.name, export.kind.desc()));
        });
    }
}

fn item<'a>(name: &'a str, kind: &'static str) -> ComponentItem<'a> {
    ComponentItem {
        name,
        kind,
        package: Package::parse(name),
        functions: Vec::new(),
    }
}
