use wasmparser::{
    BinaryReader, DataKind, ElementItems, ElementKind, ExternalKind, FunctionBody, SectionLimited,
    TypeRef,
};

use super::code::Functions;
use super::parts::{
    Data, DataMode, Element, Export, Global, Import, Memory, Start, Table, Tag, Type,
};
use super::proposal::Proposals;
use super::section::{Section, Walk, each};
use super::{Problems, Text, constant, custom, types};

/// What is in a core module.
#[derive(Debug, Clone, Default)]
pub struct Module<'a> {
    /// Its types.
    pub types: Vec<Type>,
    /// Its imports.
    pub imports: Vec<Import<'a>>,
    /// Its exports.
    pub exports: Vec<Export<'a>>,
    /// Its functions.
    pub functions: Functions<'a>,
    /// Its tables, the imported ones first.
    pub tables: Vec<Table>,
    /// Its memories, the imported ones first.
    pub memories: Vec<Memory>,
    /// Its globals, the imported ones first.
    pub globals: Vec<Global<'a>>,
    /// Its tags, the imported ones first.
    pub tags: Vec<Tag>,
    /// Its element segments.
    pub elements: Vec<Element>,
    /// Its data segments.
    pub data: Vec<Data>,
    /// The function that runs when it is instantiated.
    pub start: Option<Start>,
    /// The proposals it makes use of.
    pub proposals: Proposals,
}

impl Module<'_> {
    /// Whether it exports this name as a function.
    #[must_use]
    pub fn exports_function(&self, name: &str) -> bool {
        self.exports
            .iter()
            .any(|export| export.kind == "func" && export.name == name)
    }

    /// The bytes of all data segments.
    #[must_use]
    pub fn data_size(&self) -> u64 {
        self.data.iter().map(|data| data.size).sum()
    }
}

/// Reads a core module to its end.
pub(super) fn read<'a>(
    walk: &mut Walk<'a>,
    custom: &mut custom::Reader<'a>,
    problems: &mut Problems,
) -> (Vec<Section<'a>>, Module<'a>) {
    let mut sections = Vec::new();
    let mut builder = Builder::default();
    while let Some((mut section, reader)) = walk.next(problems) {
        if section.id == 0 {
            custom.read(&mut section, reader, problems);
        } else {
            builder.section(section.name, reader, problems);
        }
        sections.push(section);
    }
    (sections, builder.finish(custom))
}

/// A module in the making, with what is needed to resolve indices at the end.
#[derive(Default)]
struct Builder<'a> {
    module: Module<'a>,
    /// The type index of each function, the imported ones first.
    functions: Vec<u32>,
    /// The type of each table, memory and global, as an export shows it.
    tables: Vec<Text>,
    memories: Vec<Text>,
    globals: Vec<Text>,
    start: Option<u32>,
}

impl<'a> Builder<'a> {
    fn section(&mut self, name: &'static str, reader: BinaryReader<'a>, problems: &mut Problems) {
        match name {
            "type" => each(name, reader, problems, |group: wasmparser::RecGroup| {
                let grouped = group.is_explicit_rec_group();
                for ty in group.types() {
                    self.module.proposals.sub_type(ty, grouped);
                    self.module.types.push(Type {
                        index: count(&self.module.types),
                        text: types::sub_type(ty),
                    });
                }
            }),
            "import" => self.imports(reader, problems),
            "function" => each(name, reader, problems, |ty| {
                self.functions.push(ty);
                self.module.functions.declared += 1;
            }),
            "table" => each(name, reader, problems, |table: wasmparser::Table<'_>| {
                if let wasmparser::TableInit::Expr(_) = table.init {
                    self.module.proposals.insert(Proposals::FUNCTION_REFERENCES);
                }
                self.table(table.ty, false);
            }),
            "memory" => each(name, reader, problems, |ty| {
                self.memory(ty, false);
            }),
            "tag" => each(name, reader, problems, |ty| {
                self.tag(ty, false);
            }),
            "global" => each(name, reader, problems, |global: wasmparser::Global<'_>| {
                let init = constant::short(&global.init_expr, &mut self.module.proposals);
                self.global(global.ty, Some(init));
            }),
            "export" => each(name, reader, problems, |export| self.export(export)),
            "start" => self.start(reader, problems),
            "element" => each(name, reader, problems, |element| self.element(&element)),
            "data_count" => self.module.proposals.insert(Proposals::BULK_MEMORY),
            "code" => self.code(reader, problems),
            "data" => each(name, reader, problems, |data| self.data(&data)),
            _ => {}
        }
    }

    fn imports(&mut self, reader: BinaryReader<'a>, problems: &mut Problems) {
        let read = || {
            let groups = SectionLimited::<wasmparser::Imports<'a>>::new(reader)?;
            for group in groups {
                let group = group?;
                if !matches!(group, wasmparser::Imports::Single(..)) {
                    self.module.proposals.insert(Proposals::COMPACT_IMPORTS);
                }
                for import in group {
                    self.import(&import?.1);
                }
            }
            Ok(())
        };
        if let Err(error) = read() {
            problems.parse(Some("import"), &error);
        }
    }

    fn import(&mut self, import: &wasmparser::Import<'a>) {
        let (kind, index, text) = match import.ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                if matches!(import.ty, TypeRef::FuncExact(_)) {
                    self.module.proposals.insert(Proposals::CUSTOM_DESCRIPTORS);
                }
                self.module.functions.imported += 1;
                self.functions.push(ty);
                ("func", count(&self.functions) - 1, self.type_text(ty))
            }
            TypeRef::Table(ty) => ("table", self.table(ty, true), self.tables.last().cloned()),
            TypeRef::Memory(ty) => (
                "memory",
                self.memory(ty, true),
                self.memories.last().cloned(),
            ),
            TypeRef::Global(ty) => {
                if ty.mutable {
                    self.module.proposals.insert(Proposals::MUTABLE_GLOBAL);
                }
                (
                    "global",
                    self.global(ty, None),
                    self.globals.last().cloned(),
                )
            }
            TypeRef::Tag(ty) => ("tag", self.tag(ty, true), self.tag_text(ty.func_type_idx)),
        };
        self.module.imports.push(Import {
            module: import.module,
            name: import.name,
            kind,
            index,
            text: text.unwrap_or_else(|| format!("{kind} of an unknown type").into()),
        });
    }

    fn export(&mut self, export: wasmparser::Export<'a>) {
        let index = export.index;
        let at = index as usize;
        let (kind, text) = match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact => {
                let ty = self.functions.get(at).copied();
                ("func", ty.and_then(|ty| self.type_text(ty)))
            }
            ExternalKind::Table => ("table", self.tables.get(at).cloned()),
            ExternalKind::Memory => ("memory", self.memories.get(at).cloned()),
            ExternalKind::Global => {
                if self
                    .module
                    .globals
                    .get(at)
                    .is_some_and(|global| global.mutable)
                {
                    self.module.proposals.insert(Proposals::MUTABLE_GLOBAL);
                }
                ("global", self.globals.get(at).cloned())
            }
            ExternalKind::Tag => {
                let text = self.module.tags.get(at).and_then(|tag| tag.text.clone());
                ("tag", text)
            }
        };
        self.module.exports.push(Export {
            name: export.name,
            kind,
            index,
            text,
        });
    }

    fn table(&mut self, ty: wasmparser::TableType, imported: bool) -> u32 {
        self.module.proposals.table(ty);
        let index = count(&self.module.tables);
        if index > 0 {
            self.module.proposals.insert(Proposals::REFERENCE_TYPES);
        }
        self.tables.push(types::table(ty).into());
        self.module.tables.push(Table {
            index,
            imported,
            element: types::reference(ty.element_type),
            initial: ty.initial,
            maximum: ty.maximum,
            table64: ty.table64,
        });
        index
    }

    fn memory(&mut self, ty: wasmparser::MemoryType, imported: bool) -> u32 {
        self.module.proposals.memory(ty);
        let index = count(&self.module.memories);
        if index > 0 {
            self.module.proposals.insert(Proposals::MULTI_MEMORY);
        }
        self.memories.push(types::memory(ty).into());
        self.module.memories.push(Memory {
            index,
            imported,
            initial_pages: ty.initial,
            maximum_pages: ty.maximum,
            page_size: types::page_size(ty.page_size_log2()),
            shared: ty.shared,
            memory64: ty.memory64,
        });
        index
    }

    fn global(&mut self, ty: wasmparser::GlobalType, init: Option<String>) -> u32 {
        self.module.proposals.value(ty.content_type);
        let index = count(&self.module.globals);
        self.globals.push(types::global(ty).into());
        self.module.globals.push(Global {
            index,
            imported: init.is_none(),
            name: None,
            text: types::value(ty.content_type),
            mutable: ty.mutable,
            init,
        });
        index
    }

    fn tag(&mut self, ty: wasmparser::TagType, imported: bool) -> u32 {
        let index = count(&self.module.tags);
        self.module.tags.push(Tag {
            index,
            imported,
            text: self.tag_text(ty.func_type_idx),
        });
        index
    }

    fn element(&mut self, element: &wasmparser::Element<'_>) {
        let used = &mut self.module.proposals;
        let mode = match &element.kind {
            ElementKind::Passive => {
                used.insert(Proposals::BULK_MEMORY);
                DataMode::Passive
            }
            ElementKind::Declared => {
                used.insert(Proposals::REFERENCE_TYPES);
                DataMode::Declared
            }
            ElementKind::Active {
                table_index,
                offset_expr,
            } => DataMode::Active {
                target: table_index.unwrap_or(0),
                at: constant::short(offset_expr, used),
            },
        };
        let (ty, length) = match &element.items {
            ElementItems::Functions(items) => ("funcref".to_owned(), items.count()),
            ElementItems::Expressions(ty, items) => {
                used.value(wasmparser::ValType::Ref(*ty));
                (types::reference(*ty), items.count())
            }
        };
        self.module.elements.push(Element {
            index: count(&self.module.elements),
            mode,
            element: ty,
            length,
        });
    }

    fn data(&mut self, data: &wasmparser::Data<'_>) {
        let mode = match &data.kind {
            DataKind::Passive => {
                self.module.proposals.insert(Proposals::BULK_MEMORY);
                DataMode::Passive
            }
            DataKind::Active {
                memory_index,
                offset_expr,
            } => DataMode::Active {
                target: *memory_index,
                at: constant::short(offset_expr, &mut self.module.proposals),
            },
        };
        let size = data.data.len() as u64;
        self.module.data.push(Data {
            index: count(&self.module.data),
            mode,
            offset: data.range.end - size,
            size,
        });
    }

    fn start(&mut self, mut reader: BinaryReader<'a>, problems: &mut Problems) {
        match reader.read_var_u32() {
            Ok(index) => self.start = Some(index),
            Err(error) => problems.parse(Some("start"), &error),
        }
    }

    fn code(&mut self, reader: BinaryReader<'a>, problems: &mut Problems) {
        let mut faults = Problems::default();
        let Module {
            functions,
            proposals,
            ..
        } = &mut self.module;
        each("code", reader, problems, |body: FunctionBody<'_>| {
            functions.add(&body, proposals, &mut faults);
        });
        problems.nested(&faults);
    }

    fn finish(mut self, custom: &custom::Reader<'a>) -> Module<'a> {
        let mut names = custom.names().clone();
        for global in &mut self.module.globals {
            global.name = names.global(global.index);
        }
        let exported = self.module.exports.iter().filter(|e| e.kind == "func");
        names.add_functions(exported.map(|export| (export.index, export.name)));
        self.module.functions.set_names(names);
        self.module.start = self.start.map(|index| Start {
            index,
            name: self.module.functions.name(index),
        });
        self.module
    }

    fn type_text(&self, index: u32) -> Option<Text> {
        let ty = self.module.types.get(index as usize)?;
        Some(ty.text.clone())
    }

    fn tag_text(&self, index: u32) -> Option<Text> {
        let text = self.type_text(index)?;
        Some(text.replacen("func", "tag", 1).into())
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
